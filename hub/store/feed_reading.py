"""Reads the feed of changes for somebody who works through it, each change once."""

from sqlalchemy import Connection, select

from hub.store.insertion import insert_or_update
from hub.store.notify import MOST, Change, changes_since, position_to_resume
from hub.store.tables import feed_positions


def take_changes(connection: Connection, reader: str) -> tuple[tuple[Change, ...], bool]:
    """Return what a reader has not taken, oldest first, and whether more may wait; a new one begins now.

    Within the caller's write transaction, which also does what follows from the changes.
    """
    query = select(feed_positions.c.position).where(feed_positions.c.reader == reader)
    stored = connection.scalar(query.with_for_update())
    position = position_to_resume(connection, stored)
    found = changes_since(connection, position)
    reached = found[-1].position if found else position
    if reached != stored:
        insert_or_update(connection, feed_positions, {"reader": reader, "position": reached}, ("reader",))
    return found, len(found) == MOST
