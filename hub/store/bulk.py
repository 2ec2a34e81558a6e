"""Inserts many rows at once: COPY on PostgreSQL, one prepared statement on SQLite, with the same outcome."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any, cast

import psycopg
from psycopg import sql
from sqlalchemy import Column, Connection, Table
from sqlalchemy.dialects import sqlite

ROWS_AT_ONCE = 10_000
_STAGING = "kechid_staging"
_STAGE = sql.SQL(
    "CREATE TEMPORARY TABLE {staging} ON COMMIT DROP AS SELECT {names} FROM {table} WITH NO DATA"
)
_COPY = sql.SQL("COPY {staging} ({names}) FROM STDIN")
_INSERT = sql.SQL("INSERT INTO {table} ({names}) SELECT {names} FROM {staging} ON CONFLICT DO NOTHING")
_DROP = sql.SQL("DROP TABLE {staging}")
Row = Mapping[str, Any]
Bind = Callable[[Any], Any]


def insert_many(connection: Connection, table: Table, rows: Iterable[Row]) -> int:
    """Insert rows whose keys are new, all with the columns of the first; returns how many were."""
    insert = _copy if connection.dialect.name == "postgresql" else _execute
    return sum(insert(connection, table, part) for part in _parts(rows))


def append_many(
    connection: Connection, table: Table, names: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert rows that the caller knows to be new, values in the order of `names`.

    Raises the engine's integrity error for one that is not: then none of them is in.
    """
    bound = _bound(rows, [_bind(table.c[name], connection) for name in names])
    if not bound:
        return
    if connection.dialect.name == "postgresql":
        driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
        with driver.cursor() as cursor, cursor.copy(_copying(table, tuple(names))) as copy:
            for row in bound:
                copy.write_row(row)
    else:
        connection.exec_driver_sql(_inserting(table, tuple(names)), bound)


# Put together once: for a few rows it would take longer than the rows.
@cache
def _copying(table: Table, names: tuple[str, ...]) -> bytes:
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    return _COPY.format(staging=sql.Identifier(table.name), names=columns).as_bytes()


@cache
def _inserting(table: Table, names: tuple[str, ...]) -> str:
    places = ", ".join("?" for _ in names)
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places})"  # noqa: S608 - our own names


def _bound(rows: Sequence[Sequence[Any]], binds: Sequence[Bind | None]) -> list[tuple[Any, ...]]:
    """Bind the columns that need it, each as a whole."""
    columns = list(zip(*rows, strict=True))
    for place, bind in enumerate(binds):
        if columns and bind is not None:
            columns[place] = tuple(map(bind, columns[place]))
    return list(zip(*columns, strict=True))


def _parts(rows: Iterable[Row]) -> Iterator[list[Row]]:
    remaining = iter(rows)
    while part := list(islice(remaining, ROWS_AT_ONCE)):
        yield part


def _execute(connection: Connection, table: Table, rows: list[Row]) -> int:
    return connection.execute(sqlite.insert(table).on_conflict_do_nothing(), rows).rowcount


def _copy(connection: Connection, table: Table, rows: list[Row]) -> int:
    """Copy to a table beside it and insert from there: COPY itself stops at the first row that stands."""
    columns = [column for column in table.columns if column.name in rows[0] or column.default is not None]
    writers = [_writer(column, connection) for column in columns]
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in columns)
    parts = {"staging": sql.Identifier(_STAGING), "table": sql.Identifier(table.name), "names": names}
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    with driver.cursor() as cursor:
        cursor.execute(_STAGE.format(**parts))
        with cursor.copy(_COPY.format(**parts)) as copy:
            for row in rows:
                copy.write_row([write(row) for write in writers])
        cursor.execute(_INSERT.format(**parts))
        inserted = cursor.rowcount
        cursor.execute(_DROP.format(**parts))
    return inserted


def _writer(column: Column[Any], connection: Connection) -> Callable[[Row], object]:
    """Take a column's value from a row as SQLAlchemy would bind it, defaults included."""
    bind = _bind(column, connection)
    default = getattr(column.default, "arg", None)

    def write(row: Row) -> object:
        value = row.get(column.name, default)
        if callable(value):
            value = value(None)
        return value if bind is None else bind(value)

    return write


def _bind(column: Column[Any], connection: Connection) -> Bind | None:
    bind: Bind | None = column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    return bind
