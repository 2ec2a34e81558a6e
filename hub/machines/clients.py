"""API clients: registration, and the secret, key set or certificate by which each proves itself."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import Connection, Row, delete, select, update

from hub.errors import ConflictError, FieldProblem, InvalidInputError, NotFoundError
from hub.machines.scopes import scope_text, stored_scopes
from hub.machines.tables import access_tokens, api_clients
from hub.people.access import Permission, token_hash
from hub.store.paging import Page, bad_cursor

MAX_KEYS = 10
PUBLIC_KINDS = frozenset({"EC", "RSA", "OKP"})
_CLIENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,55}")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class NewClient:
    """A machine to let in; without keys and certificate it gets a secret."""

    client_id: str
    title: str
    scopes: frozenset[Permission]
    keys: Mapping[str, Any] | None = None
    """JSON Web Key Set (RFC 7517) of public keys, for ``private_key_jwt``."""
    certificate_sha256: str | None = None
    """SHA-256 of the DER certificate in hexadecimal, for mutual TLS (RFC 8705)."""
    requests_per_minute: int | None = None
    """None: what the settings allow everybody."""

    @property
    def needs_secret(self) -> bool:
        """True when nothing else would prove who it is."""
        return self.keys is None and self.certificate_sha256 is None


@dataclass(frozen=True, slots=True)
class ClientSummary:
    """A registered client, without what proves it."""

    client_id: str
    title: str
    scopes: tuple[Permission, ...]
    proof: str
    """``secret``, ``key`` or ``certificate``."""
    requests_per_minute: int | None
    created_at: datetime
    created_by: str
    is_revoked: bool


def add_client(
    connection: Connection, wanted: NewClient, *, secret: str, actor: str, now: datetime
) -> ClientSummary:
    """Let a client in; raises `InvalidInputError`, and `ConflictError` when the id is taken."""
    problems = _problems(wanted)
    if problems:
        raise InvalidInputError(*problems)
    taken = select(api_clients.c.client_id).where(api_clients.c.client_id == wanted.client_id)
    if connection.scalar(taken) is not None:
        raise ConflictError("client-exists", f"client {wanted.client_id!r} exists already")
    connection.execute(
        api_clients.insert().values(
            client_id=wanted.client_id,
            title=wanted.title,
            scopes=scope_text(wanted.scopes),
            secret_sha256=token_hash(secret) if wanted.needs_secret else None,
            keys=wanted.keys,
            certificate_sha256=wanted.certificate_sha256,
            requests_per_minute=wanted.requests_per_minute,
            created_at=now,
            created_by=actor,
        )
    )
    return client(connection, wanted.client_id)


def find_clients(
    connection: Connection, *, cursor: str | None = None, limit: int = 50
) -> Page[ClientSummary]:
    """Clients by id, revoked ones included; the cursor is the last one's id.

    Raises `InvalidInputError` for a cursor that is no client's id.
    """
    query = select(api_clients).order_by(api_clients.c.client_id).limit(limit + 1)
    if cursor is not None:
        if not _CLIENT_ID.fullmatch(cursor):
            raise bad_cursor(cursor)
        query = query.where(api_clients.c.client_id > cursor)
    found = tuple(_summary(row) for row in connection.execute(query))
    return Page(found[:limit], found[limit - 1].client_id if len(found) > limit else None)


def list_clients(connection: Connection) -> tuple[ClientSummary, ...]:
    """Every client by id, revoked ones included."""
    return tuple(
        _summary(row) for row in connection.execute(select(api_clients).order_by(api_clients.c.client_id))
    )


def client(connection: Connection, client_id: str) -> ClientSummary:
    """One client; raises `NotFoundError`."""
    row = connection.execute(select(api_clients).where(api_clients.c.client_id == client_id)).first()
    if row is None:
        raise NotFoundError("client", client_id)
    return _summary(row)


def revoke_client(connection: Connection, client_id: str, now: datetime) -> bool:
    """Shut a client out, its tokens included; False when it was already. Raises `NotFoundError`."""
    client(connection, client_id)
    is_active = (api_clients.c.client_id == client_id) & api_clients.c.revoked_at.is_(None)
    done = connection.execute(update(api_clients).where(is_active).values(revoked_at=now))
    connection.execute(delete(access_tokens).where(access_tokens.c.client_id == client_id))
    return done.rowcount == 1


def _problems(wanted: NewClient) -> Sequence[FieldProblem]:
    checks = (
        (
            not _CLIENT_ID.fullmatch(wanted.client_id),
            FieldProblem("/client_id", "not-a-name", "letters, digits, . _ - only, at most 56"),
        ),
        (not wanted.title.strip(), FieldProblem("/title", "missing", "a client has a title")),
        (not wanted.scopes, FieldProblem("/scopes", "missing", "a client needs at least one scope")),
        (
            wanted.certificate_sha256 is not None and not _FINGERPRINT.fullmatch(wanted.certificate_sha256),
            FieldProblem("/certificate_sha256", "not-a-fingerprint", "64 hexadecimal digits, lower case"),
        ),
        (
            wanted.requests_per_minute is not None and not 0 < wanted.requests_per_minute <= 100_000,
            FieldProblem("/requests_per_minute", "out-of-range", "1 to 100000"),
        ),
        (
            wanted.keys is not None and wanted.certificate_sha256 is not None,
            FieldProblem("/keys", "one-proof-only", "a client has keys or a certificate"),
        ),
    )
    return [problem for is_bad, problem in checks if is_bad] + _key_problems(wanted.keys)


def _key_problems(keys: Mapping[str, Any] | None) -> list[FieldProblem]:
    """Take public signature keys only: a private one that was pasted here is burnt."""
    if keys is None:
        return []
    raw = keys.get("keys")
    if not isinstance(raw, list) or not 0 < len(raw) <= MAX_KEYS:
        return [FieldProblem("/keys", "out-of-range", f"a JSON Web Key Set has 1 to {MAX_KEYS} keys here")]
    return [
        FieldProblem(f"/keys/keys/{index}", "not-a-public-key", "a public EC, RSA or OKP key is needed")
        for index, key in enumerate(raw)
        if not _is_public_key(key)
    ]


def _is_public_key(raw: object) -> bool:
    if not isinstance(raw, dict) or raw.get("kty") not in PUBLIC_KINDS or "d" in raw:
        return False
    try:
        KeySet.import_key_set({"keys": [raw]})
    except (JoseError, KeyError, TypeError, ValueError):
        return False
    return True


def _summary(row: Row[Any]) -> ClientSummary:
    return ClientSummary(
        client_id=row.client_id,
        title=row.title,
        scopes=tuple(sorted(stored_scopes(row.scopes))),
        proof="key" if row.keys else "certificate" if row.certificate_sha256 else "secret",
        requests_per_minute=row.requests_per_minute,
        created_at=row.created_at,
        created_by=row.created_by,
        is_revoked=row.revoked_at is not None,
    )
