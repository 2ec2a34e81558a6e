"""Opens the store: engine, SQLite settings, transactions."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from hub.errors import StoreError
from hub.store.tables import store_info

BUSY_TIMEOUT_S = 30.0
"""A tight writer starves another one past the usual five seconds."""

_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")


def open_engine(url: str) -> Engine:
    """Engine for a store address; raises `StoreError` when the address is none."""
    try:
        is_sqlite = make_url(url).get_backend_name() == "sqlite"
        engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S} if is_sqlite else {})
    except (ArgumentError, ImportError) as error:
        raise StoreError(f"store.url {url!r}: {error}") from error
    if is_sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a connection that sees one consistent state and writes nothing."""
    with engine.begin() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open a write transaction; waits for other writers first, commits at its end, undone by an exception."""
    with engine.execution_options(kechid_writes=True).begin() as connection:
        yield connection


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
    writes = connection.get_execution_options().get("kechid_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
