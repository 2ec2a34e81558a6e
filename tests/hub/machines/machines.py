"""Clients, keys and assertions of machines that tests let in."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey
from sqlalchemy import Connection

from hub.machines.clients import NewClient, add_client
from hub.people.access import Permission
from tests.hub.builders import NOW

SECRET = "s" * 64
CERTIFICATE = "c" * 64
BASE = "https://hub.test"
AUDIENCES = frozenset({BASE, f"{BASE}/api/v1/oauth/token"})
SCOPES = frozenset({Permission.VIEW_DEVICES, Permission.VIEW_CASES})


@cache
def private_key(name: str = "own") -> ECKey:
    """Make one key pair per name."""
    return ECKey.generate_key("P-256", {"kid": name, "use": "sig"})


def public_keys(name: str = "own") -> dict[str, Any]:
    """Make the key set that a client registers."""
    return {"keys": [private_key(name).as_dict(private=False)]}


def let_in(connection: Connection, client_id: str = "feed", **proof: Any) -> None:
    """Register a client whose secret, if it has one, is `SECRET`."""
    wanted = NewClient(client_id, "Feed of the ministry", SCOPES, **proof)
    add_client(connection, wanted, secret=SECRET, actor="test", now=NOW)


def assertion(now: datetime = NOW, *, key: str = "own", changes: Mapping[str, object] | None = None) -> str:
    """Sign a good assertion of the client ``feed``, or one with changed claims; None takes a claim out."""
    claims: dict[str, object] = {
        "iss": "feed",
        "sub": "feed",
        "aud": BASE,
        "jti": "one",
        "iat": int(now.timestamp()),
        "exp": int((now + timedelta(minutes=5)).timestamp()),
    }
    claims |= changes or {}
    return jwt.encode(
        {"alg": "ES256", "kid": key},
        {name: value for name, value in claims.items() if value is not None},
        private_key(key),
    )
