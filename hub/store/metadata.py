"""One SQLAlchemy metadata for SQLite and PostgreSQL, and the column types that both share."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, MetaData, PrimaryKeyConstraint, TypeDecorator
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import DDLCompiler

metadata = MetaData()
LongInteger = BigInteger().with_variant(Integer(), "sqlite")
"""For what counts for years; SQLite numbers rows only in a plain integer, which is as long there."""


@compiles(PrimaryKeyConstraint, "postgresql")
def _with_partition_column(constraint: PrimaryKeyConstraint, compiler: DDLCompiler, **options: Any) -> str:
    """Add the column that parts a partitioned table, which PostgreSQL asks for in every key of one."""
    rendered = compiler.visit_primary_key_constraint(constraint, **options)
    parted_by = constraint.table.dialect_options["postgresql"]["partition_by"]
    column = "" if parted_by is None else parted_by.removeprefix("RANGE (").removesuffix(")")
    is_in = not column or column in constraint.columns
    return rendered if is_in else rendered.removesuffix(")") + f", {column})"


class UtcTime(TypeDecorator[datetime]):
    """Aware UTC times, also in SQLite, which keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
