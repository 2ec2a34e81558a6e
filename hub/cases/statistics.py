"""How many cases there are, and what supervisors answered."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from hub.cases.tables import alerts, decisions
from hub.cases.values import CaseStatus
from sync.messages import Answer


@dataclass(frozen=True, slots=True)
class CaseStatistics:
    """Counts over the last day and over all time."""

    open_cases: int
    cases: int
    cases_last_day: int
    answered_same: int
    answered_not_same: int
    answered_unsure: int
    """Newest supervisor answers over all cases."""


def statistics(connection: Connection, now: datetime) -> CaseStatistics:
    """How many cases there are and what supervisors answered."""
    is_recent = alerts.c.raised_at > now - timedelta(days=1)
    counts = connection.execute(
        select(
            func.count().filter(alerts.c.status == CaseStatus.OPEN).label("open"),
            func.count().label("all"),
            func.count().filter(is_recent).label("recent"),
        ).select_from(alerts)
    ).one()
    answers = _newest_answers(connection)
    return CaseStatistics(
        open_cases=counts.open,
        cases=counts.all,
        cases_last_day=counts.recent,
        answered_same=answers.get(Answer.SAME, 0),
        answered_not_same=answers.get(Answer.NOT_SAME, 0),
        answered_unsure=answers.get(Answer.UNSURE, 0),
    )


def _newest_answers(connection: Connection) -> dict[str, int]:
    """Count each case's newest supervisor answer."""
    newest = (
        select(
            decisions.c.answer,
            func.row_number()
            .over(partition_by=decisions.c.alert_id, order_by=decisions.c.decided_at.desc())
            .label("rank"),
        )
        .where(decisions.c.role == "supervisor")
        .subquery()
    )
    return {
        row.answer: row.times
        for row in connection.execute(
            select(newest.c.answer, func.count().label("times"))
            .where(newest.c.rank == 1)
            .group_by(newest.c.answer)
        )
    }
