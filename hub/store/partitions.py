"""Monthly partitions on PostgreSQL: made ahead of time, dropped whole when they are too old.

A table joins by `postgresql_partition_by="RANGE (column)"` and an entry in `PARTITIONED`. Every key of it has
to contain that column: what must be unique over all months needs a table of its own that is not partitioned.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Column, Connection, text

from hub.declarations.act_tables import declaration_acts, inspection_results
from hub.declarations.assessing.tables import declaration_assessments
from hub.declarations.limit_tables import limit_entries
from hub.declarations.tables import (
    declaration_keys,
    declaration_steps,
    declaration_versions,
    declarations,
)
from hub.fleet.tables import health_samples
from hub.ingest.tables import inbox

MONTHS_AHEAD = 3


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month in UTC."""

    year: int
    month: int

    @property
    def begins_at(self) -> datetime:
        """Its first moment."""
        return datetime(self.year, self.month, 1, tzinfo=UTC)

    @property
    def next(self) -> "Month":
        """The month after it."""
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}_{self.month:02d}"


def month_at(at: datetime) -> Month:
    """Return the month of a time."""
    day = at.astimezone(UTC)
    return Month(day.year, day.month)


PARTITIONED: tuple[Column[datetime], ...] = (
    inbox.c.received_at,
    health_samples.c.slot_at,
    declarations.c.received_at,
    declaration_steps.c.received_at,
    declaration_versions.c.received_at,
    declaration_keys.c.received_at,
    declaration_assessments.c.received_at,
    limit_entries.c.received_at,
    declaration_acts.c.received_at,
    inspection_results.c.received_at,
)
"""Each names its table and the time that a row's month follows from."""


def make_room(connection: Connection, now: datetime, *, months: int = MONTHS_AHEAD) -> tuple[str, ...]:
    """Make this month's and the coming partitions of every table; returns the new ones' names.

    Rows that came before their partition wait in one for the rest and are moved.
    """
    if connection.dialect.name != "postgresql":
        return ()
    return tuple(name for column in PARTITIONED for name in _make_room(connection, column, now, months))


def drop_months_before(connection: Connection, column: Column[datetime], before: datetime) -> tuple[str, ...]:
    """Drop a table's partitions that end before a time, detached first; returns their names."""
    old = [
        name
        for name, month in _months_of(connection, column)
        if month is not None and month.next.begins_at <= before
    ]
    for name in old:
        _drop(connection, column, name)
    return tuple(old)


def drop_month(connection: Connection, column: Column[datetime], month: Month) -> None:
    """Drop one month of a table, detached first; nothing where it has no partition of its own."""
    if month in months_kept(connection, column):
        _drop(connection, column, f"{column.table.name}_{month}")


def months_kept(connection: Connection, column: Column[datetime]) -> frozenset[Month]:
    """Return the months that a table has partitions for."""
    return frozenset(month for _, month in _months_of(connection, column) if month is not None)


def _drop(connection: Connection, column: Column[datetime], name: str) -> None:
    connection.execute(text(f"ALTER TABLE {column.table.name} DETACH PARTITION {name}"))
    connection.execute(text(f"DROP TABLE {name}"))


def _make_room(connection: Connection, column: Column[datetime], now: datetime, months: int) -> Iterator[str]:
    table = column.table.name
    connection.execute(text(f"CREATE TABLE IF NOT EXISTS {table}_rest PARTITION OF {table} DEFAULT"))
    standing = {name for name, _ in _months_of(connection, column)}
    month = month_at(now)
    for _ in range(months + 1):
        name = f"{table}_{month}"
        if name not in standing:
            _make_month(connection, column, month, name)
            yield name
        month = month.next


def _make_month(connection: Connection, column: Column[datetime], month: Month, name: str) -> None:
    table = column.table.name
    begin, end = month.begins_at.isoformat(), month.next.begins_at.isoformat()
    inside = f"{column.name} >= '{begin}' AND {column.name} < '{end}'"
    for statement in (
        f"CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)",
        f"WITH moved AS (DELETE FROM {table}_rest WHERE {inside} RETURNING *) "  # noqa: S608 - our own names
        f"INSERT INTO {name} SELECT * FROM moved",
        f"ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ('{begin}') TO ('{end}')",
    ):
        connection.exec_driver_sql(statement)


def _months_of(connection: Connection, column: Column[datetime]) -> list[tuple[str, Month | None]]:
    """List a table's partitions with their months; None: the one for the rest."""
    query = text(
        "SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid "
        "WHERE inhparent = CAST(CAST(:parent AS text) AS regclass)"
    )
    names = connection.scalars(query, {"parent": column.table.name})
    return [(name, _month_of(name.removeprefix(f"{column.table.name}_"))) for name in names]


def _month_of(suffix: str) -> Month | None:
    year, _, month = suffix.partition("_")
    return Month(int(year), int(month)) if year.isdigit() and month.isdigit() else None
