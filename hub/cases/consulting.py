"""Looks at a case, each with its trace in the audit log; a page that refreshes itself leaves one trace."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from hub.bootstrap import Services
from hub.cases.casework import case
from hub.cases.holds import Hold, hold_of, needs_taking, take
from hub.cases.values import CaseDetail, CaseStatus
from hub.people.access import Permission, User
from hub.people.audit import Act, record
from hub.people.tables import audit
from hub.store.database import reading, writing

ONE_LOOK = timedelta(minutes=10)
"""Looks of one person at one case within this time are one."""


def consult_case(services: Services, case_id: str, *, viewer: User) -> CaseDetail:
    """Open a case for a user and record the look; raises `NotFoundError`, and leaves no trace then."""
    now = services.clock()
    with reading(services.engine) as connection:
        detail = case(connection, case_id, viewer=viewer)
        is_noted = _was_noted(connection, case_id, viewer.user_id, now)
    if not is_noted:
        with writing(services.engine) as connection:
            record(connection, Act(viewer.user_id, "case-viewed", case_id, {}), now)
    return detail


def hold_while_open(services: Services, detail: CaseDetail, *, viewer: User) -> Hold | None:
    """Hold an open case for a viewer who may answer it; returns who holds it, None when nobody does."""
    now, case_id = services.clock(), detail.summary.case_id
    if detail.summary.status is not CaseStatus.OPEN:
        return None
    with reading(services.engine) as connection:
        held = hold_of(connection, case_id, now)
    if not viewer.may(Permission.ANSWER_CASES) or not needs_taking(held, viewer.user_id, now):
        return held
    with writing(services.engine) as connection:
        return take(connection, case_id, viewer.user_id, now)


def _was_noted(connection: Connection, case_id: str, user_id: str, now: datetime) -> bool:
    query = (
        select(audit.c.seq)
        .where(audit.c.target == case_id, audit.c.actor == user_id, audit.c.action == "case-viewed")
        .where(audit.c.at > now - ONE_LOOK)
        .limit(1)
    )
    return connection.scalar(query) is not None
