"""Keeps in the audit log who looked at what an issued certificate states."""

from datetime import timedelta

from sqlalchemy import select

from hub.bootstrap import Services
from hub.people.audit import Act, record
from hub.people.tables import audit
from hub.store.database import reading, writing

VIEWED = "issued-certificate-viewed"
ONE_LOOK = timedelta(hours=1)
"""Looks of one person within this are one."""


def note_look(services: Services, certificate_id: str, *, viewer: str) -> None:
    """Note that somebody saw a certificate's statements, on a page or as a file."""
    columns, now = audit.c, services.clock()
    is_this = (columns.target == certificate_id) & (columns.actor == viewer) & (columns.action == VIEWED)
    with reading(services.engine) as connection:
        seen = connection.scalar(select(columns.seq).where(is_this, columns.at > now - ONE_LOOK).limit(1))
    if seen is None:
        with writing(services.engine) as connection:
            record(connection, Act(viewer, VIEWED, certificate_id, {}), now)
