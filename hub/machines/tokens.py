"""Access tokens: a client proves itself and gets one for a quarter of an hour.

Tokens are random and stored hashed, like sessions: only the hub reads them, and a revoked client is out
at once (in other processes of the API within `hub.machines.recent.KEPT_FOR`).
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from hub.machines.assertions import check_assertion, claimed_client
from hub.machines.scopes import GRANTABLE, scope_text, stored_scopes
from hub.machines.tables import access_tokens, api_clients, used_assertions
from hub.people.access import Permission, Role, User, token_hash
from hub.store.insertion import insert_if_new

LIFETIME = timedelta(minutes=15)
ACTOR_PREFIX = "client:"


@dataclass(frozen=True, slots=True)
class Proof:
    """What a client showed: a secret, an assertion, or nothing but its certificate."""

    client_id: str = ""
    secret: str = ""
    assertion: str = ""
    certificate_sha256: str | None = None
    """Of the TLS connection; None: no certificate."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no token (RFC 6749, section 5.2)."""

    error: str
    description: str


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token as it leaves the hub once."""

    token: str
    client_id: str
    scopes: frozenset[Permission]
    expires_at: datetime
    certificate_sha256: str | None


@dataclass(frozen=True, slots=True)
class KnownToken:
    """A token that was found: whose it is, until when, and to which certificate it is bound."""

    user: User
    expires_at: datetime
    certificate_sha256: str | None
    """None: to none."""

    def user_with(self, certificate_sha256: str | None) -> User | None:
        """Whose it is on a connection with this certificate; None when it is bound to another."""
        is_bound = self.certificate_sha256 not in {None, certificate_sha256}
        return None if is_bound else self.user


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """A client's wish."""

    proof: Proof
    scope: str
    """Names with spaces between; empty: everything the client may have."""


def issue_token(
    connection: Connection, wanted: TokenRequest, *, token: str, audiences: frozenset[str], now: datetime
) -> AccessToken | Refusal:
    """Check the proof and store a token, bound to the certificate that was shown; otherwise say why not."""
    row = _prove(connection, wanted.proof, audiences, now)
    if isinstance(row, Refusal):
        return row
    granted = stored_scopes(row.scopes)
    asked = set(wanted.scope.split())
    if not asked <= {scope.value for scope in granted}:
        return Refusal("invalid_scope", "the client may not have every scope it asks for")
    scopes = frozenset(scope for scope in granted if not asked or scope.value in asked)
    made = AccessToken(token, row.client_id, scopes, now + LIFETIME, wanted.proof.certificate_sha256)
    _store(connection, made, now)
    return made


def machine_of_token(
    connection: Connection, token: str, certificate_sha256: str | None, now: datetime
) -> User | None:
    """Whose access token it is; None when it is unknown, over, revoked, or bound to another certificate."""
    known = known_token(connection, token, now)
    return None if known is None else known.user_with(certificate_sha256)


def known_token(connection: Connection, token: str, now: datetime) -> KnownToken | None:
    """Look an access token up; None when it is unknown, over or revoked."""
    query = (
        select(access_tokens, api_clients.c.title, api_clients.c.scopes.label("granted"))
        .join(api_clients, api_clients.c.client_id == access_tokens.c.client_id)
        .where(
            access_tokens.c.token_sha256 == token_hash(token),
            access_tokens.c.expires_at > now,
            api_clients.c.revoked_at.is_(None),
        )
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    scopes = stored_scopes(row.scopes) & stored_scopes(row.granted) & GRANTABLE
    user = User(ACTOR_PREFIX + row.client_id, row.title, Role.MACHINE, scopes=scopes)
    return KnownToken(user, row.expires_at, row.certificate_sha256)


def _prove(
    connection: Connection, proof: Proof, audiences: frozenset[str], now: datetime
) -> Row[Any] | Refusal:
    client_id = (claimed_client(proof.assertion) or "") if proof.assertion else proof.client_id
    is_active = (api_clients.c.client_id == client_id) & api_clients.c.revoked_at.is_(None)
    row = connection.execute(select(api_clients).where(is_active)).first()
    if row is None or proof.client_id not in {"", client_id}:
        return Refusal("invalid_client", "no such client, or it is revoked")
    if proof.assertion:
        reason = _assertion_fault(connection, row, proof.assertion, audiences, now)
    elif row.certificate_sha256 is not None:
        is_right = hmac.compare_digest(row.certificate_sha256, proof.certificate_sha256 or "")
        reason = None if is_right else "the client's certificate was not shown"
    else:
        is_right = hmac.compare_digest(row.secret_sha256 or "", token_hash(proof.secret))
        reason = None if is_right else "the secret is wrong"
    return row if reason is None else Refusal("invalid_client", reason)


def _assertion_fault(
    connection: Connection, row: Row[Any], text: str, audiences: frozenset[str], now: datetime
) -> str | None:
    if row.keys is None:
        return "the client has no keys"
    checked = check_assertion(text, row.keys, audiences=audiences, now=now)
    if isinstance(checked, str):
        return checked
    connection.execute(delete(used_assertions).where(used_assertions.c.expires_at <= now - LIFETIME))
    used = {"client_id": row.client_id, "jti": checked.jti, "expires_at": checked.expires_at}
    return None if insert_if_new(connection, used_assertions, used) else "the assertion was used before"


def _store(connection: Connection, made: AccessToken, now: datetime) -> None:
    connection.execute(delete(access_tokens).where(access_tokens.c.expires_at <= now))
    connection.execute(
        access_tokens.insert().values(
            token_sha256=token_hash(made.token),
            client_id=made.client_id,
            scopes=scope_text(made.scopes),
            certificate_sha256=made.certificate_sha256,
            created_at=now,
            expires_at=made.expires_at,
        )
    )
