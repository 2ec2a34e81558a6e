"""Verifications of the audit chain that somebody asked for: how far each has come, and what it found."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, func, select, update

from hub.people.audit import BEGINNING, Act, AuditCheck, record
from hub.people.audit_heads import NotedHead
from hub.people.tables import audit, audit_checks


@dataclass(frozen=True, slots=True)
class AuditVerification:
    """One walk over the chain, under way or finished."""

    check_id: int
    asked_at: datetime
    asked_by: str
    upto: int
    """Number of the row the chain ended with when it was asked for: so far this walk goes."""
    check: AuditCheck
    """What was read until now."""
    moved_at: datetime
    finished_at: datetime | None
    lost_day: str | None
    """Day of the oldest noted head that the chain no longer reaches; None: it reaches all."""
    lost_seq: int | None

    @property
    def is_whole(self) -> bool:
        """True when no row that was read is broken and no noted head is lost."""
        return self.check.is_whole and self.lost_day is None


def ask_verification(connection: Connection, user_id: str, now: datetime) -> int:
    """Ask for the chain as it stands, unless a walk is under way already; returns the id of the walk."""
    under_way = connection.scalar(select(audit_checks.c.check_id).where(audit_checks.c.finished_at.is_(None)))
    if under_way is not None:
        return int(under_way)
    record(connection, Act(user_id, "audit-verification-asked", "audit", {}), now)
    row = {
        "asked_at": now,
        "asked_by": user_id,
        "upto": connection.scalar(select(func.max(audit.c.seq))),
        "rows": BEGINNING.rows,
        "head": BEGINNING.head,
        "reason": BEGINNING.reason,
        "moved_at": now,
    }
    return int(
        connection.execute(
            audit_checks.insert().values(**row).returning(audit_checks.c.check_id)
        ).scalar_one()
    )


def verification(connection: Connection, check_id: int) -> AuditVerification | None:
    """Return a walk as it stands; None: there is none of that id."""
    row = connection.execute(select(audit_checks).where(audit_checks.c.check_id == check_id)).first()
    return None if row is None else _verification(row)


def latest_verification(connection: Connection) -> AuditVerification | None:
    """Return the walk that was asked for last; None: nobody has asked yet."""
    query = select(audit_checks).order_by(audit_checks.c.check_id.desc()).limit(1)
    row = connection.execute(query).first()
    return None if row is None else _verification(row)


def note_progress(connection: Connection, check_id: int, check: AuditCheck, now: datetime) -> None:
    """Note how far a walk has come; one that is finished, or has come further, stays as it is."""
    is_behind = audit_checks.c.finished_at.is_(None) & (audit_checks.c.rows < check.rows)
    connection.execute(
        update(audit_checks)
        .where(audit_checks.c.check_id == check_id, is_behind)
        .values(rows=check.rows, head=check.head, moved_at=now)
    )


def finish_verification(
    connection: Connection, asked: AuditVerification, check: AuditCheck, lost: NotedHead | None, now: datetime
) -> None:
    """Note what a walk found, here and in the log itself; only the first to finish it counts."""
    done = connection.execute(
        update(audit_checks)
        .where(audit_checks.c.check_id == asked.check_id, audit_checks.c.finished_at.is_(None))
        .values(
            rows=check.rows,
            head=check.head,
            first_broken=check.first_broken,
            reason=check.reason,
            lost_day=lost.day if lost else None,
            lost_seq=lost.seq if lost else None,
            moved_at=now,
            finished_at=now,
        )
    )
    if done.rowcount:
        detail = {"rows": check.rows, "whole": check.is_whole and lost is None}
        record(connection, Act(asked.asked_by, "audit-verified", "audit", detail), now)


def _verification(row: Row[tuple[object, ...]]) -> AuditVerification:
    return AuditVerification(
        check_id=row.check_id,
        asked_at=row.asked_at,
        asked_by=row.asked_by,
        upto=row.upto,
        check=AuditCheck(row.rows, row.first_broken, row.reason, row.head),
        moved_at=row.moved_at,
        finished_at=row.finished_at,
        lost_day=row.lost_day,
        lost_seq=row.lost_seq,
    )
