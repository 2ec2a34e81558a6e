"""The console's router: pages, pictures and static files under ``/console``."""

from collections.abc import Mapping
from datetime import tzinfo

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.bootstrap import Services
from hub.console.assets import Asset, load_assets
from hub.console.audit import AuditPages
from hub.console.audit_verification import AuditVerificationPages
from hub.console.case_acts import CaseActs
from hub.console.cases import CasePages
from hub.console.context import ConsoleContext
from hub.console.devices import DevicePages
from hub.console.drafts import DraftPages
from hub.console.exercises import ExercisePages
from hub.console.fleet_settings import SettingsPages
from hub.console.home import HomePages
from hub.console.language import load_languages
from hub.console.list_policy import ListPolicyPages
from hub.console.own_page import OwnPages
from hub.console.pages import Pages
from hub.console.people import PeoplePages
from hub.console.pictures import PicturePages
from hub.console.preferences import PreferencePages
from hub.console.problems import console_route
from hub.console.programs import ProgramPages
from hub.console.proposals import ProposalPages
from hub.console.provider_sign_in import ProviderPages
from hub.console.rollouts import RolloutPages
from hub.console.sign_in import SignInPages
from hub.console.sign_out import SignOutPages
from hub.console.sites import SitePages
from hub.console.statistics import StatisticsPages
from hub.console.subjects import SubjectPages
from hub.console.transfer import TransferPages
from hub.console.watchlists import WatchlistPages
from hub.console.webhooks import WebhookPages
from hub.errors import NotFoundError

YEAR_S = 365 * 86400

PAGES = (
    HomePages,
    SignInPages,
    ProviderPages,
    SignOutPages,
    PreferencePages,
    CasePages,
    CaseActs,
    StatisticsPages,
    ExercisePages,
    WatchlistPages,
    SubjectPages,
    DraftPages,
    ProposalPages,
    ListPolicyPages,
    TransferPages,
    DevicePages,
    SitePages,
    SettingsPages,
    RolloutPages,
    PeoplePages,
    ProgramPages,
    WebhookPages,
    OwnPages,
    AuditPages,
    AuditVerificationPages,
    PicturePages,
)
"""Each takes the context and adds its routes; the order of their addresses does not matter."""


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
    for pages in PAGES:
        pages(context).add_to(router)
    router.add_api_route("/{rest:path}", _nowhere, methods=["GET"], response_model=None)
    return router


def _nowhere(rest: str) -> Response:
    """Say of every other address that there is nothing."""
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
        headers = {
            "Cache-Control": age,
            "ETag": f'"{asset.etag}"',
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
        }
        if request.headers.get("if-none-match", "").removeprefix("W/") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        if asset.packed and "gzip" in request.headers.get("accept-encoding", ""):
            headers |= {"Content-Encoding": "gzip", "ETag": f'W/"{asset.etag}"'}
            return Response(asset.packed, media_type=asset.media_type, headers=headers)
        return Response(asset.content, media_type=asset.media_type, headers=headers)
