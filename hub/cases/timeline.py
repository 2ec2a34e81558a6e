"""Everything that happened in a case, oldest first, as far as its viewer may know it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, select

from hub.cases.tables import alert_updates, evidence, frequent_crossers
from hub.cases.values import CaseDetail
from hub.fleet.tables import barrier_moves
from hub.people.access import Permission, User
from hub.people.tables import audit

MOST = 200
"""Of one kind; a camera that sees somebody for an hour sends many updates."""
_LOOKS = ("case-viewed", "evidence-viewed", "case-taken-over", "case-printed")


class EventKind(StrEnum):
    """What happened."""

    RAISED = "raised"
    ARRIVED = "arrived"
    UPDATED = "updated"
    ENDED = "ended"
    PICTURE = "picture"
    ANSWER = "answer"
    RESULT = "result"
    BARRIER = "barrier"
    NOTICE = "notice"
    LOOK = "look"


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One thing that happened; the meaning of `code` follows from the kind."""

    at: datetime
    kind: EventKind
    actor: str = ""
    role: str = ""
    code: str = ""
    """Answer, result, movement of the barrier, rule of a notice, kind of look."""
    text: str = ""
    """A person's own words."""
    seconds: float | None = None
    """How long an answer took."""


def timeline(connection: Connection, detail: CaseDetail, *, viewer: User) -> tuple[CaseEvent, ...]:
    """Collect what happened; the blind learn of nothing that others did, and looks need their permission."""
    events = [*_of_the_alert(connection, detail)]
    if not detail.is_blind:
        events += [*_of_people(detail), *_of_the_lane(connection, detail)]
    if not detail.is_blind and viewer.may(Permission.VIEW_LOOKUPS):
        events += _looks(connection, detail)
    return tuple(sorted(events, key=lambda event: event.at))


def _of_the_alert(connection: Connection, detail: CaseDetail) -> Iterator[CaseEvent]:
    case = detail.summary
    yield CaseEvent(case.raised_at, EventKind.RAISED, case.device_id)
    yield CaseEvent(case.received_at, EventKind.ARRIVED)
    table = alert_updates
    is_own = (table.c.alert_id == case.case_id) & (table.c.device_id == case.device_id)
    query = select(table.c.updated_at, table.c.is_ended).where(is_own).order_by(table.c.updated_at)
    for row in connection.execute(query.limit(MOST)):
        yield CaseEvent(row.updated_at, EventKind.ENDED if row.is_ended else EventKind.UPDATED)
    is_own = (evidence.c.alert_id == case.case_id) & (evidence.c.device_id == case.device_id)
    for at in connection.scalars(select(evidence.c.captured_at).where(is_own).limit(MOST)):
        yield CaseEvent(at, EventKind.PICTURE)


def _of_people(detail: CaseDetail) -> Iterator[CaseEvent]:
    for view in detail.decisions:
        yield CaseEvent(
            view.decided_at,
            EventKind.ANSWER,
            view.officer_id,
            view.role,
            view.answer.value,
            view.reason,
            view.seconds_to_answer,
        )
    for result in detail.results:
        yield CaseEvent(
            result.recorded_at,
            EventKind.RESULT,
            result.officer_id,
            result.role,
            result.result.value,
            result.note,
        )


def _of_the_lane(connection: Connection, detail: CaseDetail) -> Iterator[CaseEvent]:
    case = detail.summary
    is_own = (barrier_moves.c.alert_id == case.case_id) & (barrier_moves.c.device_id == case.device_id)
    for row in connection.execute(select(barrier_moves).where(is_own).limit(MOST)):
        yield CaseEvent(row.moved_at, EventKind.BARRIER, row.officer_id, "", row.action, row.reason)
    table = frequent_crossers
    is_own = (table.c.alert_id == case.case_id) & (table.c.device_id == case.device_id)
    for row in connection.execute(select(table).where(is_own).limit(MOST)):
        yield CaseEvent(row.noted_at, EventKind.NOTICE, "", "", row.rule)


def _looks(connection: Connection, detail: CaseDetail) -> Iterator[CaseEvent]:
    targets = (detail.summary.case_id, *detail.evidence_ids)
    query = (
        select(audit.c.at, audit.c.actor, audit.c.action)
        .where(audit.c.target.in_(targets), audit.c.action.in_(_LOOKS))
        .order_by(audit.c.seq.desc())
        .limit(MOST)
    )
    for row in connection.execute(query):
        yield CaseEvent(row.at, EventKind.LOOK, row.actor, "", row.action)
