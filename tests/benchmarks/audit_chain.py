"""Append to the audit log and verify it, beside a bare table that proves nothing."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

from edge_agent.store.audit import AuditEntry, append_audit, create_audit_table, verify_audit
from tests.benchmarks.measurement import Measurement, interleaved

NAME = "audit_chain"
ROWS = 1000
AT = datetime(2026, 5, 4, tzinfo=UTC)
ENTRY = AuditEntry(AT, "guard-1", "evidence-viewed", "0" * 32, (("alert", "a" * 36),))


def chained() -> None:
    """Append a thousand chained rows, then verify the chain."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        create_audit_table(connection)
        for _ in range(ROWS):
            append_audit(connection, ENTRY)
        if verify_audit(connection).rows != ROWS:
            raise AssertionError("the chain does not verify")


def bare() -> None:
    """Insert the same rows without a chain, then read them."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute("CREATE TABLE log (seq INTEGER PRIMARY KEY, at, actor, action, subject, detail)")
        for _ in range(ROWS):
            row = (AT.isoformat(), ENTRY.actor, ENTRY.action, ENTRY.subject, str(dict(ENTRY.detail)))
            connection.execute(
                "INSERT INTO log (at, actor, action, subject, detail) VALUES (?, ?, ?, ?, ?)", row
            )
        if len(connection.execute("SELECT * FROM log").fetchall()) != ROWS:
            raise AssertionError("rows are missing")


def run(n: int = 15) -> Measurement:
    """Time both in memory, so that the disk does not hide the difference."""
    ours, reference = interleaved(chained, bare, n)
    notes = f"{ROWS} rows appended and verified: {ROWS / ours:.0f} rows/s"
    return Measurement(NAME, "ms", n, ours * 1e3, reference * 1e3, notes)
