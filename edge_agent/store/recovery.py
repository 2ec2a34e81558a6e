"""Starts on a fresh store when the old one is damaged, with whatever of it can still be read."""

import logging
import sqlite3
from datetime import datetime
from pathlib import Path

from edge_agent.errors import StoreDamagedError
from edge_agent.store.audit import AuditEntry, append_audit
from edge_agent.store.edge_store import EdgeStore, open_edge_store, set_aside

log = logging.getLogger(__name__)

SALVAGED = {
    "store_meta": ("key", "value"),
    "officer": ("officer_id", "display_name", "role", "password_hash", "is_active", "created_at"),
    "watchlist": ("list_id", "version", "sealed_package", "expires_at", "applied_at"),
    "watchlist_withdrawal": ("list_id", "version", "issued_at", "withdrawn_at"),
}
"""Without these nobody could log in and nothing would be searched; alerts stay in the file set aside."""


def open_or_replace(path: Path, now: datetime) -> EdgeStore:
    """Open the store; a damaged one is set aside, and a new one starts with its officers and lists."""
    try:
        return open_edge_store(path)
    except StoreDamagedError as error:
        log.error("%s: set aside, starting a new one", error)
    aside = set_aside(path, now)
    store = open_edge_store(path)
    found = {table: _readable_rows(aside, table, columns) for table, columns in SALVAGED.items()}

    def fill(connection: sqlite3.Connection) -> None:
        for table, rows in found.items():
            marks = ", ".join("?" * len(SALVAGED[table]))
            names = ", ".join(SALVAGED[table])
            sql = f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - constants only
            connection.executemany(sql, rows)
        detail = tuple((table, str(len(rows))) for table, rows in found.items())
        append_audit(connection, AuditEntry(now, "edge", "store-replaced", aside.name, detail))

    store.write(fill)
    return store


def _readable_rows(aside: Path, table: str, columns: tuple[str, ...]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    try:
        connection = sqlite3.connect(f"{aside.absolute().as_uri()}?mode=ro", uri=True)
        try:
            sql = f"SELECT {', '.join(columns)} FROM {table}"  # noqa: S608 - constants only
            rows.extend(connection.execute(sql))
        finally:
            connection.close()
    except sqlite3.Error as error:
        log.warning("%s of the damaged store: %d rows read, then: %s", table, len(rows), error)
    return rows
