"""Carriers that tests onboard."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from httpx import Client

from hub.api.application import create_app
from hub.carriers.registry import NewCarrier, add_carrier
from hub.machines.clients import NewClient, add_client
from hub.people.access import Permission
from hub.store.database import writing
from tests.hub.api.clients import BASE
from tests.hub.asgi_client import client_for
from tests.hub.builders import NOW, Hub
from tests.hub.live_server import with_api

SECRET = "s" * 64
FACTS: dict[str, Any] = {
    "legal_name": "Swift Parcels LLC",
    "country": "AZ",
    "transport": ["air", "road"],
    "contact": "+994 12 555 01 02, desk@swift.example",
}


def let_in(hub: Hub, client_id: str = "swift", *scopes: Permission) -> None:
    """Register a client that may declare."""
    wanted = NewClient(client_id, client_id, frozenset(scopes or {Permission.DECLARE}))
    with writing(hub.services.engine) as connection:
        add_client(connection, wanted, secret=SECRET, actor="test", now=NOW)


def onboard(hub: Hub, client_id: str = "swift", **changes: Any) -> None:
    """Register a client and make it a carrier."""
    let_in(hub, client_id)
    facts = FACTS | changes
    wanted = NewCarrier(client_id, **(facts | {"transport": tuple(facts["transport"])}))
    with writing(hub.services.engine) as connection:
        add_carrier(connection, wanted, actor="test", now=NOW)


@contextmanager
def caller(hub: Hub, client_id: str = "swift") -> Iterator[Client]:
    """Open an HTTP client with the client's token."""
    with client_for(create_app(with_api(hub.services, public_url=BASE)), BASE) as client:
        form = {"grant_type": "client_credentials"}
        answer = client.post("/api/v1/oauth/token", data=form, auth=(client_id, SECRET))
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield client
