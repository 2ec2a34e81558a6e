"""The hash chain and what breaks it."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator

import pytest

from edge_agent.store.audit import (
    GENESIS,
    AuditEntry,
    append_audit,
    create_audit_table,
    link_hash,
    verify_audit,
)
from tests.edge_agent.shell_builders import NOW


@pytest.fixture
def log() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    create_audit_table(connection)
    for number in range(1, 6):
        append_audit(connection, AuditEntry(NOW, "guard-1", "login", f"s{number}", (("b", "2"), ("a", "1"))))
    yield connection
    connection.close()


def without_triggers(connection: sqlite3.Connection) -> None:
    connection.execute("DROP TRIGGER audit_keeps_rows")
    connection.execute("DROP TRIGGER audit_keeps_content")


def test_an_untouched_log_is_whole(log: sqlite3.Connection) -> None:
    verdict = verify_audit(log)
    assert (verdict.rows, verdict.broken_seq) == (5, None)
    assert len(verdict.head) == 64


def test_an_empty_log_is_whole() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    create_audit_table(connection)
    assert verify_audit(connection).broken_seq is None
    connection.close()


def test_the_hash_is_over_the_previous_hash_the_number_and_canonical_json() -> None:
    fields = ("2026-03-01T08:00:00+00:00", "guard-1", "login", "", '{"a":"1"}')
    canonical = b'["2026-03-01T08:00:00+00:00","guard-1","login","","{\\"a\\":\\"1\\"}"]'
    assert (
        link_hash(GENESIS, 1, fields) == hashlib.sha256(bytes(32) + bytes(7) + b"\x01" + canonical).digest()
    )


@pytest.mark.parametrize("statement", ["DELETE FROM audit WHERE seq=2", "UPDATE audit SET actor = 'x'"])
def test_rows_can_only_be_added(log: sqlite3.Connection, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        log.execute(statement)


def rewrite(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE audit SET actor = 'nobody' WHERE seq = 3")


def cut_out(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM audit WHERE seq = 3")


def swap(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE audit SET seq = 99 WHERE seq = 3")
    connection.execute("UPDATE audit SET seq = 3 WHERE seq = 4")
    connection.execute("UPDATE audit SET seq = 4 WHERE seq = 99")


def slip_in(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE audit SET seq = seq + 100 WHERE seq > 2")
    connection.execute("UPDATE audit SET seq = seq - 99 WHERE seq > 100")
    connection.execute(
        "INSERT INTO audit SELECT 3, at, actor, action, subject, detail, hash FROM audit WHERE seq=2"
    )


@pytest.mark.parametrize("tamper", [rewrite, cut_out, swap, slip_in])
def test_the_first_broken_row_is_named(
    log: sqlite3.Connection, tamper: Callable[[sqlite3.Connection], None]
) -> None:
    without_triggers(log)
    tamper(log)
    verdict = verify_audit(log)
    assert (verdict.rows, verdict.broken_seq) == (2, 3)
    assert "row 3" in verdict.reason


def test_a_log_cut_short_is_seen(log: sqlite3.Connection) -> None:
    without_triggers(log)
    log.execute("DELETE FROM audit WHERE seq = 5")
    verdict = verify_audit(log)
    assert (verdict.rows, verdict.broken_seq) == (4, 5)
    assert "ends at row 4" in verdict.reason
