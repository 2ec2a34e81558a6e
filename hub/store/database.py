"""Opens the store: engine, SQLite settings, transactions, schema version."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

import hub.cases.tables
import hub.fleet.tables
import hub.ingest.tables
import hub.people.tables
import hub.watchlist.tables  # noqa: F401 (each puts its tables into the metadata)
from hub.errors import StoreError
from hub.store.metadata import SCHEMA_VERSION, metadata
from hub.store.tables import store_info

BUSY_TIMEOUT_S = 30.0
"""A tight writer starves another one past the usual five seconds."""

_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
_UPGRADES = {
    1: (
        "ALTER TABLE alerts ADD COLUMN direction VARCHAR(3) NOT NULL DEFAULT ''",
        "ALTER TABLE alert_updates ADD COLUMN direction VARCHAR(3) NOT NULL DEFAULT ''",
    ),
}
"""What leads from a version to the next, apart from whole tables that are new."""
_APPEND_ONLY = (
    "CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit "
    "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    "CREATE TRIGGER audit_is_never_shortened BEFORE DELETE ON audit "
    "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
)


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


def create_schema(engine: Engine, *, hub_epoch: str, now: datetime) -> bool:
    """Create or upgrade; True when the store was new. Raises `StoreError` for a newer store."""
    with _store_errors(engine), writing(engine) as connection:
        version = _stored_version(connection)
        if version is not None:
            _upgrade(connection, version)
            return False
        metadata.create_all(connection)
        if engine.dialect.name == "sqlite":
            for statement in _APPEND_ONLY:
                connection.exec_driver_sql(statement)
        facts = {"schema_version": str(SCHEMA_VERSION), "hub_epoch": hub_epoch, "created_at": now.isoformat()}
        connection.execute(
            store_info.insert(), [{"name": name, "value": value} for name, value in facts.items()]
        )
    return True


def check_schema(engine: Engine) -> None:
    """Raise `StoreError` unless the store was made by `kechid-hub migrate` of this version."""
    version = None
    # Asking SQLite would leave an empty file behind.
    if engine.dialect.name != "sqlite" or Path(engine.url.database or "").exists():
        with _store_errors(engine), reading(engine) as connection:
            version = _stored_version(connection)
    if version is None:
        raise StoreError(f"{engine.url.render_as_string()}: no hub store; run kechid-hub migrate")
    _require_version(version)


def hub_epoch(connection: Connection) -> str:
    """Random id of this store; a restored backup carries another one, so devices send again."""
    return str(connection.scalar(select(store_info.c.value).where(store_info.c.name == "hub_epoch")))


def _upgrade(connection: Connection, version: int) -> None:
    while version in _UPGRADES:
        for statement in _UPGRADES[version]:
            connection.exec_driver_sql(statement)
        version += 1
    _require_version(version)
    metadata.create_all(connection)
    connection.execute(
        update(store_info).where(store_info.c.name == "schema_version").values(value=str(version))
    )


def _stored_version(connection: Connection) -> int | None:
    if not inspect(connection).has_table(store_info.name):
        return None
    value = connection.scalar(select(store_info.c.value).where(store_info.c.name == "schema_version"))
    return int(value) if value is not None else None


def _require_version(version: int) -> None:
    if version != SCHEMA_VERSION:
        raise StoreError(
            f"the store has schema version {version}, this program needs {SCHEMA_VERSION}"
            + ("; run kechid-hub migrate" if version < SCHEMA_VERSION else "")
        )


@contextmanager
def _store_errors(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise StoreError(f"{engine.url.render_as_string()}: {error.orig}") from error


def _prepare_sqlite(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    # The driver's own transaction handling would open a transaction too late; `_begin_sqlite` does it.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("kechid_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
