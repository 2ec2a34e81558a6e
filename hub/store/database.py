"""Opens the store: the engines' settings, transactions."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from hub.errors import StoreError
from hub.store.tables import store_info
from hub.store.zero_bytes import refuse_zero_bytes

BUSY_TIMEOUT_S = 30.0
"""A tight writer starves another one past the usual five seconds."""

_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
_SERVER_SETTINGS = {
    "timezone": "UTC",
    "statement_timeout": "60s",
    "lock_timeout": f"{BUSY_TIMEOUT_S:.0f}s",
    "idle_in_transaction_session_timeout": "60s",
    "work_mem": "16MB",
}
"""A process that hangs must not keep its locks: the server ends its transaction.

What a page of statistics adds up fits into the memory for one sort.
"""
_WRITERS = 0x4B656368
"""Key of the advisory lock that parts writers on PostgreSQL."""
_ALONE = "pg_advisory_xact_lock"
_BESIDE = "pg_advisory_xact_lock_shared"
_TURNS: "WeakKeyDictionary[Engine, Lock]" = WeakKeyDictionary()
_READS = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
_OF_POSTGRESQL: Mapping[str, Any] = {
    "pool_pre_ping": True,
    "pool_size": 5,
    "max_overflow": 15,
    "connect_args": {
        "connect_timeout": 10,
        "options": " ".join(f"-c {name}={value}" for name, value in _SERVER_SETTINGS.items()),
    },
}


def open_engine(url: str) -> Engine:
    """Engine for a store address; raises `StoreError` when the address is none."""
    try:
        is_sqlite = make_url(url).get_backend_name() == "sqlite"
        options = {"connect_args": {"timeout": BUSY_TIMEOUT_S}} if is_sqlite else _OF_POSTGRESQL
        # Parameters hold what people wrote: an error that quotes them would put it into the log.
        engine = create_engine(url, hide_parameters=True, **options)
    except (ArgumentError, ImportError) as error:
        raise StoreError(f"store.url {url!r}: {error}") from error
    if is_sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite if is_sqlite else _begin_postgresql)
    refuse_zero_bytes(engine)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a connection that sees one consistent state and writes nothing."""
    options = _READS if engine.dialect.name == "postgresql" else {}
    with engine.execution_options(**options).begin() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open a write transaction; waits for other writers first, commits at its end, undone by an exception.

    Nobody else writes meanwhile, on either engine: what it reads stays true until it commits.
    """
    with _turn(engine), engine.execution_options(kechid_writes=_ALONE).begin() as connection:
        yield connection


@contextmanager
def writing_beside_others(engine: Engine) -> Iterator[Connection]:
    """Open a write transaction for frequent work that locks the rows it decides on.

    On PostgreSQL it runs beside others of its kind, never beside `writing`; on SQLite it is `writing`.
    """
    with _turn(engine), engine.execution_options(kechid_writes=_BESIDE).begin() as connection:
        yield connection


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """Undo what the block writes when it raises; whoever catches that goes on with the transaction.

    SQLite undoes a whole transaction on a full disk, the savepoint included: that is not what is raised then.
    """
    nested = connection.begin_nested()
    try:
        yield
    except BaseException:
        with suppress(DBAPIError):
            nested.rollback()
        raise
    nested.commit()


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """Let this process's writers of SQLite wait for one another in their order.

    Its own way of waiting is to ask again after a tenth of a second, while others come and go.
    """
    if engine.dialect.name != "sqlite":
        yield
        return
    lock = _TURNS.setdefault(engine, Lock())
    # After the time-out SQLite says itself that another one writes.
    has_turn = lock.acquire(timeout=BUSY_TIMEOUT_S)
    try:
        yield
    finally:
        if has_turn:
            lock.release()


@contextmanager
def store_errors(engine: Engine) -> Iterator[None]:
    """Name the store in what its driver raises: `StoreError`."""
    try:
        yield
    except DBAPIError as error:
        raise StoreError(f"{engine.url.render_as_string()}: {error.orig}") from error


def hub_epoch(connection: Connection) -> str:
    """Random id of this store; a restored backup carries another one, so devices send again."""
    return str(connection.scalar(select(store_info.c.value).where(store_info.c.name == "hub_epoch")))


def _prepare_sqlite(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    # The driver's own transaction handling would open a transaction too late; `_begin_sqlite` does it.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("kechid_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    lock = connection.get_execution_options().get("kechid_writes")
    if lock is not None:
        connection.exec_driver_sql(f"SELECT {lock}({_WRITERS})")
