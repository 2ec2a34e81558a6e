"""Puts the application together: API routers, console, guards, problem details."""

from functools import cache
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import RedirectResponse
from starlette.routing import BaseRoute

from hub.api import (
    audit,
    carriers,
    case_results,
    case_statistics,
    cases,
    certificate_acts,
    clients,
    declaration_acts,
    declaration_batches,
    declaration_certificates,
    declaration_desk,
    declaration_statistics,
    declaration_versions,
    declarations,
    events,
    fleet,
    fleet_commands,
    landed_costs,
    list_policy,
    manifests,
    oauth,
    operations,
    origin_certificates,
    origin_checks,
    origin_figures,
    origin_scans,
    people,
    places,
    proposals,
    refused_uses,
    risk_profiles,
    sessions,
    subjects,
    transfers,
    watchlists,
    webhooks,
)
from hub.api.guards import Guards
from hub.api.limits import limited
from hub.api.problems import MEDIA_TYPE, Problem, add_problem_handlers
from hub.api.rate_limit import Leases
from hub.api.strict_json import strict_json
from hub.bootstrap import Services
from hub.console.routes import create_router
from hub.declarations.assessing.assess import Assessor
from hub.declarations.gathering import Gathering
from hub.live.feed import LiveFeed
from hub.origin.checking.paper_desk import PaperDesk
from hub.public_app.routes import create_app_router
from sync.version import VERSION

PREFIX = "/api/v1"
ROUTED = (
    sessions,
    oauth,
    clients,
    carriers,
    manifests,
    webhooks,
    events,
    cases,
    case_results,
    case_statistics,
    subjects,
    proposals,
    watchlists,
    list_policy,
    transfers,
    fleet,
    places,
    fleet_commands,
    declarations,
    declaration_acts,
    declaration_desk,
    declaration_certificates,
    declaration_versions,
    landed_costs,
    risk_profiles,
    declaration_statistics,
    origin_certificates,
    certificate_acts,
    origin_checks,
    origin_figures,
    origin_scans,
    refused_uses,
    people,
    audit,
    operations,
)
"""Modules whose router stands below `PREFIX`."""


def create_app(services: Services) -> FastAPI:
    """Make the ASGI application of `kechid-hub api`."""
    app = FastAPI(
        title="Kechid hub",
        version=VERSION,
        summary="Cases, watchlists and devices of border checkpoints. A match is a lead, never a verdict.",
        openapi_url=f"{PREFIX}/openapi.json",
        # Their pages load scripts from another site, which the hub's network does not reach.
        docs_url=None,
        redoc_url=None,
    )
    _equip(app, services)
    # Routes, not routers: a router would be searched before its routes are, and read all of them anew.
    app.router.routes.extend(_api_routes())
    app.router.routes.extend(create_router(services).routes)
    if services.settings.public_app.enabled:
        app.router.routes.extend(create_app_router(services).routes)
    app.add_api_route("/", _to_console, include_in_schema=False)
    app.add_middleware(Guards, api=services.settings.api)
    add_problem_handlers(app)
    app.openapi = lambda: _described(app)  # type: ignore[method-assign]
    return app


@cache
def _api_routes() -> list[BaseRoute]:
    """Routes of the API: they find the services by the request, so a process makes them once."""
    api = APIRouter()
    api.routes.extend(declarations.direct_router.routes)
    guards = [Depends(limited), Depends(strict_json)]
    for module in ROUTED:
        api.include_router(module.router, prefix=PREFIX, dependencies=guards)
    # Its reader is strict by itself, and faster.
    api.include_router(declaration_batches.router, prefix=PREFIX, dependencies=[Depends(limited)])
    for module in (operations, oauth):
        api.include_router(module.public_router)
    return api.routes


def _equip(app: FastAPI, services: Services) -> None:
    """Give an application what its routes share."""
    app.state.services = services
    app.state.leases = Leases()
    app.state.feed = LiveFeed(services.engine)
    app.state.streams = events.Streams(services.settings.api)
    app.state.assessor = Assessor(services)
    app.state.gathering = Gathering(services, app.state.assessor)
    app.state.paper_desk = PaperDesk(services)
    app.state.admission = declaration_batches.Admission(services.settings.declarations.batches_at_once)


def _to_console() -> RedirectResponse:
    """Send a browser that names no page to the console."""
    return RedirectResponse("/console", status_code=303)


def _described(app: FastAPI) -> dict[str, Any]:
    """Describe the API with the failures it really answers: problem details everywhere."""
    if app.openapi_schema is None:
        schema = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
        schemas = schema["components"]["schemas"]
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= problem.pop("$defs") | {"Problem": problem} | landed_costs.SCHEMAS
        schemas |= declarations.SCHEMAS | risk_profiles.SCHEMAS
        schemas |= origin_checks.SCHEMAS | origin_figures.SCHEMAS | origin_certificates.SCHEMAS
        schemas |= origin_scans.SCHEMAS | refused_uses.SCHEMAS | certificate_acts.SCHEMAS
        schemas |= declaration_certificates.SCHEMAS
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for path in schema["paths"].values():
            for operation in path.values():
                operation["responses"].pop("422", None)
                operation["responses"]["default"] = {"description": "Problem details.", "content": content}
        app.openapi_schema = schema
    return app.openapi_schema
