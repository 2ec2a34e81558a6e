"""Where the audit chain ended each day: one that is cut or written anew no longer reaches these heads."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from hub.people.tables import audit, audit_heads
from hub.store.insertion import insert_if_new


@dataclass(frozen=True, slots=True)
class NotedHead:
    """The chain's last row when a day's first note was taken."""

    day: str
    """ISO date, UTC."""
    seq: int
    hash: str
    noted_at: datetime
    still_holds: bool
    """The row is there with this hash."""


def note_head(connection: Connection, now: datetime) -> bool:
    """Note today's head unless there is one; False when there was, or the chain is empty."""
    last = connection.execute(select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)).first()
    if last is None:
        return False
    day = now.astimezone(UTC).date().isoformat()
    row = {"day": day, "seq": last.seq, "hash": last.hash, "noted_at": now}
    return insert_if_new(connection, audit_heads, row)


def noted_heads(connection: Connection, limit: int) -> tuple[NotedHead, ...]:
    """Return the newest notes, the newest first, each compared with the chain as it stands."""
    query = (
        select(audit_heads, audit.c.hash.label("stands"))
        .outerjoin(audit, audit.c.seq == audit_heads.c.seq)
        .order_by(audit_heads.c.day.desc())
        .limit(limit)
    )
    return tuple(
        NotedHead(row.day, row.seq, row.hash, row.noted_at, row.stands == row.hash)
        for row in connection.execute(query)
    )


def first_lost_head(connection: Connection) -> NotedHead | None:
    """Return the oldest note that the chain no longer reaches; None: it reaches all."""
    lost = [head for head in noted_heads(connection, 100_000) if not head.still_holds]
    return lost[-1] if lost else None
