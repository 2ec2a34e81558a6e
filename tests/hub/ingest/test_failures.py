"""Which failures of a store are waited out, which stop a worker, which condemn a payload."""

import sqlite3

import psycopg
import pytest
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    OperationalError,
    ProgrammingError,
    StatementError,
    TimeoutError,
)

from hub.ingest.failures import Failure, failure_of
from hub.store.pictures import EvidenceError


def of_sqlite(name: str) -> DBAPIError:
    error = sqlite3.OperationalError("said by SQLite")
    error.sqlite_errorname = name
    return OperationalError("INSERT", {}, error)


def of_postgresql(sqlstate: str) -> DBAPIError:
    return OperationalError("INSERT", {}, psycopg.errors.lookup(sqlstate)("said by PostgreSQL"))


@pytest.mark.parametrize(
    ("name", "failure"),
    [
        ("SQLITE_FULL", Failure.WAIT),
        ("SQLITE_BUSY", Failure.WAIT),
        ("SQLITE_BUSY_SNAPSHOT", Failure.WAIT),
        ("SQLITE_IOERR_FSYNC", Failure.WAIT),
        ("SQLITE_READONLY", Failure.WAIT),
        ("SQLITE_ERROR", Failure.STOP),
        ("SQLITE_CORRUPT", Failure.STOP),
        ("SQLITE_NOTADB", Failure.STOP),
        ("SQLITE_CONSTRAINT_CHECK", Failure.REFUSE),
        ("SQLITE_TOOBIG", Failure.REFUSE),
    ],
)
def test_sqlite(name: str, failure: Failure) -> None:
    assert failure_of(of_sqlite(name)) is failure


@pytest.mark.parametrize(
    ("sqlstate", "failure"),
    [
        ("08006", Failure.WAIT),
        ("25006", Failure.WAIT),
        ("40001", Failure.WAIT),
        ("40P01", Failure.WAIT),
        ("53100", Failure.WAIT),
        ("53300", Failure.WAIT),
        ("55P03", Failure.WAIT),
        ("57P01", Failure.WAIT),
        ("57P03", Failure.WAIT),
        ("58030", Failure.WAIT),
        ("42P01", Failure.STOP),
        ("42703", Failure.STOP),
        ("42501", Failure.STOP),
        ("XX001", Failure.STOP),
        ("22021", Failure.REFUSE),
        ("22003", Failure.REFUSE),
        ("23505", Failure.REFUSE),
        ("54000", Failure.REFUSE),
    ],
)
def test_postgresql(sqlstate: str, failure: Failure) -> None:
    assert failure_of(of_postgresql(sqlstate)) is failure


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (OperationalError("", {}, psycopg.OperationalError("connection refused")), Failure.WAIT),
        (DBAPIError("", {}, psycopg.Error("gone"), connection_invalidated=True), Failure.WAIT),
        (TimeoutError("no connection free"), Failure.WAIT),
        (EvidenceError("No space left on device"), Failure.WAIT),
        (DataError("", {}, psycopg.DataError("zero byte")), Failure.REFUSE),
        (IntegrityError("", {}, sqlite3.IntegrityError("unique")), Failure.REFUSE),
        (ProgrammingError("", {}, psycopg.ProgrammingError("cannot adapt")), Failure.REFUSE),
        (StatementError("naive time", "", {}, ValueError("naive")), Failure.REFUSE),
    ],
    ids=["unreachable", "cut", "pool", "evidence", "data", "integrity", "programming", "value"],
)
def test_without_a_code(error: Exception, failure: Failure) -> None:
    assert failure_of(error) is failure
