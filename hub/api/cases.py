"""Routes: cases, supervisors' answers, pictures."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from hub.api.dependencies import Hub, allowed
from hub.cases.casework import (
    CaseDetail,
    CaseFilter,
    CaseResult,
    CaseStatus,
    CaseSummary,
    NewDecision,
    add_decision,
    case,
    list_cases,
)
from hub.cases.consulting import consult_case
from hub.cases.crossing_history import CrossingHistory, crossings_of_case
from hub.cases.holds import let_go, require_free
from hub.cases.statistics import CaseStatistics, statistics
from hub.people.access import Permission, User
from hub.people.audit import Act, record
from hub.people.consultation import consult_probe, consult_reference
from hub.store.database import reading, writing
from hub.store.paging import MAX_LIMIT, Page
from hub.store.pictures import Picture
from sync.messages import Answer

router = APIRouter(tags=["cases"])
Viewer = Annotated[User, Depends(allowed(Permission.VIEW_CASES))]
PhotoViewer = Annotated[User, Depends(allowed(Permission.VIEW_CASES, Permission.VIEW_SUBJECTS))]
Supervisor = Annotated[User, Depends(allowed(Permission.ANSWER_CASES))]
Identifier = Annotated[str, Path(max_length=64)]
Place = Annotated[str, Field(max_length=64, pattern=r"^[^\x00-\x1f]*$")]
Moment = Annotated[
    AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC))
]
_PICTURES: dict[int | str, dict[str, object]] = {
    200: {"content": {"image/jpeg": {}, "image/png": {}}, "description": "The picture."}
}


class DecisionRequest(BaseModel):
    """A supervisor's answer; the id is the client's, so a repeat is harmless."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    decision_id: str = Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")
    answer: Answer
    seconds_to_answer: float = Field(ge=0, le=86400 * 30, allow_inf_nan=False, strict=True)
    reason: str = Field(default="", max_length=2000)


class FilterQuery(BaseModel):
    """What to show; a field left out does not narrow the list."""

    model_config = ConfigDict(frozen=True)
    status: CaseStatus | None = None
    result: CaseResult | Literal["none"] | None = None
    site_id: Place = ""
    lane_id: Place = ""
    device_id: Place = ""
    list_id: Place = ""
    category: Place = ""
    since: Moment | None = None
    until: Moment | None = None
    is_test: bool | None = None


def _filter(query: Annotated[FilterQuery, Query()]) -> CaseFilter:
    return CaseFilter(**query.model_dump(exclude_none=True))


@router.get("/cases", operation_id="list_cases")
def get_cases(
    services: Hub,
    user: Viewer,
    wanted: Annotated[CaseFilter, Depends(_filter)],
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 50,
) -> Page[CaseSummary]:
    """Cases, newest first."""
    with reading(services.engine) as connection:
        return list_cases(connection, viewer=user, wanted=wanted, cursor=cursor, limit=limit)


@router.get("/case-statistics", operation_id="case_statistics")
def get_statistics(services: Hub, user: Viewer) -> CaseStatistics:
    """Count cases and answers."""
    with reading(services.engine) as connection:
        return statistics(connection, services.clock(), viewer=user)


@router.get("/cases/{case_id}", operation_id="get_case")
def get_case(services: Hub, user: Viewer, case_id: Identifier) -> CaseDetail:
    """One case; facts, subject and answers are withheld from a supervisor who has yet to answer."""
    return consult_case(services, case_id, viewer=user)


@router.get("/cases/{case_id}/crossings", operation_id="get_case_crossings")
def get_crossings(services: Hub, user: Viewer, case_id: Identifier) -> CrossingHistory | None:
    """Count the subject's confirmed crossings; null for a supervisor who has yet to answer."""
    with reading(services.engine) as connection:
        return crossings_of_case(connection, case(connection, case_id, viewer=user), services.clock())


@router.post("/cases/{case_id}/decisions", operation_id="answer_case", status_code=201)
def post_decision(
    services: Hub, user: Supervisor, case_id: Identifier, wanted: DecisionRequest
) -> CaseDetail:
    """Answer a case; the same decision again is accepted and stored once."""
    decision = NewDecision(case_id=case_id, **wanted.model_dump())
    now = services.clock()
    with writing(services.engine) as connection:
        require_free(connection, case_id, user.user_id, now)
        if add_decision(connection, decision, officer=user, now=now):
            let_go(connection, case_id)
            record(connection, Act(user.user_id, "case-answered", case_id, {"answer": decision.answer}), now)
        return case(connection, case_id, viewer=user)


@router.get(
    "/evidence/{evidence_id}", operation_id="get_evidence", response_class=Response, responses=_PICTURES
)
def get_evidence(services: Hub, user: Viewer, evidence_id: Identifier) -> Response:
    """Send a probe picture; the look is recorded."""
    return _send(consult_probe(services, evidence_id, viewer=user))


@router.get(
    "/references/{reference_id}", operation_id="get_reference", response_class=Response, responses=_PICTURES
)
def get_reference(services: Hub, user: PhotoViewer, reference_id: Identifier) -> Response:
    """Send a reference photo; the look is recorded."""
    return _send(consult_reference(services, reference_id, viewer=user))


def _send(picture: Picture) -> Response:
    return Response(picture.content, media_type=picture.media_type)
