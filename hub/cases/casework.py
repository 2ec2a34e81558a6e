"""Cases: alerts with their evidence and answers, as a person at the hub may see them."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, or_, select, update

from hub.cases.counting import count_case
from hub.cases.outcomes import results_of
from hub.cases.search import CaseFilter, conditions
from hub.cases.tables import alerts, decisions, evidence
from hub.cases.values import (
    AlertFacts,
    CaseDetail,
    CaseResult,
    CaseStatus,
    CaseSummary,
    DecisionView,
    NewDecision,
    SubjectCard,
    is_blind,
    withheld,
    withheld_summary,
)
from hub.errors import ConflictError, NotFoundError
from hub.fleet.tables import devices
from hub.live.kinds import ChangeKind
from hub.people.access import User
from hub.people.site_bounds import of_own_devices
from hub.store.notify import publish_change
from hub.store.paging import MAX_LIMIT, Page, Position, encode_cursor
from hub.watchlist.tables import reference_photos, subjects, watchlists
from sync.messages import Answer, Outcome

__all__ = [
    "AlertFacts",
    "CaseDetail",
    "CaseFilter",
    "CaseResult",
    "CaseStatus",
    "CaseSummary",
    "DecisionView",
    "NewDecision",
    "SubjectCard",
    "add_decision",
    "case",
    "is_blind",
    "list_cases",
    "settle_status",
]


def list_cases(
    connection: Connection,
    *,
    viewer: User,
    wanted: CaseFilter | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[CaseSummary]:
    """Cases at the viewer's sites, newest first; raises `InvalidInputError` for a bad cursor."""
    limit = max(1, min(limit, MAX_LIMIT))
    query = _summaries().where(*conditions(wanted or CaseFilter(), viewer, cursor))
    query = query.order_by(alerts.c.raised_at.desc(), alerts.c.alert_id.desc()).limit(limit + 1)
    rows = connection.execute(query).all()
    shown = rows[:limit]
    given = _decisions(connection, tuple(row.alert_id for row in shown))
    items = tuple(_summary(row, given.get(row.alert_id, ()), viewer) for row in shown)
    more = len(rows) > limit
    next_cursor = encode_cursor(Position(items[-1].raised_at, items[-1].case_id)) if more else None
    return Page(items, next_cursor)


def case(connection: Connection, case_id: str, *, viewer: User) -> CaseDetail:
    """One case as `viewer` may see it; raises `NotFoundError`."""
    is_it = alerts.c.alert_id == case_id
    row = connection.execute(_summaries().where(is_it, of_own_devices(viewer, alerts.c.device_id))).first()
    if row is None:
        raise NotFoundError("case", case_id)
    given = _decisions(connection, (case_id,)).get(case_id, ())
    detail = CaseDetail(
        summary=_summary(row, given, viewer),
        camera_id=row.camera_id,
        crossing_id=row.crossing_id,
        list_version=row.list_version,
        first_seen_at=row.first_seen_at,
        updated_at=row.updated_at,
        evidence_ids=_evidence_ids(connection, row),
        reference_ids=_reference_ids(connection, row.subject_id),
        is_blind=False,
        facts=_facts(row),
        subject=_card(row),
        decisions=given,
        results=results_of(connection, case_id),
    )
    return withheld(detail) if is_blind(viewer, detail.summary.status) else detail


def add_decision(connection: Connection, decision: NewDecision, *, officer: User, now: datetime) -> bool:
    """Store a supervisor's answer; False when this very answer is stored already.

    Raises `NotFoundError` without such a case, `ConflictError` when the id stands for another answer.
    """
    is_it = (alerts.c.alert_id == decision.case_id) & of_own_devices(officer, alerts.c.device_id)
    if connection.scalar(select(alerts.c.alert_id).where(is_it)) is None:
        raise NotFoundError("case", decision.case_id)
    values = {
        "decision_id": decision.decision_id,
        "alert_id": decision.case_id,
        "answer": decision.answer,
        "officer_id": officer.user_id,
        "role": officer.role,
        "seconds_to_answer": decision.seconds_to_answer,
        "reason": decision.reason,
    }
    stored = connection.execute(
        select(decisions).where(decisions.c.decision_id == decision.decision_id)
    ).first()
    if stored is not None:
        if any(stored._mapping[name] != value for name, value in values.items()):
            raise ConflictError(
                "decision-exists", f"decision {decision.decision_id} exists with another content"
            )
        return False
    connection.execute(decisions.insert().values(**values, decided_at=now))
    settle_status(connection, decision.case_id)
    count_case(connection, decision.case_id)
    publish_change(connection, ChangeKind.CASE, decision.case_id, now)
    return True


def settle_status(connection: Connection, case_id: str) -> None:
    """Make the case's status follow its answers, in whichever order the two arrived."""
    answered = (
        select(decisions.c.decision_id)
        .where(
            decisions.c.alert_id == alerts.c.alert_id, _counts_for_alert(), decisions.c.role == "supervisor"
        )
        .exists()
    )
    connection.execute(
        update(alerts).where(alerts.c.alert_id == case_id, answered).values(status=CaseStatus.ANSWERED)
    )


def _summaries() -> Select[tuple[object, ...]]:
    return (
        select(
            alerts,
            devices.c.site_id,
            watchlists.c.title.label("list_title"),
            subjects.c.display_name,
            subjects.c.category,
            subjects.c.severity,
            subjects.c.legal_basis,
            subjects.c.authority,
            subjects.c.case_number,
            subjects.c.instructions,
        )
        .join(devices, devices.c.device_id == alerts.c.device_id)
        .outerjoin(watchlists, watchlists.c.list_id == alerts.c.list_id)
        .outerjoin(
            subjects,
            and_(subjects.c.subject_id == alerts.c.subject_id, subjects.c.list_id == alerts.c.list_id),
        )
    )


def _summary(row: Row[tuple[object, ...]], given: tuple[DecisionView, ...], viewer: User) -> CaseSummary:
    status = CaseStatus(row.status)
    at_lane = [view.answer for view in given if view.was_at_lane and view.role != "supervisor"]
    by_supervisor = [view.answer for view in given if view.role == "supervisor"]
    summary = CaseSummary(
        case_id=row.alert_id,
        status=status,
        outcome=Outcome(row.outcome),
        site_id=row.site_id,
        lane_id=row.lane_id,
        device_id=row.device_id,
        list_id=row.list_id,
        list_title=row.list_title or row.list_id,
        raised_at=row.raised_at,
        received_at=row.received_at,
        is_ended=row.is_ended,
        is_test=row.is_test,
        answers=len(given),
        subject_name=row.display_name,
        severity=row.severity,
        guard_answer=at_lane[-1] if at_lane else None,
        supervisor_answer=by_supervisor[-1] if by_supervisor else None,
        result=CaseResult(row.result) if row.result else None,
    )
    return withheld_summary(summary) if is_blind(viewer, status) else summary


def _facts(row: Row[tuple[object, ...]]) -> AlertFacts:
    return AlertFacts(**{name: row._mapping[name] for name in AlertFacts.__dataclass_fields__})


def _card(row: Row[tuple[object, ...]]) -> SubjectCard | None:
    if row.display_name is None:
        return None
    return SubjectCard(**{name: row._mapping[name] for name in SubjectCard.__dataclass_fields__})


def _decisions(connection: Connection, case_ids: tuple[str, ...]) -> dict[str, tuple[DecisionView, ...]]:
    query = (
        select(decisions)
        .join(alerts, and_(alerts.c.alert_id == decisions.c.alert_id, _counts_for_alert()))
        .where(decisions.c.alert_id.in_(case_ids))
        .order_by(decisions.c.decided_at, decisions.c.decision_id)
    )
    given: dict[str, tuple[DecisionView, ...]] = {}
    for row in connection.execute(query):
        view = DecisionView(
            decision_id=row.decision_id,
            answer=Answer(row.answer),
            officer_id=row.officer_id,
            role=row.role,
            decided_at=row.decided_at,
            seconds_to_answer=row.seconds_to_answer,
            reason=row.reason,
            was_at_lane=row.device_id is not None,
        )
        given[row.alert_id] = (*given.get(row.alert_id, ()), view)
    return given


def _counts_for_alert() -> ColumnElement[bool]:
    # A device answers for its own alerts only, whatever id it sends.
    return or_(decisions.c.device_id.is_(None), decisions.c.device_id == alerts.c.device_id)


def _evidence_ids(connection: Connection, row: Row[tuple[object, ...]]) -> tuple[str, ...]:
    query = (
        select(evidence.c.evidence_id)
        .where(evidence.c.alert_id == row.alert_id, evidence.c.device_id == row.device_id)
        .order_by(evidence.c.captured_at, evidence.c.evidence_id)
    )
    return tuple(connection.scalars(query))


def _reference_ids(connection: Connection, subject_id: str) -> tuple[str, ...]:
    query = (
        select(reference_photos.c.reference_id)
        .where(reference_photos.c.subject_id == subject_id)
        .order_by(reference_photos.c.position)
    )
    return tuple(connection.scalars(query))
