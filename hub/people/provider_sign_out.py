"""Signing out, also at the OpenID provider that the session came from (RP-Initiated Logout 1.0)."""

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from hub.bootstrap import Services
from hub.people.access import token_hash
from hub.people.identity_provider import IdentityProvider
from hub.people.sign_in import sign_out
from hub.people.tables import sessions
from hub.store.database import reading

LONGEST_HINT = 4096
"""Letters of an ID token; a longer one would not fit an address, and the provider learns the client only."""
_KIND = "id-token"


@dataclass(frozen=True, slots=True)
class Farewell:
    """Where the browser ends the provider's session, and what it must bring back from there."""

    address: str
    state: str


def keep_id_token(services: Services, connection: Connection, token: str, id_token: str) -> None:
    """Keep the ID token sealed with its session, which is marked by it as the provider's."""
    name = token_hash(token)
    hint = id_token if len(id_token) <= LONGEST_HINT else ""
    sealed = services.seal(_KIND, name, hint.encode())
    is_this = sessions.c.token_sha256 == name
    connection.execute(update(sessions).where(is_this).values(sealed_id_token=sealed))


def sign_out_everywhere(services: Services, provider: IdentityProvider, token: str) -> Farewell | None:
    """End a session at the hub; then say how to end the provider's.

    None: the session is not the provider's, or the provider ends none. Raises `ProviderError` when the
    provider cannot be asked; the hub's session is over all the same.
    """
    hint = _hint(services, token)
    sign_out(services, token)
    if hint is None:
        return None
    state = services.new_token()
    address = provider.way_out(hint, state)
    return Farewell(address, state) if address else None


def _hint(services: Services, token: str) -> str | None:
    """Return the ID token of a session; empty when it was too long, None when there never was one."""
    name = token_hash(token)
    with reading(services.engine) as connection:
        query = select(sessions.c.sealed_id_token).where(sessions.c.token_sha256 == name)
        sealed = connection.scalar(query)
    return None if sealed is None else services.store_key.unseal(_KIND, name, sealed).decode()
