"""The inbox keeps each thing once until it is processed."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sync.inbox import Inbox
from sync.store_file import open_store, transaction

NOW = datetime(2026, 5, 4, tzinfo=UTC)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    store = open_store(tmp_path / "edge.db")
    yield store
    store.close()


def test_a_repeat_is_kept_once_whatever_its_body(connection: sqlite3.Connection) -> None:
    inbox = Inbox(connection)
    assert inbox.put("watchlist", "a:1", b"first", NOW)
    assert not inbox.put("watchlist", "a:1", b"second", NOW)
    assert inbox.put("command", "a:1", b"another kind", NOW)
    (row,) = inbox.unprocessed("watchlist")
    assert (row.key, row.body, row.received_at, row.processed_at) == ("a:1", b"first", NOW, None)


def test_rows_wait_in_order_until_processed(connection: sqlite3.Connection) -> None:
    inbox = Inbox(connection)
    for key in ("c", "a", "b"):
        inbox.put("command", key, b"", NOW)
    first, *_ = inbox.unprocessed("command")
    inbox.mark_processed(first.row_id, NOW)
    assert [row.key for row in inbox.unprocessed("command")] == ["a", "b"]
    assert [row.processed_at for row in inbox.received("command")] == [NOW, None, None]


def test_processing_joins_the_callers_transaction(connection: sqlite3.Connection) -> None:
    inbox = Inbox(connection)
    inbox.put("command", "a", b"", NOW)
    connection.execute("BEGIN IMMEDIATE")
    inbox.mark_processed(inbox.unprocessed("command")[0].row_id, NOW)
    connection.execute("ROLLBACK")
    assert [row.key for row in inbox.unprocessed("command")] == ["a"]


def test_another_process_sees_what_was_put(connection: sqlite3.Connection, tmp_path: Path) -> None:
    Inbox(connection).put("command", "a", b"x", NOW)
    other = open_store(tmp_path / "edge.db")
    assert [row.body for row in Inbox(other).unprocessed("command")] == [b"x"]
    with transaction(other):
        Inbox(other).put("command", "b", b"y", NOW)
    other.close()
    assert len(Inbox(connection).unprocessed("command")) == 2
