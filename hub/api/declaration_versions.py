"""Routes: a sender amends or withdraws its declaration; its versions and what changed."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from hub.api.declarations import (
    LODGED_BODY,
    DeclarationId,
    Reader,
    Sender,
    lodged_in,
)
from hub.api.dependencies import Hub
from hub.bootstrap import Services
from hub.declarations.act_values import DeskAct
from hub.declarations.acts import act_as_sender
from hub.declarations.amending import amend
from hub.declarations.assessing.assess import Assessor
from hub.declarations.batches import ReadRow
from hub.declarations.desk import note_look
from hub.declarations.lifecycle import MOST_REASON, Event
from hub.declarations.registry import DeclarationSummary, summary_of
from hub.declarations.versions import DeclarationVersion, versions_of
from hub.errors import NotFoundError
from hub.people.access import User
from hub.store.database import reading, writing, writing_beside_others

router = APIRouter(tags=["declarations"])
INVALIDATION = "invalidation"
"""The act's id: a declaration is withdrawn once, so a repeat is harmless."""


class Invalidation(BaseModel):
    """Why a declaration is withdrawn."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    reason: str = Field(min_length=1, max_length=MOST_REASON)


@router.post(
    "/declarations/{declaration_id}/amendments",
    operation_id="amend_declaration",
    status_code=201,
    response_model=DeclarationSummary,
    openapi_extra=LODGED_BODY,
    responses={200: {"description": "It is in force already.", "model": DeclarationSummary}},
)
async def post_amendment(
    request: Request, response: Response, services: Hub, user: Sender, declaration_id: DeclarationId
) -> Any:
    """Replace the whole content under the same number; it is assessed again at once."""
    row = await lodged_in(request)
    assessor: Assessor = request.app.state.assessor
    is_new, summary = await run_in_threadpool(_amended, services, user, declaration_id, row, assessor)
    if not is_new:
        response.status_code = 200
    return summary


@router.get("/declarations/{declaration_id}/versions", operation_id="list_declaration_versions")
def get_versions(
    services: Hub,
    user: Reader,
    declaration_id: DeclarationId,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> list[DeclarationVersion]:
    """All that was ever sent under its number, newest first, each with what it changed; fifty at a time."""
    with reading(services.engine) as connection:
        summary = summary_of(connection, declaration_id, user)
        versions = list(versions_of(connection, declaration_id, user, before=before))
    note_look(services, summary, viewer=user)
    return versions


@router.post("/declarations/{declaration_id}/invalidation", operation_id="invalidate_declaration")
def post_invalidation(
    services: Hub, user: Sender, declaration_id: DeclarationId, wanted: Invalidation
) -> DeclarationSummary:
    """Withdraw a declaration whose goods are not here yet; the same again is answered the same."""
    act = DeskAct(act_id=INVALIDATION, event=Event.INVALIDATE, reason=wanted.reason)
    with writing(services.engine) as connection:
        if summary_of(connection, declaration_id, user).sender_id != user.user_id:
            raise NotFoundError("declaration", declaration_id)
        act_as_sender(connection, declaration_id, act, sender=user, now=services.clock())
        return summary_of(connection, declaration_id, user)


def _amended(
    services: Services, user: User, declaration_id: str, row: ReadRow, assessor: Assessor
) -> tuple[bool, DeclarationSummary]:
    with writing_beside_others(services.engine) as connection:
        is_new = amend(
            connection,
            declaration_id,
            row,
            sender_id=user.user_id,
            assessor=assessor,
            now=services.clock(),
        )
        return is_new, summary_of(connection, declaration_id, user)
