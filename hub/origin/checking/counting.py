"""Keeps the counts of checks by day, and reads them."""

from collections import Counter

from sqlalchemy import Connection, select, true

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


def counts_of(connection: Connection, period: Period, viewer: User | None) -> tuple[Counted, ...]:
    """Return the counts of a period, each place of a count once; a viewer sees those of own sites."""
    columns = origin_counts.c
    query = select(*(columns[name] for name in Counted.__struct_fields__)).where(
        columns.day >= period.first.isoformat(),
        columns.day <= period.last.isoformat(),
        columns.counted != 0,
        true() if viewer is None else at_own_sites(viewer, columns.site_id),
    )
    return tuple(Counted(*row) for row in connection.execute(query))
