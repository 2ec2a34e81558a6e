"""The audit log: a hash chain of who did what when, in the same store as what was done."""

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import msgspec

GENESIS = bytes(32)

AUDIT_TABLE = """
CREATE TABLE IF NOT EXISTS audit (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash BLOB NOT NULL
) STRICT
"""
AUDIT_HEAD_TABLE = (
    "CREATE TABLE IF NOT EXISTS audit_head (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER, hash BLOB)"
)
APPEND_ONLY = (
    "CREATE TRIGGER IF NOT EXISTS audit_keeps_rows BEFORE DELETE ON audit "
    "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS audit_keeps_content BEFORE UPDATE ON audit "
    "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Something an officer or the edge itself did."""

    at: datetime
    actor: str
    """An officer's id, or ``edge``."""
    action: str
    """Such as ``login``, ``evidence-viewed``, ``decision``, ``watchlist-applied``, ``barrier-open``."""
    subject: str = ""
    """Id of what it was done to."""
    detail: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """What verification found."""

    rows: int
    head: str
    """Hex hash of the last good row; a witness elsewhere compares it."""
    broken_seq: int | None
    reason: str = ""


def create_audit_table(connection: sqlite3.Connection) -> None:
    """Create the log with its append-only triggers."""
    connection.execute(AUDIT_TABLE)
    connection.execute(AUDIT_HEAD_TABLE)
    for trigger in APPEND_ONLY:
        connection.execute(trigger)


def append_audit(connection: sqlite3.Connection, entry: AuditEntry) -> int:
    """Append inside the caller's transaction and return the row's number, counted from 1."""
    row = connection.execute("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    seq, previous = (int(row[0]) + 1, bytes(row[1])) if row else (1, GENESIS)
    fields = _fields(entry)
    digest = link_hash(previous, seq, fields)
    connection.execute("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?)", (seq, *fields, digest))
    connection.execute("INSERT OR REPLACE INTO audit_head VALUES (1, ?, ?)", (seq, digest))
    return seq


def link_hash(previous: bytes, seq: int, fields: tuple[str, ...]) -> bytes:
    """SHA-256 over the previous hash, the row's number and the row as canonical JSON."""
    return hashlib.sha256(previous + seq.to_bytes(8, "big") + msgspec.json.encode(fields)).digest()


def verify_audit(connection: sqlite3.Connection) -> AuditVerdict:
    """Walk the chain from the first row and stop at the first that does not fit."""
    previous, count = GENESIS, 0
    for seq, fields, digest in _rows(connection):
        if seq != count + 1:
            return AuditVerdict(count, previous.hex(), count + 1, f"row {count + 1} is missing")
        if link_hash(previous, seq, fields) != digest:
            return AuditVerdict(count, previous.hex(), seq, f"row {seq} is not what was written")
        previous, count = digest, seq
    head = connection.execute("SELECT seq, hash FROM audit_head").fetchone()
    if head is not None and (int(head[0]), bytes(head[1])) != (count, previous):
        return AuditVerdict(
            count, previous.hex(), count + 1, f"the log ends at row {count}, it once had {head[0]}"
        )
    return AuditVerdict(count, previous.hex(), None)


def _fields(entry: AuditEntry) -> tuple[str, ...]:
    detail = msgspec.json.encode(dict(entry.detail), order="sorted").decode()
    return entry.at.isoformat(), entry.actor, entry.action, entry.subject, detail


def _rows(connection: sqlite3.Connection) -> Iterator[tuple[int, tuple[str, ...], bytes]]:
    cursor = connection.execute(
        "SELECT seq, at, actor, action, subject, detail, hash FROM audit ORDER BY seq"
    )
    for seq, *fields, digest in cursor:
        yield int(seq), tuple(str(field) for field in fields), bytes(digest)
