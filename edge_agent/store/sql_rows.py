"""Rows of `edge.db` as dictionaries; the home of sqlite-utils together with the schema."""

import sqlite3
from collections.abc import Mapping, Sequence

from sqlite_utils import Database


def insert(
    connection: sqlite3.Connection, table: str, row: Mapping[str, object], *, ignore: bool = False
) -> None:
    """Insert a row inside the caller's transaction; `ignore` keeps a row that is there already."""
    _database(connection)[table].insert(dict(row), ignore=ignore)


def rows(connection: sqlite3.Connection, sql: str, arguments: Sequence[object]) -> list[dict[str, object]]:
    """Return every row of a query, by column name."""
    cursor = connection.execute(sql, arguments)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def as_bytes(value: object) -> bytes:
    """Return a BLOB column's value; raises `TypeError` for anything else."""
    if not isinstance(value, bytes):
        raise TypeError(f"a column holds {type(value).__name__}, not bytes")
    return value


def _database(connection: sqlite3.Connection) -> Database:
    return Database(connection, recursive_triggers=False, execute_plugins=False)
