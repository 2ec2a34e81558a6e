"""Routes: carriers, for administrators."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from hub.api.dependencies import Hub, IdempotencyKey, allowed, answer_of, as_response, attempt_of
from hub.carriers.intake_terms import declared_on, next_day
from hub.carriers.registry import (
    MOST_QUOTA,
    MOST_TEXT,
    CarrierSummary,
    NewCarrier,
    Transport,
    add_carrier,
    carrier,
    find_carriers,
    resume_carrier,
    set_quota,
    suspend_carrier,
)
from hub.carriers.score_card import MOST_MONTHS, ScoreCard, score_cards
from hub.errors import NotFoundError
from hub.machines.tokens import ACTOR_PREFIX
from hub.people.access import Permission, User
from hub.people.audit import Act, record
from hub.store.database import reading, writing
from hub.store.idempotency import Answer, digest_of, once
from hub.store.paging import MAX_LIMIT, Page

router = APIRouter(tags=["carriers"])
Administrator = Annotated[User, Depends(allowed(Permission.MANAGE_CLIENTS))]
Judge = Annotated[
    User,
    Depends(allowed(Permission.MANAGE_CLIENTS, Permission.VIEW_DECLARATIONS, Permission.DECLARE)),
]
"""A client that declares sees its own card and no other."""
ClientId = Annotated[str, Path(max_length=64)]
Quota = Annotated[int, Field(ge=1, le=MOST_QUOTA, strict=True)]


class CarrierRequest(BaseModel):
    """An API client with the scope `declare` that becomes a carrier."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    client_id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,55}$")
    legal_name: str = Field(max_length=MOST_TEXT, pattern=r"\S")
    country: str = Field(pattern=r"^[A-Z]{2}$")
    """ISO 3166-1, two capital letters."""
    transport: list[Transport] = Field(min_length=1, max_length=5)
    contact: str = Field(max_length=MOST_TEXT, pattern=r"\S")
    daily_quota: Quota | None = None
    """New declarations in a calendar day; null: no limit."""
    is_sandbox: bool = Field(default=False, strict=True)
    """It only tries things out; that never changes."""


class SuspensionRequest(BaseModel):
    """Why a carrier is suspended; the carrier is told."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    reason: str = Field(max_length=MOST_TEXT, pattern=r"\S")


class QuotaRequest(BaseModel):
    """How many new declarations a carrier may send in a calendar day."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    daily_quota: Quota | None
    """Null: no limit."""


class CarrierToday(BaseModel):
    """A carrier, and how much of its quota today has used."""

    carrier: CarrierSummary
    declared_today: int
    resets_at: datetime
    """When the next calendar day begins."""


@router.get("/carriers", operation_id="list_carriers")
def get_carriers(
    services: Hub,
    user: Administrator,
    cursor: Annotated[str | None, Query(max_length=56)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 50,
) -> Page[CarrierSummary]:
    """Carriers by id."""
    with reading(services.engine) as connection:
        return find_carriers(connection, cursor=cursor, limit=limit)


@router.get("/carriers/{client_id}", operation_id="get_carrier")
def get_carrier(services: Hub, user: Administrator, client_id: ClientId) -> CarrierToday:
    """One carrier, and what it has sent today."""
    now, zone = services.clock(), services.settings.cases.zone
    with reading(services.engine) as connection:
        found = carrier(connection, client_id)
        declared = declared_on(connection, client_id, now, zone)
    return CarrierToday(carrier=found, declared_today=declared, resets_at=next_day(now, zone))


@router.post("/carriers", status_code=201, operation_id="add_carrier", response_model=CarrierSummary)
def post_carrier(
    services: Hub, user: Administrator, wanted: CarrierRequest, key: IdempotencyKey = None
) -> Response:
    """Make an API client a carrier; what proves who it is stays the client's."""
    attempt = attempt_of(user, key, digest_of([b"carrier", wanted.model_dump_json().encode()]))
    asked = NewCarrier(**wanted.model_dump(exclude={"transport"}), transport=tuple(wanted.transport))
    now = services.clock()
    with writing(services.engine) as connection:

        def work() -> Answer:
            made = add_carrier(connection, asked, actor=user.user_id, now=now)
            record(connection, Act(user.user_id, "carrier-added", made.client_id, {}), now)
            return answer_of(201, made)

        return as_response(once(services, connection, attempt, work))


@router.post("/carriers/{client_id}/suspension", status_code=204, operation_id="suspend_carrier")
def post_suspension(
    services: Hub, user: Administrator, client_id: ClientId, wanted: SuspensionRequest
) -> None:
    """Refuse a carrier's declarations from now on."""
    now = services.clock()
    with writing(services.engine) as connection:
        if suspend_carrier(connection, client_id, wanted.reason, now):
            details = {"reason": wanted.reason}
            record(connection, Act(user.user_id, "carrier-suspended", client_id, details), now)


@router.post("/carriers/{client_id}/resumption", status_code=204, operation_id="resume_carrier")
def post_resumption(services: Hub, user: Administrator, client_id: ClientId) -> None:
    """Take a carrier's declarations again."""
    with writing(services.engine) as connection:
        if resume_carrier(connection, client_id):
            record(connection, Act(user.user_id, "carrier-resumed", client_id, {}), services.clock())


@router.put("/carriers/{client_id}/quota", status_code=204, operation_id="set_carrier_quota")
def put_quota(services: Hub, user: Administrator, client_id: ClientId, wanted: QuotaRequest) -> None:
    """Set how many new declarations a day are taken from a carrier."""
    with writing(services.engine) as connection:
        set_quota(connection, client_id, wanted.daily_quota)
        details = {"daily_quota": wanted.daily_quota}
        record(connection, Act(user.user_id, "carrier-quota-set", client_id, details), services.clock())


@router.get("/carriers/{client_id}/score-cards", operation_id="list_score_cards")
def get_score_cards(
    services: Hub,
    user: Judge,
    client_id: ClientId,
    months: Annotated[int, Query(ge=1, le=MOST_MONTHS)] = 12,
) -> tuple[ScoreCard, ...]:
    """How well a carrier declares, by month, the newest first; months without a declaration are left out."""
    sees_all = user.may(Permission.MANAGE_CLIENTS) or user.may(Permission.VIEW_DECLARATIONS)
    if not sees_all and user.user_id != ACTOR_PREFIX + client_id:
        raise NotFoundError("carrier", client_id)
    with reading(services.engine) as connection:
        carrier(connection, client_id)
        return score_cards(connection, client_id, months)
