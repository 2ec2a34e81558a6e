"""The tables of `edge.db`, apart from the outbox and inbox that `sync` makes."""

import sqlite3

from sqlite_utils import Database

from edge_agent.store.audit import create_audit_table

TABLES: dict[str, tuple[dict[str, type], str, frozenset[str]]] = {
    "store_meta": ({"key": str, "value": bytes}, "key", frozenset({"value"})),
    "alert": (
        {
            "alert_id": str,
            "list_title": str,
            "raised": bytes,
            "latest": bytes,
            "sealed_subject": bytes,
            "reference_list": bytes,
        },
        "alert_id",
        frozenset({"list_title", "raised", "sealed_subject", "reference_list"}),
    ),
    "evidence": (
        {
            "evidence_id": str,
            "alert_id": str,
            "kind": str,
            "media_type": str,
            "sha256": str,
            "sealed": bytes,
            "captured_at": str,
        },
        "evidence_id",
        frozenset({"alert_id", "kind", "media_type", "sha256", "sealed"}),
    ),
    "decision": (
        {
            "decision_id": str,
            "alert_id": str,
            "answer": str,
            "officer_id": str,
            "role": str,
            "decided_at": str,
            "seconds_to_answer": float,
            "reason": str,
        },
        "decision_id",
        frozenset({"alert_id", "answer", "officer_id", "role", "decided_at", "seconds_to_answer", "reason"}),
    ),
    "sighting": (
        {
            "alert_id": str,
            "crossing_id": str,
            "list_id": str,
            "subject_id": str,
            "category": str,
            "lane_id": str,
            "direction": str,
            "seen_at": str,
            "last_seen_at": str,
            "answer": str,
            "is_ended": int,
            "is_test": int,
        },
        "alert_id",
        frozenset({"crossing_id", "list_id", "subject_id", "seen_at", "last_seen_at", "answer", "is_ended"}),
    ),
    "crossing_notice": (
        {
            "notice_id": str,
            "alert_id": str,
            "rule": str,
            "list_id": str,
            "subject_id": str,
            "crossings": int,
            "entries": int,
            "exits": int,
            "at_least": int,
            "within_hours": int,
            "direction": str,
            "noted_at": str,
            "is_withdrawn": int,
        },
        "notice_id",
        frozenset({"alert_id", "rule", "list_id", "subject_id", "noted_at", "is_withdrawn"}),
    ),
    "document_window": (
        {"window_id": str, "begins_at": str, "ends_at": str, "sealed_key": bytes, "is_scrubbed": int},
        "window_id",
        frozenset({"begins_at", "ends_at", "is_scrubbed"}),
    ),
    "barrier_command": (
        {
            "request_id": str,
            "action": str,
            "officer_id": str,
            "alert_id": str,
            "reason": str,
            "moved_at": str,
        },
        "request_id",
        frozenset({"action", "officer_id", "reason", "moved_at"}),
    ),
    "officer": (
        {
            "officer_id": str,
            "display_name": str,
            "role": str,
            "password_hash": str,
            "is_active": int,
            "created_at": str,
        },
        "officer_id",
        frozenset({"display_name", "role", "password_hash", "is_active", "created_at"}),
    ),
    "session": (
        {"token_hash": str, "officer_id": str, "created_at": str, "expires_at": str},
        "token_hash",
        frozenset({"officer_id", "created_at", "expires_at"}),
    ),
    "watchlist": (
        {"list_id": str, "version": int, "sealed_package": bytes, "expires_at": str, "applied_at": str},
        "list_id",
        frozenset({"version", "sealed_package", "expires_at", "applied_at"}),
    ),
    "watchlist_withdrawal": (
        {"list_id": str, "version": int, "issued_at": str, "withdrawn_at": str},
        "list_id",
        frozenset({"version", "issued_at", "withdrawn_at"}),
    ),
    "remote_setting": (
        {"name": str, "value": str, "command_id": str, "set_at": str},
        "name",
        frozenset({"value", "command_id", "set_at"}),
    ),
    "score_day": (
        {"key": str, "list_id": str, "sealed": bytes},
        "key",
        frozenset({"list_id", "sealed"}),
    ),
    "score_settled": ({"alert_id": str}, "alert_id", frozenset()),
    "armed_calibration": ({"list_id": str, "sealed": bytes}, "list_id", frozenset({"sealed"})),
}
"""Name to columns, primary key and the columns that may not be null."""

INDEXES = (
    ("evidence", "alert_id"),
    ("decision", "alert_id"),
    ("session", "officer_id"),
    ("sighting", "subject_id"),
    ("crossing_notice", "alert_id"),
)

CROSSING_TABLES = (
    """
CREATE TABLE IF NOT EXISTS companion (
    alert_id TEXT NOT NULL, pseudonym BLOB NOT NULL, day TEXT NOT NULL, PRIMARY KEY (alert_id, pseudonym)
) STRICT, WITHOUT ROWID
""",
    """
CREATE TABLE IF NOT EXISTS document_crossing (
    window_id TEXT NOT NULL, pseudonym BLOB NOT NULL, day TEXT NOT NULL, direction TEXT NOT NULL,
    lane_id TEXT NOT NULL, crossings INTEGER NOT NULL,
    PRIMARY KEY (window_id, pseudonym, day, direction, lane_id)
) STRICT, WITHOUT ROWID
""",
    """
CREATE TABLE IF NOT EXISTS document_total (
    window_id TEXT NOT NULL, times INTEGER NOT NULL, travellers INTEGER NOT NULL,
    PRIMARY KEY (window_id, times)
) STRICT, WITHOUT ROWID
""",
)
"""Keys of several columns; what is left of a window when its key is gone are the totals alone."""

EVENT_LOG = """
CREATE TABLE IF NOT EXISTS event_log (
    event_id INTEGER PRIMARY KEY AUTOINCREMENT,
    alert_id TEXT NOT NULL
)
"""
# AUTOINCREMENT: an id is never given twice, or a terminal would resume at the wrong place.


def create_edge_tables(connection: sqlite3.Connection) -> None:
    """Create what is missing; a store that has everything is left as it is."""
    database = Database(connection, recursive_triggers=False, execute_plugins=False)
    for name, (columns, key, required) in TABLES.items():
        database[name].create(columns, pk=key, not_null=required, if_not_exists=True, strict=True)
    for name, column in INDEXES:
        database[name].create_index([column], if_not_exists=True)
    for statement in (EVENT_LOG, *CROSSING_TABLES):
        connection.execute(statement)
    create_audit_table(connection)
