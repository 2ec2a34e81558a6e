"""Writes down that listings have ended by themselves; searching ended with the day, whatever runs this."""

from sqlalchemy import Connection, select, update

from hub.bootstrap import Services
from hub.people.audit import Act, record
from hub.watchlist.acting import Event, Officers, note_event
from hub.watchlist.tables import subjects

CLOCK = "clock"
"""The actor in history: nobody, the day came."""


def expire_listings(services: Services, connection: Connection, list_id: str | None = None) -> int:
    """Note each listing that has ended since the last time, of one list or of all; returns how many."""
    now = services.clock()
    over = select(subjects.c.subject_id, subjects.c.list_id, subjects.c.expires_at).where(
        subjects.c.expires_at <= now, subjects.c.expired_at.is_(None), subjects.c.removed_at.is_(None)
    )
    if list_id is not None:
        over = over.where(subjects.c.list_id == list_id)
    rows = connection.execute(over).all()
    for row in rows:
        is_it = subjects.c.subject_id == row.subject_id
        connection.execute(update(subjects).where(is_it).values(expired_at=now))
        changes: dict[str, tuple[object, object]] = {"expires_at": (row.expires_at.isoformat(), None)}
        event = Event(row.list_id, row.subject_id, "expired", changes)
        note_event(services, connection, event, Officers(CLOCK))
        record(connection, Act(CLOCK, "subject-expired", row.subject_id, {"list": row.list_id}), now)
    return len(rows)
