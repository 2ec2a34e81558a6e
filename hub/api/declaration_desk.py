"""Routes: who works on a declaration, and decisions on several at once."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from hub.api.declaration_acts import Officer
from hub.api.declarations import DeclarationId
from hub.api.dependencies import Hub
from hub.cases.holds import Hold
from hub.declarations.bulk import (
    MOST_AT_ONCE,
    BulkDecision,
    BulkKind,
    NewBulk,
    approve_bulk,
    list_bulk,
    propose_bulk,
    reject_bulk,
)
from hub.declarations.desk_holds import give, hold, take_over
from hub.declarations.lifecycle import MOST_REASON
from hub.store.database import reading, writing

router = APIRouter(tags=["declarations"])
BulkId = Annotated[str, Path(max_length=64)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DeclarationHoldRequest(_Strict):
    """How to take a declaration."""

    over: bool = Field(default=False, strict=True)
    """Take it from whoever has it."""


class AssignmentRequest(_Strict):
    """Whose work it becomes; an empty id: anybody's."""

    user_id: str = Field(max_length=64, pattern=r"^[^\x00-\x1f]*$")


class BulkRequest(_Strict):
    """What is decided of several; the id is the client's, so a repeat is harmless."""

    bulk_id: str = Field(min_length=1, max_length=56, pattern=r"^[A-Za-z0-9._-]+$")
    kind: BulkKind
    declaration_ids: list[Annotated[str, Field(max_length=64)]] = Field(min_length=1, max_length=MOST_AT_ONCE)
    reason: str = Field(min_length=1, max_length=MOST_REASON)


@router.post("/declarations/{declaration_id}/hold", operation_id="hold_declaration")
def post_hold(
    services: Hub, user: Officer, declaration_id: DeclarationId, wanted: DeclarationHoldRequest
) -> Hold:
    """Hold it for three minutes; returns who holds it, which is somebody else unless taken over."""
    with writing(services.engine) as connection:
        work = take_over if wanted.over else hold
        return work(connection, declaration_id, user, services.clock())


@router.put("/declarations/{declaration_id}/assignment", operation_id="assign_declaration", status_code=204)
def put_assignment(
    services: Hub, user: Officer, declaration_id: DeclarationId, wanted: AssignmentRequest
) -> None:
    """Make it an officer's work, or anybody's."""
    with writing(services.engine) as connection:
        give(connection, declaration_id, wanted.user_id, by=user, now=services.clock())


@router.get("/bulk-decisions", operation_id="list_bulk_decisions")
def get_bulk_decisions(services: Hub, _user: Officer) -> list[BulkDecision]:
    """List those that wait, then the newest of the others."""
    with reading(services.engine) as connection:
        return list(list_bulk(connection))


@router.post("/bulk-decisions", operation_id="propose_bulk_decision", status_code=201)
def post_bulk_decision(services: Hub, user: Officer, wanted: BulkRequest) -> BulkDecision:
    """Decide several at once, or propose it where the settings ask for a second officer."""
    new = NewBulk(wanted.bulk_id, wanted.kind, tuple(wanted.declaration_ids), wanted.reason)
    needs_two = services.settings.declarations.bulk_needs_two
    with writing(services.engine) as connection:
        return propose_bulk(connection, new, officer=user, needs_two=needs_two, now=services.clock())


@router.post("/bulk-decisions/{bulk_id}/approve", operation_id="approve_bulk_decision")
def post_approval(services: Hub, user: Officer, bulk_id: BulkId) -> BulkDecision:
    """Carry it out as its second officer."""
    with writing(services.engine) as connection:
        return approve_bulk(connection, bulk_id, officer=user, now=services.clock())


@router.post("/bulk-decisions/{bulk_id}/reject", operation_id="reject_bulk_decision")
def post_rejection(services: Hub, user: Officer, bulk_id: BulkId) -> BulkDecision:
    """Drop it."""
    with writing(services.engine) as connection:
        return reject_bulk(connection, bulk_id, officer=user, now=services.clock())
