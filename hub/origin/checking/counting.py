"""Keeps the counts of checks by day, and reads them."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Select, cast, func, select

from hub.cases.figures import Period
from hub.origin.checking.figures import Counted
from hub.origin.checking.tables import origin_counts
from hub.origin.checking.tally import CountKey, tally_of
from hub.origin.checking.values import Check
from hub.people.access import User
from hub.people.site_bounds import at_own_sites
from hub.store.insertion import insert_or_add_many


def recount(connection: Connection, before: Check | None, after: Check, zone: str) -> None:
    """Add what a change of a check changes, within the caller's write transaction."""
    change = tally_of(after, zone)
    change.subtract(Counter() if before is None else tally_of(before, zone))
    rows = [{**key._asdict(), "counted": count} for key, count in sorted(change.items()) if count]
    insert_or_add_many(connection, origin_counts, rows, CountKey._fields)


def counts_of(connection: Connection, period: Period, viewer: User) -> tuple[Counted, ...]:
    """Return the counts of a period at the viewer's sites, added up over its days."""
    columns = origin_counts.c
    places = (columns.site_id, columns.form, columns.method, columns.measure, columns.label)
    query = _added(period, places).where(at_own_sites(viewer, columns.site_id))
    return tuple(
        Counted("", site_id, form, method, measure, label, counted)
        for site_id, form, method, measure, label, counted in connection.execute(query).all()
    )


def counts_by_day(connection: Connection, period: Period, site_ids: Collection[str]) -> tuple[Counted, ...]:
    """Return the counts of some sites day by day, added up over forms and methods."""
    columns = origin_counts.c
    places = (columns.day, columns.site_id, columns.measure, columns.label)
    query = _added(period, places).where(columns.site_id.in_(sorted(site_ids)))
    return tuple(
        Counted(day, site_id, "", "", measure, label, counted)
        for day, site_id, measure, label, counted in connection.execute(query).all()
    )


def _added(period: Period, places: Sequence[Column[str]]) -> Select[*tuple[Any, ...]]:
    # PostgreSQL adds 64-bit counts into a numeric, which takes its time to read.
    columns = origin_counts.c
    return (
        select(*places, cast(func.sum(columns.counted), BigInteger))
        .where(columns.day >= period.first.isoformat(), columns.day <= period.last.isoformat())
        .group_by(*places)
    )
