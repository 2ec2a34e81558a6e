"""Every address of the console that can be opened, found in its router."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi.routing import APIRoute
from sqlalchemy import Select, create_engine, select

from hub.bootstrap import Services
from hub.console.routes import create_router
from hub.declarations.tables import declarations
from hub.origin.checking.tables import origin_checks
from hub.origin.issuing.tables import issued_certificates
from hub.settings_tree import HubSettings
from hub.store.metadata import metadata
from hub.store.sealing import StoreKey
from hub.watchlist.tables import proposals
from models.fakes import fake_engine
from tests.hub.console.certified import TRIAL
from tests.hub.console.furnished import READERS
from tests.hub.console.sample_hub import LIST_ID, SampleHub

PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
NO_PAGES = re.compile(
    r"/certificate\.(json|pdf)|/console/(static|pictures)/|/pictures/|/provider|/sign-out/|\{rest:path\}"
)
"""Files, pictures, ways out to another site."""
VALUES: Mapping[str, str] = MappingProxyType(
    {
        "list_id": LIST_ID,
        "subject_id": "s-1",
        "case_id": "0193a7c0-0000-7000-8000-000000000001",
        "device_id": "edge-astara-1",
        "site_id": "astara",
        "lane_id": "lane-1",
        "user_id": "leyla",
        "scope": "site:astara",
        "client_id": "swift",
        "profile_id": "heavy-parcels",
        "trial": TRIAL,
    }
)
"""What the sample hub has; a parameter that is not here is looked for in its tables."""
OK = 200


def page_paths() -> tuple[str, ...]:
    """Return the path of every page, with its parameters, in the order of the router."""
    services = Services(
        settings=HubSettings(),
        engine=create_engine("sqlite://"),
        store_key=StoreKey(bytes(32)),
        face_engine_loader=fake_engine,
        signing_key_loader=Ed25519PrivateKey.generate,
    )
    router = create_router(services)
    paths = (
        route.path
        for route in router.routes
        if isinstance(route, APIRoute) and "GET" in (route.methods or ())
    )
    return tuple(dict.fromkeys(path for path in paths if not NO_PAGES.search(path)))


def address_of(path: str, hub: SampleHub) -> str:
    """Fill the parameters of a path; raises `LookupError` naming one that the sample hub has no value for."""
    return PARAMETER.sub(lambda found: VALUES.get(found.group(1)) or _stored(found.group(1), hub), path)


def reader_of(address: str, hub: SampleHub) -> str | None:
    """Who may open the page: the first user whom it answers; raises `LookupError` when it answers nobody."""
    for user_id in (None, *(user.user_id for user in READERS)):
        if hub.browser(user_id).get(address).status_code == OK:
            return user_id
    raise LookupError(f"{address}: no user of the sample hub may open it")


def _stored(name: str, hub: SampleHub) -> str:
    """Return a value of the table whose key has this name; a draft is a proposal in its own state."""
    if name == "draft_id":
        return _first(select(proposals.c.proposal_id).where(proposals.c.state == "draft"), name, hub)
    if name == "proposal_id":
        return _first(select(proposals.c.proposal_id).where(proposals.c.state == "waiting"), name, hub)
    if name == "check_id":
        is_proposed = origin_checks.c.proposed_by != ""
        return _first(select(origin_checks.c.check_id).where(is_proposed), name, hub)
    if name == "issued_id":
        is_here = issued_certificates.c.number == "GE-0003"
        return _first(select(issued_certificates.c.certificate_id).where(is_here), name, hub)
    if name == "declaration_id":
        is_here = declarations.c.state == "presented"
        newest = declarations.c.reference.desc()
        return _first(select(declarations.c.declaration_id).where(is_here).order_by(newest), name, hub)
    keyed = [table for table in metadata.sorted_tables if [key.name for key in table.primary_key] == [name]]
    if not keyed:
        raise LookupError(f"{name}: no table has such a key; name it in VALUES")
    return _first(select(keyed[0].c[name]), name, hub)


def _first(query: Select[tuple[str]], name: str, hub: SampleHub) -> str:
    with hub.services.engine.connect() as connection:
        value = connection.scalar(query.limit(1))
    if value is None:
        raise LookupError(f"{name}: the sample hub has none; furnish it")
    return str(value)
