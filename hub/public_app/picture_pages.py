"""Pictures of invoices: added to an own parcel, looked at, taken back."""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from hub.console.wording import mark
from hub.declarations.pictures import MOST, add_pictures, open_picture, remove_picture
from hub.documents.plain_jpeg import MOST_BYTES
from hub.errors import ConflictError, InvalidInputError
from hub.public_app.context import AppContext, go_to
from hub.public_app.parcels import LONGEST_ID, ParcelPages
from hub.public_app.reader import ADDRESS
from hub.store.database import reading

NO_PICTURE = mark("This is no picture or PDF that can be read. Take another photo, of at most 8 MB.")
TOO_MANY = mark("A parcel has three pictures at most; each page of a PDF counts as one.")
ENDED = mark("This parcel is at its end: its pictures stay as they are.")
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class PicturePages:
    """The pictures under a parcel."""

    def __init__(self, context: AppContext) -> None:
        """Store in the store of the context."""
        self._context = context
        self._parcels = ParcelPages(context)

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        parcel, picture = "/parcels/{declaration_id}/pictures", "/pictures/{picture_id}"
        router.add_api_route(parcel, self.add, methods=["POST"], response_model=None)
        router.add_api_route(picture, self.show, methods=["GET"], response_model=None)
        router.add_api_route(f"{picture}/remove", self.remove, methods=["POST"], response_model=None)

    async def add(self, request: Request, declaration_id: str) -> Response:
        """Add what was chosen; what is no picture is said on the parcel's page."""
        async with request.form(max_files=MOST + 1, max_fields=1) as form:
            # A browser sends one nameless file when none was chosen.
            files = [one for one in form.getlist("pictures") if isinstance(one, UploadFile) and one.filename]
            contents = [await one.read(MOST_BYTES + 1) for one in files]
        return await run_in_threadpool(self._add, request, declaration_id[:LONGEST_ID], contents)

    def _add(self, request: Request, declaration_id: str, contents: list[bytes]) -> Response:
        _, citizen = self._context.require(request)
        try:
            add_pictures(self._context.services, declaration_id, contents, sender=citizen.viewer)
        except InvalidInputError as error:
            is_count = error.problems[0].code == "too-many"
            return self._parcels.show(request, declaration_id, refusal=TOO_MANY if is_count else NO_PICTURE)
        except ConflictError:
            return self._parcels.show(request, declaration_id, refusal=ENDED)
        return go_to(f"{ADDRESS}/parcels/{declaration_id}")

    def show(self, request: Request, picture_id: str) -> Response:
        """Send an own picture; another person's answers like one that nobody has."""
        _, citizen = self._context.require(request)
        services = self._context.services
        with reading(services.engine) as connection:
            picture = open_picture(services, connection, picture_id[:LONGEST_ID], citizen.viewer)
        return Response(picture.content, media_type=picture.media_type, headers=_HEADERS)

    def remove(self, request: Request, picture_id: str) -> Response:
        """Take an own picture back; raises `NotFoundError`, `ConflictError` at the parcel's end."""
        _, citizen = self._context.require(request)
        own = remove_picture(self._context.services, picture_id[:LONGEST_ID], sender=citizen.viewer)
        return go_to(f"{ADDRESS}/parcels/{own}")
