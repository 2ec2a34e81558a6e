"""Crossings of travel documents by keyed hash in `edge.db`; at its window's end the key is destroyed."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from edge_agent.alerts.evidence import EvidenceVault
from edge_agent.crossings.document_pseudonyms import KEY_BYTES, pseudonym_of
from edge_agent.crossings.ledger import day_of, text_of, time_of
from edge_agent.store.audit import AuditEntry, append_audit
from edge_agent.store.edge_store import EdgeStore
from edge_agent.store.sql_rows import as_bytes, insert, rows

KEY_KIND = "document-key"
TOTALS_SQL = """
INSERT OR REPLACE INTO document_total (window_id, times, travellers)
SELECT window_id, times, count(*) FROM (
    SELECT window_id, sum(crossings) AS times FROM document_crossing
    WHERE window_id = ? GROUP BY window_id, pseudonym
) GROUP BY window_id, times
"""
COUNT_SQL = """
INSERT INTO document_crossing (window_id, pseudonym, day, direction, lane_id, crossings)
VALUES (?, ?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET crossings = crossings + 1
"""
OPEN_SQL = """
SELECT window_id, ends_at, sealed_key FROM document_window
WHERE sealed_key IS NOT NULL AND ends_at > ? ORDER BY ends_at DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class DocumentPolicy:
    """How long a pseudonym lasts, and where it is counted."""

    lane_id: str
    window: timedelta = timedelta(days=30)
    direction: str = ""
    """Where the lane leads, when the reader does not say."""


@dataclass(frozen=True, slots=True)
class DocumentWindow:
    """What a window comes to; numbers, nothing of any traveller."""

    begins_on: date
    ends_on: date
    is_open: bool
    travellers_by_crossings: Mapping[int, int]
    """How many travellers crossed once, twice and so on."""


class DocumentCounts:
    """The only one who sees a window's key; nothing leads from a pseudonym back to a document."""

    def __init__(
        self,
        store: EdgeStore,
        vault: EvidenceVault,
        policy: DocumentPolicy,
        randomness: Callable[[int], bytes],
    ) -> None:
        self._store = store
        self._vault = vault
        self._policy = policy
        self._randomness = randomness

    def pseudonym(self, identity: bytes, now: datetime) -> bytes:
        """Name a document for this window, which begins now when none is open."""
        _, key = self._store.write(lambda connection: self._open_window(connection, now))
        return pseudonym_of(key, identity)

    def count(self, pseudonym: bytes, direction: str, now: datetime) -> None:
        """Add a crossing: day, direction and lane, no time of day."""
        self._store.write(lambda connection: self._count(connection, pseudonym, direction, now))

    def crossings_of(self, pseudonym: bytes) -> int:
        """Return the crossings counted under a pseudonym, all within its window."""
        sql = "SELECT coalesce(sum(crossings), 0) FROM document_crossing WHERE pseudonym = ?"
        return self._store.read(lambda connection: int(connection.execute(sql, (pseudonym,)).fetchone()[0]))

    def expire(self, now: datetime) -> int:
        """Destroy the keys and pseudonyms of windows that are over; returns how many were.

        Also called when documents are no longer counted: a key never outlives its window.
        """
        over = self._store.write(lambda connection: _destroy(connection, now))
        unscrubbed = self._store.read(
            lambda connection: rows(connection, "SELECT 1 FROM document_window WHERE is_scrubbed = 0", ())
        )
        # Until the journal is empty the sealed key still stands in it.
        if unscrubbed and self._store.scrub():
            self._store.write(lambda c: c.execute("UPDATE document_window SET is_scrubbed = 1"))
        return over

    def _open_window(self, connection: sqlite3.Connection, now: datetime) -> tuple[str, bytes]:
        found = rows(connection, OPEN_SQL, (text_of(now),))
        if found:
            window_id = str(found[0]["window_id"])
            return window_id, self._vault.open(window_id, KEY_KIND, as_bytes(found[0]["sealed_key"]))
        window_id, key = self._randomness(8).hex(), self._randomness(KEY_BYTES)
        row = {
            "window_id": window_id,
            "begins_at": text_of(now),
            "ends_at": text_of(now + self._policy.window),
            "sealed_key": self._vault.seal(window_id, KEY_KIND, key),
            "is_scrubbed": 1,
        }
        insert(connection, "document_window", row)
        append_audit(connection, AuditEntry(now, "edge", "document-window-begun", window_id))
        return window_id, key

    def _count(self, connection: sqlite3.Connection, pseudonym: bytes, direction: str, now: datetime) -> None:
        window_id, _ = self._open_window(connection, now)
        day, way = day_of(now).isoformat(), direction or self._policy.direction
        connection.execute(COUNT_SQL, (window_id, pseudonym, day, way, self._policy.lane_id))


def document_windows(connection: sqlite3.Connection) -> tuple[DocumentWindow, ...]:
    """Return every window there was, oldest first."""
    found = rows(connection, "SELECT * FROM document_window ORDER BY begins_at", ())
    return tuple(_window(connection, row) for row in found)


def _window(connection: sqlite3.Connection, row: Mapping[str, object]) -> DocumentWindow:
    open_sql = (
        "SELECT times, count(*) FROM (SELECT sum(crossings) AS times FROM document_crossing "
        "WHERE window_id = ? GROUP BY pseudonym) GROUP BY times ORDER BY times"
    )
    over_sql = "SELECT times, travellers FROM document_total WHERE window_id = ? ORDER BY times"
    is_open = row["sealed_key"] is not None
    totals = connection.execute(open_sql if is_open else over_sql, (row["window_id"],))
    begins, ends = day_of(time_of(row["begins_at"])), day_of(time_of(row["ends_at"]))
    return DocumentWindow(begins, ends, is_open, {int(times): int(number) for times, number in totals})


def _destroy(connection: sqlite3.Connection, now: datetime) -> int:
    sql = "SELECT window_id FROM document_window WHERE sealed_key IS NOT NULL AND ends_at <= ?"
    over = [str(row[0]) for row in connection.execute(sql, (text_of(now),))]
    for window_id in over:
        connection.execute(TOTALS_SQL, (window_id,))
        known = "SELECT pseudonym FROM document_crossing WHERE window_id = ?"
        connection.execute(f"DELETE FROM companion WHERE pseudonym IN ({known})", (window_id,))  # noqa: S608 - constant
        connection.execute("DELETE FROM document_crossing WHERE window_id = ?", (window_id,))
        connection.execute(
            "UPDATE document_window SET sealed_key = NULL, is_scrubbed = 0 WHERE window_id = ?", (window_id,)
        )
        append_audit(connection, AuditEntry(now, "edge", "document-key-destroyed", window_id))
    return len(over)
