"""Routes: what came of a case, and who is looking at it."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from hub.api.cases import Identifier, Supervisor
from hub.api.dependencies import Hub, allowed
from hub.cases.casework import CaseDetail, CaseResult, case
from hub.cases.holds import Hold, take
from hub.cases.outcomes import NewResult, record_result
from hub.errors import ConflictError
from hub.people.access import Permission, User
from hub.people.audit import Act, record
from hub.store.database import writing

router = APIRouter(tags=["cases"])
Recorder = Annotated[User, Depends(allowed(Permission.VIEW_CASES, Permission.RECORD_RESULTS))]


class ResultRequest(BaseModel):
    """What came of it; the id is the client's, so a repeat is harmless."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    result_id: str = Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")
    result: CaseResult
    note: str = Field(default="", max_length=2000)


class HoldRequest(BaseModel):
    """How to take a case."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    over: bool = Field(default=False, strict=True)
    """Take it from whoever has it."""


@router.post("/cases/{case_id}/results", operation_id="record_case_result", status_code=201)
def post_result(services: Hub, user: Recorder, case_id: Identifier, wanted: ResultRequest) -> CaseDetail:
    """Record what came of a case; refused as a conflict while the rule of two persons is not met."""
    now = services.clock()
    with writing(services.engine) as connection:
        case(connection, case_id, viewer=user)
        new = NewResult(case_id=case_id, **wanted.model_dump())
        refusal = record_result(connection, new, officer=user, now=now)
        if refusal is not None:
            raise ConflictError(refusal.value, f"{wanted.result.value} is not recorded: {refusal.value}")
        record(connection, Act(user.user_id, "case-result", case_id, {"result": wanted.result.value}), now)
        return case(connection, case_id, viewer=user)


@router.post("/cases/{case_id}/hold", operation_id="hold_case")
def post_hold(services: Hub, user: Supervisor, case_id: Identifier, wanted: HoldRequest) -> Hold:
    """Hold a case for three minutes; returns who holds it, which is somebody else unless taken over."""
    now = services.clock()
    with writing(services.engine) as connection:
        case(connection, case_id, viewer=user)
        held = take(connection, case_id, user.user_id, now, over=wanted.over)
        if wanted.over:
            record(connection, Act(user.user_id, "case-taken-over", case_id, {}), now)
    return held
