"""Durable inbox: what came from the hub and waits for the edge process, each thing once."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from sync.store_file import transaction

_TABLE = """
CREATE TABLE IF NOT EXISTS inbox (
    row_id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    body BLOB NOT NULL,
    received_at TEXT NOT NULL,
    processed_at TEXT,
    UNIQUE (kind, key)
)
"""


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One thing received; `key` is unique within its `kind`."""

    row_id: int
    kind: str
    key: str
    body: bytes
    received_at: datetime
    processed_at: datetime | None


class Inbox:
    """The inbox table of one store; creates it when it is not there."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute(_TABLE)

    def put(self, kind: str, key: str, body: bytes, received_at: datetime) -> bool:
        """Store a thing; False when this kind and key were received before, whatever the body."""
        with transaction(self._connection):
            cursor = self._connection.execute(
                "INSERT OR IGNORE INTO inbox (kind, key, body, received_at) VALUES (?, ?, ?, ?)",
                (kind, key, body, received_at.isoformat()),
            )
        return cursor.rowcount == 1

    def unprocessed(self, kind: str) -> list[InboxRow]:
        """Return what waits, in order of arrival."""
        return self._read("kind = ? AND processed_at IS NULL", kind)

    def received(self, kind: str) -> list[InboxRow]:
        """Return everything ever received of a kind, processed or not, in order of arrival."""
        return self._read("kind = ?", kind)

    def mark_processed(self, row_id: int, at: datetime) -> None:
        """Take a row out of `unprocessed`; it stays as the record of what was received."""
        with transaction(self._connection):
            self._connection.execute(
                "UPDATE inbox SET processed_at = ? WHERE row_id = ?", (at.isoformat(), row_id)
            )

    def _read(self, condition: str, kind: str) -> list[InboxRow]:
        columns = "row_id, kind, key, body, received_at, processed_at"
        query = f"SELECT {columns} FROM inbox WHERE {condition} ORDER BY row_id"  # noqa: S608 - constants only
        return [_row(record) for record in self._connection.execute(query, (kind,))]


def _row(record: tuple[int, str, str, bytes, str, str | None]) -> InboxRow:
    row_id, kind, key, body, received_at, processed_at = record
    processed = None if processed_at is None else datetime.fromisoformat(processed_at)
    return InboxRow(row_id, kind, key, body, datetime.fromisoformat(received_at), processed)
