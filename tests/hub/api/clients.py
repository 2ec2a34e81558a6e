"""Signed-in clients of a hub in process."""

from collections.abc import Iterator
from contextlib import contextmanager

from httpx import Client

from hub.api.application import create_app
from hub.bootstrap import Services
from hub.people.access import User
from tests.hub.asgi_client import client_for
from tests.hub.builders import PASSWORD

BASE = "https://hub.test"


@contextmanager
def client_of(services: Services, user: User | None = None) -> Iterator[Client]:
    """Open a client, signed in with a bearer token when a user is given."""
    with client_for(create_app(services), BASE) as client:
        if user is not None:
            answer = client.post("/api/v1/login", json={"user_id": user.user_id, "password": PASSWORD})
            assert answer.status_code == 200, answer.text
            client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        yield client
