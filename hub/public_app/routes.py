"""The app's router: everything under ``/app``."""

from collections.abc import Mapping
from datetime import tzinfo
from functools import cache

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.bootstrap import Services
from hub.console.assets import Asset
from hub.console.static_files import StaticFiles
from hub.errors import NotFoundError
from hub.public_app.answers import AnswerPages
from hub.public_app.changing import ChangePages
from hub.public_app.context import AppContext, go_to
from hub.public_app.declare import DeclarePages
from hub.public_app.notice_pages import NoticePages
from hub.public_app.offline import OfflinePages
from hub.public_app.one_time_codes import OneTimeCodes
from hub.public_app.outbox import CodeOutbox
from hub.public_app.pages import AppPages, app_assets, load_languages
from hub.public_app.parcels import ParcelPages
from hub.public_app.picture_pages import PicturePages
from hub.public_app.problems import app_route
from hub.public_app.reader import ADDRESS, HOME
from hub.public_app.sign_in import SignInPages

PAGES = (
    SignInPages,
    ParcelPages,
    AnswerPages,
    DeclarePages,
    ChangePages,
    PicturePages,
    NoticePages,
    OfflinePages,
)
"""Each takes the context and adds its routes."""


def create_app_router(services: Services, zone: tzinfo | None = None) -> APIRouter:
    """Make the router of the app; `zone` None: times are shown on the hub machine's own clock.

    Raises `FileNotFoundError` when a translation catalogue is missing.
    """
    assets, templates = _appearance()
    identity = OneTimeCodes(services, CodeOutbox(services.settings.public_app.code_outbox))
    context = AppContext(services, templates, identity, zone)
    router = APIRouter(prefix=ADDRESS, route_class=app_route(context), include_in_schema=False)
    router.add_api_route("", _to_start, methods=["GET"], response_model=None)
    router.add_api_route(
        "/static/{name:path}", StaticFiles(assets).send, methods=["GET"], response_model=None
    )
    for pages in PAGES:
        pages(context).add_to(router)
    router.add_api_route("/{rest:path}", _nowhere, methods=["GET"], response_model=None)
    return router


@cache
def _appearance() -> tuple[Mapping[str, Asset], AppPages]:
    """Read files, catalogues and templates once for all applications of a process."""
    assets = app_assets()
    return assets, AppPages(load_languages(), assets)


def _to_start(request: Request) -> Response:
    """Send a browser on to the address that the app is installed under."""
    return go_to(HOME)


def _nowhere(rest: str) -> Response:
    """Say of every other address that there is nothing."""
    raise NotFoundError("page", rest)
