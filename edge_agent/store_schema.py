"""The tables of `edge.db`, apart from the outbox and inbox that `sync` makes."""

import sqlite3

from sqlite_utils import Database

from edge_agent.audit import create_audit_table

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
}
"""Name to columns, primary key and the columns that may not be null."""

INDEXES = (("evidence", "alert_id"), ("decision", "alert_id"), ("session", "officer_id"))

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
    connection.execute(EVENT_LOG)
    create_audit_table(connection)
