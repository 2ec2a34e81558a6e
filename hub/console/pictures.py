"""Pictures for the pages: only to signed-in eyes, never to a cache, each look on record."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.console.context import ConsoleContext
from hub.declarations.desk import consult_picture
from hub.people.access import Permission
from hub.people.consultation import consult_probe, consult_reference
from hub.store.pictures import Picture

MEDIA_TYPES = frozenset({"image/jpeg", "image/png", "image/webp"})
"""Anything else that a device may call a picture is sent as bytes that no browser opens."""


class PicturePages:
    """Probe pictures, reference photos, and what senders add to their declarations."""

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
        router.add_api_route(
            "/pictures/declarations/{picture_id}", self.declaration, methods=["GET"], response_model=None
        )

    def probe(self, request: Request, evidence_id: str) -> Response:
        """Send a probe picture to somebody who may see cases."""
        _, user = self._context.require(request, Permission.VIEW_CASES)
        return _send(consult_probe(self._context.services, evidence_id, viewer=user))

    def declaration(self, request: Request, picture_id: str) -> Response:
        """Send a picture of a declaration to somebody who may see declarations; the look is recorded."""
        _, user = self._context.require(request, Permission.VIEW_DECLARATIONS)
        return _send(consult_picture(self._context.services, picture_id, viewer=user))

    def reference(self, request: Request, reference_id: str) -> Response:
        """Send a reference photo to somebody who may see cases or subjects."""
        reader = self._context.reader(request)
        permission = (
            Permission.VIEW_SUBJECTS if reader.may(Permission.VIEW_SUBJECTS) else Permission.VIEW_CASES
        )
        _, user = self._context.require(request, permission)
        return _send(consult_reference(self._context.services, reference_id, viewer=user))


def _send(picture: Picture) -> Response:
    is_known = picture.media_type in MEDIA_TYPES
    return Response(
        picture.content,
        media_type=picture.media_type if is_known else "application/octet-stream",
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )
