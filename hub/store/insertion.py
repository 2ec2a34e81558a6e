"""Inserts that tolerate a row that is there already, on either engine."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy import Row as ResultRow
from sqlalchemy.dialects import postgresql, sqlite

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
    statement = _insert(connection, table).values(**row)
    changes = {name: table.c[name] + statement.excluded[name] for name in row if name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=changes))


def insert_or_add_many(
    connection: Connection, table: Table, rows: Sequence[Row], keys: Sequence[str]
) -> None:
    """Do the same with rows of different keys in one statement; they are locked in the order given."""
    if not rows:
        return
    statement = _insert(connection, table).values(list(rows))
    changes = {name: table.c[name] + statement.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=changes))


def insert_or_hold(
    connection: Connection, table: Table, rows: Sequence[Row], keys: Sequence[str]
) -> Sequence[ResultRow[Any]]:
    """Insert the rows whose keys are free, lock those that stand, and return all as they are now.

    On PostgreSQL they stay locked until the transaction ends, in the order given: whoever holds several sorts
    them by key. SQLite has one writer at a time.
    """
    if not rows:
        return ()
    other = next(name for name in rows[0] if name not in keys)
    statement = _insert(connection, table).on_conflict_do_update(
        index_elements=list(keys), set_={other: table.c[other]}
    )
    return connection.execute(statement.returning(*table.c), rows).all()


def _insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    # The two dialects spell ON CONFLICT alike but SQLAlchemy keeps it out of the common insert.
    match connection.dialect.name:
        case "sqlite":
            return sqlite.insert(table)
        case "postgresql":
            return postgresql.insert(table)
        case other:
            raise StoreError(f"stores on {other} are not supported")
