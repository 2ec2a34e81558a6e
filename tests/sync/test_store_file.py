"""A store survives its processes and is never half-written."""

import sqlite3
import threading
from pathlib import Path

import pytest

from sync.errors import SyncError
from sync.store_file import open_store, transaction


def table(path: Path) -> sqlite3.Connection:
    connection = open_store(path)
    connection.execute("CREATE TABLE IF NOT EXISTS t (v INTEGER)")
    return connection


def values(connection: sqlite3.Connection) -> list[int]:
    return [value for (value,) in connection.execute("SELECT v FROM t ORDER BY rowid")]


def test_a_store_writes_ahead_and_waits_for_the_disk(tmp_path: Path) -> None:
    connection = open_store(tmp_path / "edge.db")
    settings = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in SETTINGS}
    connection.close()
    assert settings == SETTINGS


SETTINGS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    connection = table(tmp_path / "edge.db")

    def fail_half_way() -> None:
        with transaction(connection):
            connection.execute("INSERT INTO t VALUES (1)")
            raise KeyError("half-way")

    with pytest.raises(KeyError):
        fail_half_way()
    assert values(connection) == []
    assert not connection.in_transaction
    connection.close()


def test_an_inner_transaction_joins_the_outer_one(tmp_path: Path) -> None:
    connection = table(tmp_path / "edge.db")
    connection.execute("BEGIN IMMEDIATE")
    with transaction(connection):
        connection.execute("INSERT INTO t VALUES (1)")
    assert connection.in_transaction
    connection.execute("ROLLBACK")
    assert values(connection) == []
    connection.close()


def test_two_writers_take_turns(tmp_path: Path) -> None:
    path = tmp_path / "edge.db"
    table(path).close()

    def write() -> None:
        connection = open_store(path)
        for number in range(50):
            with transaction(connection):
                connection.execute("INSERT INTO t VALUES (?)", (number,))
        connection.close()

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    connection = open_store(path)
    assert len(values(connection)) == 100
    connection.close()


def test_a_file_that_is_no_store_is_named(tmp_path: Path) -> None:
    path = tmp_path / "edge.db"
    path.write_bytes(b"not a database at all, but long enough to be looked at" * 40)
    with pytest.raises(SyncError, match=r"edge\.db: file is not a database"):
        open_store(path)
    with pytest.raises(SyncError, match="unable to open"):
        open_store(tmp_path / "nowhere" / "edge.db")
