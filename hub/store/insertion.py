"""Inserts that tolerate a row that is there already, on either engine."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, Table
from sqlalchemy import Row as ResultRow
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

from hub.errors import StoreError

Row = Mapping[str, Any]


def insert_if_new(connection: Connection, table: Table, row: Row) -> bool:
    """Insert a row unless its key is taken; True when it was inserted."""
    statement = _insert(connection, table).values(**row).on_conflict_do_nothing()
    # Not the count of rows: PostgreSQL's driver has none for a table that numbers its rows.
    return connection.execute(statement.returning(*table.primary_key)).first() is not None


def insert_or_update(connection: Connection, table: Table, row: Row, keys: Sequence[str]) -> None:
    """Insert a row, or set its other columns where `keys` exist already."""
    changes = {name: value for name, value in row.items() if name not in keys}
    statement = _insert(connection, table).values(**row)
    connection.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=changes))


def insert_or_add(connection: Connection, table: Table, row: Row, keys: Sequence[str]) -> None:
    """Insert a row of counts, or add its other columns to what stands under `keys`."""
    connection.execute(_adding(connection.dialect.name, table, tuple(row), tuple(keys)), row)


def insert_or_add_many(
    connection: Connection, table: Table, rows: Sequence[Row], keys: Sequence[str]
) -> None:
    """Do the same with rows of the same columns and different keys; they are locked in the order given."""
    if rows:
        connection.execute(_adding(connection.dialect.name, table, tuple(rows[0]), tuple(keys)), rows)


def insert_or_hold(
    connection: Connection, table: Table, rows: Sequence[Row], keys: Sequence[str]
) -> Sequence[ResultRow[Any]]:
    """Insert the rows whose keys are free, lock those that stand, and return all as they are now.

    On PostgreSQL they stay locked until the transaction ends, in the order given: whoever holds several sorts
    them by key. SQLite has one writer at a time.
    """
    if not rows:
        return ()
    statement = _holding(connection.dialect.name, table, tuple(rows[0]), tuple(keys))
    return connection.execute(statement, rows).all()


# Put together once: with every transaction of single declarations it would take longer than running them.
@cache
def _adding(dialect: str, table: Table, names: tuple[str, ...], keys: tuple[str, ...]) -> Insert:
    statement = _insert_on(dialect, table)
    changes = {name: table.c[name] + statement.excluded[name] for name in names if name not in keys}
    return statement.on_conflict_do_update(index_elements=list(keys), set_=changes)


@cache
def _holding(
    dialect: str, table: Table, names: tuple[str, ...], keys: tuple[str, ...]
) -> ReturningInsert[Any]:
    other = next(name for name in names if name not in keys)
    changes = {other: table.c[other]}
    statement = _insert_on(dialect, table).on_conflict_do_update(index_elements=list(keys), set_=changes)
    return statement.returning(*table.c)


def _insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    return _insert_on(connection.dialect.name, table)


def _insert_on(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    # The two dialects spell ON CONFLICT alike but SQLAlchemy keeps it out of the common insert.
    match dialect:
        case "sqlite":
            return sqlite.insert(table)
        case "postgresql":
            return postgresql.insert(table)
        case other:
            raise StoreError(f"stores on {other} are not supported")
