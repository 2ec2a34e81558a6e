"""How many cases there are, and what people answered, at a glance."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from hub.cases.tables import alerts, case_totals
from hub.cases.values import CaseStatus
from hub.people.access import User
from hub.people.site_bounds import of_own_devices


@dataclass(frozen=True, slots=True)
class CaseStatistics:
    """Counts over the last day and over all time."""

    open_cases: int
    cases: int
    """Deleted ones count on."""
    cases_last_day: int
    answered_same: int
    answered_not_same: int
    answered_unsure: int
    """By the newest answer of each case, wherever it was given."""


def statistics(connection: Connection, now: datetime, *, viewer: User) -> CaseStatistics:
    """Read the counts at the viewer's sites: what is open and recent by index, all else from the totals."""
    is_own = of_own_devices(viewer, case_totals.c.device_id)
    names = ("alerts", "same", "not_same", "unsure")
    sums = (func.coalesce(func.sum(case_totals.c[name]), 0).label(name) for name in names)
    total = connection.execute(select(*sums).where(is_own)).one()
    recent = select(func.count()).where(
        alerts.c.raised_at > now - timedelta(days=1), of_own_devices(viewer, alerts.c.device_id)
    )
    return CaseStatistics(
        open_cases=open_cases(connection, viewer=viewer),
        cases=int(total.alerts),
        cases_last_day=int(connection.scalar(recent) or 0),
        answered_same=int(total.same),
        answered_not_same=int(total.not_same),
        answered_unsure=int(total.unsure),
    )


def open_cases(connection: Connection, *, viewer: User) -> int:
    """Count cases at the viewer's sites that a supervisor has yet to answer."""
    is_open = alerts.c.status == CaseStatus.OPEN.value
    query = select(func.count()).where(is_open, of_own_devices(viewer, alerts.c.device_id))
    return int(connection.scalar(query) or 0)
