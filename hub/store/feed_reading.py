"""Reads the feed of changes for somebody who works through it, each change once."""

from sqlalchemy import Connection, select

from hub.store.insertion import insert_or_update
from hub.store.notify import MOST, Change, changes_since, earliest, position_to_resume
from hub.store.tables import feed_positions


def take_changes(
    connection: Connection, reader: str, *, heir_of: str = ""
) -> tuple[tuple[Change, ...], bool]:
    """Return what a reader has not taken, oldest first, and whether more may wait.

    A new one begins now, or where the last of those readers is whose names begin with `heir_of`.

    Within the caller's write transaction, which also does what follows from the changes.
    """
    query = select(feed_positions.c.position).where(feed_positions.c.reader == reader)
    stored = connection.scalar(query.with_for_update())
    asked = _inherited(connection, heir_of) if stored is None and heir_of else stored
    position = position_to_resume(connection, asked)
    found = changes_since(connection, position)
    reached = found[-1].position if found else position
    if reached != stored:
        insert_or_update(connection, feed_positions, {"reader": reader, "position": reached}, ("reader",))
    return found, len(found) == MOST


def _inherited(connection: Connection, heir_of: str) -> str | None:
    columns = feed_positions.c
    query = select(columns.position).where(columns.reader.startswith(heir_of, autoescape=True))
    return earliest(connection.scalars(query).all())
