"""Faces for the pages, only to signed-in eyes and never to a cache."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.access import Permission
from hub.console.context import ConsoleContext
from hub.pictures import Picture, probe_picture, reference_picture

MEDIA_TYPES = frozenset({"image/jpeg", "image/png", "image/webp"})
"""Anything else that a device may call a picture is sent as bytes that no browser opens."""


class PicturePages:
    """Probe pictures and reference photos."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.add_api_route(
            "/pictures/evidence/{evidence_id}", self.probe, methods=["GET"], response_model=None
        )
        router.add_api_route(
            "/pictures/references/{reference_id}", self.reference, methods=["GET"], response_model=None
        )

    def probe(self, request: Request, evidence_id: str) -> Response:
        """Send a probe picture to somebody who may see cases."""
        self._context.require(request, Permission.VIEW_CASES)
        with self._context.reading() as connection:
            return _send(probe_picture(self._context.services, connection, evidence_id))

    def reference(self, request: Request, reference_id: str) -> Response:
        """Send a reference photo to somebody who may see cases or subjects."""
        reader = self._context.reader(request)
        permission = (
            Permission.VIEW_SUBJECTS if reader.may(Permission.VIEW_SUBJECTS) else Permission.VIEW_CASES
        )
        self._context.require(request, permission)
        with self._context.reading() as connection:
            return _send(reference_picture(self._context.services, connection, reference_id))


def _send(picture: Picture) -> Response:
    is_known = picture.media_type in MEDIA_TYPES
    return Response(
        picture.content,
        media_type=picture.media_type if is_known else "application/octet-stream",
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )
