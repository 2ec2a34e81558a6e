"""The console's router: pages, pictures and static files under ``/console``."""

from collections.abc import Mapping
from datetime import tzinfo
from functools import cache

from fastapi import APIRouter
from fastapi.responses import Response

from hub.bootstrap import Services
from hub.console.assets import Asset, load_assets
from hub.console.audit import AuditPages
from hub.console.audit_verification import AuditVerificationPages
from hub.console.bulk import BulkPages
from hub.console.carrier_account import CarrierAccountPages
from hub.console.carriers import CarrierPages
from hub.console.case_acts import CaseActs
from hub.console.cases import CasePages
from hub.console.context import ConsoleContext
from hub.console.declaration_statistics import DeclarationStatisticsPages
from hub.console.declarations import DeclarationPages
from hub.console.devices import DevicePages
from hub.console.drafts import DraftPages
from hub.console.exercises import ExercisePages
from hub.console.fleet_settings import SettingsPages
from hub.console.home import HomePages
from hub.console.issuing import IssuingPages
from hub.console.issuing_file import IssuingFilePages
from hub.console.language import load_languages
from hub.console.list_policy import ListPolicyPages
from hub.console.origin_checks import OriginCheckPages
from hub.console.origin_figures import OriginFigurePages
from hub.console.own_page import OwnPages
from hub.console.pages import Pages
from hub.console.people import PeoplePages
from hub.console.pictures import PicturePages
from hub.console.preferences import PreferencePages
from hub.console.problems import console_route
from hub.console.programs import ProgramPages
from hub.console.proposals import ProposalPages
from hub.console.provider_sign_in import ProviderPages
from hub.console.refused_uses import RefusedUsePages
from hub.console.risk_profiles import RiskProfilePages
from hub.console.rollouts import RolloutPages
from hub.console.sign_in import SignInPages
from hub.console.sign_out import SignOutPages
from hub.console.sites import SitePages
from hub.console.static_files import StaticFiles
from hub.console.statistics import StatisticsPages
from hub.console.subjects import SubjectPages
from hub.console.transfer import TransferPages
from hub.console.watchlists import WatchlistPages
from hub.console.webhooks import WebhookPages
from hub.errors import NotFoundError

PAGES = (
    HomePages,
    SignInPages,
    ProviderPages,
    SignOutPages,
    PreferencePages,
    CasePages,
    CaseActs,
    DeclarationPages,
    BulkPages,
    RiskProfilePages,
    DeclarationStatisticsPages,
    OriginCheckPages,
    OriginFigurePages,
    RefusedUsePages,
    IssuingPages,
    IssuingFilePages,
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
    CarrierPages,
    CarrierAccountPages,
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
    assets, templates = _appearance()
    context = ConsoleContext(services, templates, zone)
    router = APIRouter(prefix="/console", route_class=console_route(context), include_in_schema=False)
    router.add_api_route(
        "/static/{name:path}", StaticFiles(assets).send, methods=["GET"], response_model=None
    )
    for pages in PAGES:
        pages(context).add_to(router)
    router.add_api_route("/{rest:path}", _nowhere, methods=["GET"], response_model=None)
    return router


@cache
def _appearance() -> tuple[Mapping[str, Asset], Pages]:
    """Read files, catalogues and templates once for all applications of a process."""
    assets = load_assets()
    return assets, Pages(load_languages(), assets)


def _nowhere(rest: str) -> Response:
    """Say of every other address that there is nothing."""
    raise NotFoundError("page", rest)
