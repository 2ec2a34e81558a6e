"""Opens the SQLite file that the processes of one machine share."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sync.errors import SyncError

BUSY_TIMEOUT_S = 30.0
"""Longer than SQLite's 5 s: a neighbour that commits in a tight loop may hold a writer off that long."""


def open_store(path: Path) -> sqlite3.Connection:
    """Open or create a store in WAL mode with full synchronisation, in autocommit mode.

    Writes go through `transaction`. A connection may be handed to another thread; threads that share one
    hold a lock of their own. Raises `SyncError` naming the file when it cannot be opened or is no database.
    """
    try:
        connection = sqlite3.connect(
            path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        )
    except sqlite3.Error as error:
        raise SyncError(f"{path}: {error}") from error
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
    except sqlite3.Error as error:
        connection.close()
        raise SyncError(f"{path}: {error}") from error
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Commit what is done inside, or roll it back on any exception; inside another transaction, join it."""
    if connection.in_transaction:
        yield connection
        return
    # IMMEDIATE: the write lock is taken before anything is read, so no transaction fails half-way on a lock.
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise
