"""The outbox's tables, and the identity that they give a store."""

import os
import sqlite3
from collections.abc import Callable

from sync.errors import OutboxError
from sync.identifiers import require_name
from sync.messages import MessageLane
from sync.store_file import transaction

Randomness = Callable[[int], bytes]
"""Gives that many random bytes, as `os.urandom` does."""

_TABLES = (
    # One row: who this store is for the hub. birth counts connections; hub_epoch is the hub's store that
    # acknowledged last.
    """CREATE TABLE IF NOT EXISTS outbox_identity (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        device_id TEXT,
        epoch TEXT NOT NULL,
        birth INTEGER NOT NULL DEFAULT 0,
        hub_epoch TEXT
    )""",
    # sent is written before anything up to it goes out: a hub that acknowledges more has met another copy
    # of this store.
    """CREATE TABLE IF NOT EXISTS outbox_lanes (
        lane TEXT PRIMARY KEY,
        last_seq INTEGER NOT NULL DEFAULT 0,
        sent INTEGER NOT NULL DEFAULT 0,
        acknowledged INTEGER NOT NULL DEFAULT 0
    )""",
    """CREATE TABLE IF NOT EXISTS outbox (
        lane TEXT NOT NULL REFERENCES outbox_lanes (lane),
        seq INTEGER NOT NULL,
        message_id TEXT NOT NULL UNIQUE,
        occurred_at TEXT NOT NULL,
        body BLOB NOT NULL,
        is_sealed INTEGER NOT NULL,
        acknowledged_at REAL,
        PRIMARY KEY (lane, seq)
    )""",
    """CREATE TABLE IF NOT EXISTS outbox_uplink (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        is_connected INTEGER NOT NULL DEFAULT 0,
        reported_at REAL,
        last_acknowledged_at REAL
    )""",
)


def create_outbox_tables(connection: sqlite3.Connection, *, randomness: Randomness = os.urandom) -> None:
    """Create what is missing; the epoch is drawn once and stays as long as the store does."""
    with transaction(connection):
        for statement in _TABLES:
            connection.execute(statement)
        connection.execute(
            "INSERT OR IGNORE INTO outbox_identity (id, epoch) VALUES (1, ?)", (new_epoch(randomness),)
        )
        connection.execute("INSERT OR IGNORE INTO outbox_uplink (id) VALUES (1)")
        lanes = [(lane.value,) for lane in MessageLane]
        connection.executemany("INSERT OR IGNORE INTO outbox_lanes (lane) VALUES (?)", lanes)


def claim_store(connection: sqlite3.Connection, device_id: str) -> None:
    """Bind the store to a device; raises `OutboxError` when it is another's, whose sequences would go on."""
    require_name(device_id, "device")
    with transaction(connection):
        connection.execute("UPDATE outbox_identity SET device_id = ? WHERE device_id IS NULL", (device_id,))
    (owner,) = connection.execute("SELECT device_id FROM outbox_identity").fetchone()
    if owner != device_id:
        raise OutboxError(f"this store belongs to device {owner!r}, not to {device_id!r}")


def new_epoch(randomness: Randomness) -> str:
    """Draw the name of a new epoch: 128 random bits in hexadecimal."""
    return randomness(16).hex()
