"""Routes: which machines may call the API."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from hub.api.dependencies import Hub, IdempotencyKey, allowed, answer_of, as_response, attempt_of
from hub.machines.clients import (
    MAX_KEYS,
    ClientSummary,
    NewClient,
    add_client,
    client,
    find_clients,
    revoke_client,
)
from hub.machines.scopes import GRANTABLE, parse_scopes
from hub.people.access import Permission, User
from hub.people.audit import Act, record
from hub.store.database import reading, writing
from hub.store.idempotency import Answer, digest_of, once
from hub.store.paging import MAX_LIMIT, Page

router = APIRouter(tags=["machines"])
Administrator = Annotated[User, Depends(allowed(Permission.MANAGE_CLIENTS))]
ClientId = Annotated[str, Path(max_length=64)]


class KeySet(BaseModel):
    """Public keys (RFC 7517)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    keys: list[dict[str, Any]] = Field(min_length=1, max_length=MAX_KEYS)


Scope = Annotated[str, Field(json_schema_extra={"enum": sorted(GRANTABLE)})]


class ClientRequest(BaseModel):
    """A machine to let in; without keys and certificate it gets a secret."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    client_id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,55}$")
    title: str = Field(max_length=400, pattern=r"\S")
    scopes: list[Scope] = Field(min_length=1, max_length=50)
    keys: KeySet | None = None
    """JSON Web Key Set of public keys (RFC 7517)."""
    certificate_sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    requests_per_minute: int | None = Field(default=None, ge=1, le=100_000, strict=True)


class NewClientReply(BaseModel):
    """What the client needs; the secret is shown this once and stored hashed."""

    client_id: str
    secret: str | None
    """None: the client proves itself by key or certificate."""


@router.get("/clients", operation_id="list_clients")
def get_clients(
    services: Hub,
    user: Administrator,
    cursor: Annotated[str | None, Query(max_length=56)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 50,
) -> Page[ClientSummary]:
    """Machines by id, revoked ones included."""
    with reading(services.engine) as connection:
        return find_clients(connection, cursor=cursor, limit=limit)


@router.get("/clients/{client_id}", operation_id="get_client")
def get_client(services: Hub, user: Administrator, client_id: ClientId) -> ClientSummary:
    """One machine."""
    with reading(services.engine) as connection:
        return client(connection, client_id)


@router.post("/clients", status_code=201, operation_id="add_client", response_model=NewClientReply)
def post_client(
    services: Hub, user: Administrator, wanted: ClientRequest, key: IdempotencyKey = None
) -> Response:
    """Let a machine in."""
    asked = NewClient(**wanted.model_dump(exclude={"scopes"}), scopes=parse_scopes(wanted.scopes))
    now, secret = services.clock(), services.new_token()
    attempt = attempt_of(user, key, digest_of([b"client", wanted.model_dump_json().encode()]))
    with writing(services.engine) as connection:

        def work() -> Answer:
            add_client(connection, asked, secret=secret, actor=user.user_id, now=now)
            record(connection, Act(user.user_id, "client-added", asked.client_id, {}), now)
            shown = secret if asked.needs_secret else None
            return answer_of(201, NewClientReply(client_id=asked.client_id, secret=shown).model_dump())

        return as_response(once(services, connection, attempt, work))


@router.post("/clients/{client_id}/revocation", status_code=204, operation_id="revoke_client")
def post_revocation(services: Hub, user: Administrator, client_id: ClientId) -> None:
    """Shut a machine out; its tokens open nothing any more."""
    now = services.clock()
    with writing(services.engine) as connection:
        if revoke_client(connection, client_id, now):
            record(connection, Act(user.user_id, "client-revoked", client_id, {}), now)
    services.recent_machines.forget_all()
