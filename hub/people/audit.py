"""The hub's audit log: an append-only hash chain over who did what to what."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Row, func, select
from sqlalchemy.exc import SQLAlchemyError

from hub.people.tables import audit

GENESIS = "0" * 64
Detail = Mapping[str, str | int | float | bool | None]
_ROWS_AT_ONCE = 1000
_CHAIN = 0x4B656369
"""Key of the advisory lock on the end of the chain."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One entry of the chain."""

    seq: int
    at: datetime
    actor: str
    """A user, a device, or ``cli`` for the machine's own administrator."""
    action: str
    """Code such as ``watchlist-published``."""
    target: str
    """What it was done to, as an identifier."""
    detail: Detail
    hash: str


@dataclass(frozen=True, slots=True)
class AuditCheck:
    """Outcome of verifying the chain."""

    rows: int
    """Rows that were read and hold."""
    first_broken: int | None
    """Sequence number of the first row that does not hold; None: the chain is whole."""
    reason: str
    head: str
    """Hash of the last row that holds; note it elsewhere to detect a log cut at its end."""

    @property
    def is_whole(self) -> bool:
        """True when no row is broken."""
        return self.first_broken is None


BEGINNING = AuditCheck(0, None, "", GENESIS)
"""Nothing is read yet."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something worth remembering, before it has a place in the chain."""

    actor: str
    action: str
    target: str
    detail: Detail


def record(connection: Connection, act: Act, now: datetime) -> int:
    """Append an entry inside the caller's write transaction; returns its sequence number."""
    if connection.dialect.name == "postgresql":
        # Writers that run side by side append one after another.
        connection.execute(select(func.pg_advisory_xact_lock(_CHAIN)))
    last = connection.execute(select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)).first()
    seq, previous = (last.seq + 1, last.hash) if last else (1, GENESIS)
    at = now.astimezone(UTC)
    connection.execute(
        audit.insert().values(
            seq=seq,
            at=at,
            actor=act.actor,
            action=act.action,
            target=act.target,
            detail=dict(act.detail),
            hash=chain_hash(previous, seq, at, act),
        )
    )
    return seq


def chain_hash(previous: str, seq: int, at: datetime, act: Act) -> str:
    """SHA-256 over the previous hash, the sequence number and the entry's canonical JSON."""
    entry = {
        "at": at.astimezone(UTC).isoformat(),
        "actor": act.actor,
        "action": act.action,
        "target": act.target,
        "detail": dict(act.detail),
    }
    canonical = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{previous}\n{seq}\n{canonical}".encode()).hexdigest()


def verify(connection: Connection) -> AuditCheck:
    """Walk the whole chain and name the first row that was changed, removed or put in."""
    return verify_part(connection, BEGINNING, None)


def verify_part(connection: Connection, held: AuditCheck, limit: int | None) -> AuditCheck:
    """Walk on from the rows that `held` has read, all of them whole, over `limit` further ones at most.

    A server that fails says nothing about a row: PostgreSQL's errors are raised.
    """
    previous, expected = held.head, held.rows + 1
    query = select(audit).order_by(audit.c.seq).limit(limit)
    if held.rows:
        query = query.where(audit.c.seq > held.rows)
    try:
        for row in connection.execute(query).yield_per(_ROWS_AT_ONCE):
            reason = _fault(row, previous, expected)
            if reason is not None:
                return AuditCheck(expected - 1, int(row.seq), reason, previous)
            previous, expected = row.hash, expected + 1
    except (ValueError, TypeError, SQLAlchemyError) as error:
        if isinstance(error, SQLAlchemyError) and connection.dialect.name == "postgresql":
            raise
        return AuditCheck(expected - 1, expected, f"row cannot be read: {error}", previous)
    return AuditCheck(expected - 1, None, "", previous)


def latest(connection: Connection, limit: int) -> tuple[AuditRow, ...]:
    """Return the newest entries, newest first."""
    rows = connection.execute(select(audit).order_by(audit.c.seq.desc()).limit(limit))
    return tuple(AuditRow(**row._mapping) for row in rows)


def _fault(row: Row[tuple[object, ...]], previous: str, expected: int) -> str | None:
    if row.seq != expected:
        return f"expected row {expected}, found {row.seq}: rows are missing or were put in"
    act = Act(row.actor, row.action, row.target, row.detail)
    return (
        None
        if chain_hash(previous, row.seq, row.at, act) == row.hash
        else "its content does not match its hash"
    )
