"""What came of a case: recorded once a supervisor has answered, corrected by further rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, or_, select, update

from hub.cases.tables import alerts, case_results, decisions
from hub.cases.values import CaseResult, CaseStatus, ResultView
from hub.errors import ConflictError, NotFoundError
from hub.people.access import User
from sync.messages import Answer

EYES = 2
"""People who must have answered "same" before anything adverse."""
ADVERSE = frozenset({CaseResult.CONFIRMED, CaseResult.HANDED_OVER})
"""Two persons must agree on who it is before one of these."""


class ResultRefusal(StrEnum):
    """Why a result is not recorded."""

    NOT_ANSWERED = "not-answered-yet"
    """A supervisor's own answer comes first."""
    NEEDS_TWO = "needs-two-persons"
    """Fewer than two different people say that it is the same person."""


@dataclass(frozen=True, slots=True)
class NewResult:
    """What an officer records; the id is the client's, so a repeat is harmless."""

    result_id: str
    case_id: str
    result: CaseResult
    note: str = ""


def refusal_of(result: CaseResult, status: CaseStatus, newest: Mapping[str, Answer]) -> ResultRefusal | None:
    """Decide whether a result may stand; `newest` is each officer's newest answer."""
    if status is CaseStatus.OPEN:
        return ResultRefusal.NOT_ANSWERED
    agreeing = sum(answer is Answer.SAME for answer in newest.values())
    return ResultRefusal.NEEDS_TWO if result in ADVERSE and agreeing < EYES else None


def record_result(
    connection: Connection, new: NewResult, *, officer: User, now: datetime
) -> ResultRefusal | None:
    """Store a result, or say why not; a repeat under the same id changes nothing.

    Raises `NotFoundError` without such a case, `ConflictError` when the id stands for another result.
    """
    status = connection.scalar(select(alerts.c.status).where(alerts.c.alert_id == new.case_id))
    if status is None:
        raise NotFoundError("case", new.case_id)
    if _is_repeat(connection, new, officer):
        return None
    refusal = refusal_of(new.result, CaseStatus(status), newest_answers(connection, new.case_id))
    if refusal is None:
        connection.execute(
            case_results.insert().values(
                result_id=new.result_id,
                alert_id=new.case_id,
                result=new.result,
                officer_id=officer.user_id,
                role=officer.role,
                note=new.note,
                recorded_at=now,
            )
        )
        connection.execute(
            update(alerts).where(alerts.c.alert_id == new.case_id).values(result=new.result.value)
        )
    return refusal


def results_of(connection: Connection, case_id: str) -> tuple[ResultView, ...]:
    """Results of a case, oldest first."""
    table = case_results
    query = select(*(table.c[name] for name in ResultView.__dataclass_fields__))
    rows = connection.execute(
        query.where(table.c.alert_id == case_id).order_by(table.c.recorded_at, table.c.result_id)
    )
    return tuple(ResultView(**{**row._mapping, "result": CaseResult(row.result)}) for row in rows)


def newest_answers(connection: Connection, case_id: str) -> Mapping[str, Answer]:
    """Each officer's newest answer; one id at the lane and at the hub is one person."""
    query = (
        select(decisions.c.officer_id, decisions.c.answer)
        .join(alerts, alerts.c.alert_id == decisions.c.alert_id)
        .where(alerts.c.alert_id == case_id)
        .where(or_(decisions.c.device_id.is_(None), decisions.c.device_id == alerts.c.device_id))
        .order_by(decisions.c.decided_at, decisions.c.decision_id)
    )
    return {row.officer_id: Answer(row.answer) for row in connection.execute(query)}


def _is_repeat(connection: Connection, new: NewResult, officer: User) -> bool:
    stored = connection.execute(select(case_results).where(case_results.c.result_id == new.result_id)).first()
    if stored is None:
        return False
    facts = (stored.alert_id, stored.result, stored.officer_id, stored.note)
    if facts != (new.case_id, new.result.value, officer.user_id, new.note):
        raise ConflictError("result-exists", f"result {new.result_id} exists with another content")
    return True
