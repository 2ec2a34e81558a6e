"""The console's router: pages, pictures and static files under ``/console``."""

from collections.abc import Mapping
from datetime import tzinfo

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from hub.bootstrap import Services
from hub.console.assets import Asset, load_assets
from hub.console.cases import CasePages
from hub.console.context import ConsoleContext, SignInNeededError
from hub.console.devices import DevicePages
from hub.console.language import load_languages
from hub.console.pages import Pages
from hub.console.pictures import PicturePages
from hub.console.preferences import PreferencePages
from hub.console.problems import console_route
from hub.console.sign_in import SignInPages
from hub.console.subjects import SubjectPages
from hub.console.watchlists import WatchlistPages
from hub.errors import NotFoundError

YEAR_S = 365 * 86400


def create_router(services: Services, zone: tzinfo | None = None) -> APIRouter:
    """Make the router of all pages; `zone` None: times are shown on the hub machine's own clock.

    Raises `FileNotFoundError` when a translation catalogue is missing.
    """
    assets = load_assets()
    context = ConsoleContext(services, Pages(load_languages(), assets), zone)
    router = APIRouter(prefix="/console", route_class=console_route(context), include_in_schema=False)
    router.add_api_route(
        "/static/{name:path}", _StaticFiles(assets).send, methods=["GET"], response_model=None
    )
    for pages in (
        SignInPages(context),
        PreferencePages(context),
        CasePages(context),
        WatchlistPages(context),
        SubjectPages(context),
        DevicePages(context),
        PicturePages(context),
    ):
        pages.add_to(router)
    entrance = _Entrance(context)
    router.add_api_route("", entrance.start, methods=["GET"], response_model=None)
    router.add_api_route("/{rest:path}", entrance.nowhere, methods=["GET"], response_model=None)
    return router


class _Entrance:
    """The start page, and every address that leads nowhere."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context

    def start(self, request: Request) -> Response:
        """Go to the first page the user may open."""
        reader = self._context.reader(request)
        if reader.user is None:
            raise SignInNeededError("sign in first")
        return RedirectResponse(reader.navigation[0].items[0].address, status_code=303)

    def nowhere(self, rest: str) -> Response:
        """Say that there is nothing."""
        raise NotFoundError("page", rest)


class _StaticFiles:
    """Sends the console's own files from memory; nothing else on the disk has an address."""

    def __init__(self, assets: Mapping[str, Asset]) -> None:
        self._assets = assets

    def send(self, name: str, request: Request, v: str = "") -> Response:
        """Send a file; for a year when the address carries its content's mark."""
        asset = self._assets.get(name)
        if asset is None:
            raise NotFoundError("file", name)
        age = f"public, max-age={YEAR_S}, immutable" if v == asset.etag else "no-cache"
        headers = {"Cache-Control": age, "ETag": f'"{asset.etag}"', "X-Content-Type-Options": "nosniff"}
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        return Response(asset.content, media_type=asset.media_type, headers=headers)
