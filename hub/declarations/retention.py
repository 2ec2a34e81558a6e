"""How long declarations are kept: whole months go, with all that belongs to them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, delete, func, select, tuple_

from hub.bootstrap import Services
from hub.carriers.forgetting import forget_manifests
from hub.declarations.act_tables import (
    bulk_decisions,
    declaration_acts,
    declaration_assignments,
    declaration_holds,
    inspection_results,
)
from hub.declarations.assessing.tables import declaration_assessments
from hub.declarations.identity import declaration_id
from hub.declarations.lifecycle import FINAL_STATES, State
from hub.declarations.limit_ledger import month_of
from hub.declarations.limit_tables import limit_entries, person_months
from hub.declarations.pictures import forget_pictures
from hub.declarations.tables import (
    declaration_keys,
    declaration_numbers,
    declaration_steps,
    declaration_versions,
    declarations,
)
from hub.jobs.upkeep import delete_until_none
from hub.people.audit import Act, record
from hub.store.database import reading, writing, writing_beside_others
from hub.store.partitions import Month, drop_month, month_at, months_kept

AnyRow = Row[*tuple[Any, ...]]
PURGED = "declarations-purged"
_ID_BYTES = 10
AT_ONCE = 1_000
"""Declarations in one transaction: what writes meanwhile waits for it on SQLite."""
PARTS: tuple[Table, ...] = (
    declaration_steps,
    declaration_versions,
    declaration_assessments,
    declaration_acts,
    inspection_results,
    limit_entries,
    declaration_keys,
    declarations,
)
"""Parted by the month in which the declaration came; itself last."""
_OVER = FINAL_STATES | {State.REFUSED, State.DO_NOT_LOAD}


@dataclass(frozen=True, slots=True)
class PurgedMonth:
    """What was deleted of a month, or would be."""

    month: str
    """Such as ``2021-03``, in UTC."""
    declarations: int
    unfinished: int
    """Of these: those that nothing had come of yet."""


def purge(services: Services, *, actor: str, is_dry: bool = False) -> tuple[PurgedMonth, ...]:
    """Delete every month whose last moment lies `declarations.days_kept` back; dry: only count.

    Harmless to stop and to repeat: each transaction deletes declarations with all that belongs to them.
    """
    before = services.clock() - timedelta(days=services.settings.declarations.days_kept)
    done = []
    for month in _months_over(services, before):
        counted = _counted(services, month)
        if counted.declarations == 0:
            continue
        done.append(counted)
        if not is_dry:
            _purge_month(services, month, counted, actor)
    if not is_dry:
        _purge_beside(services, month_at(before).begins_at)
    return tuple(done)


def _months_over(services: Services, before: datetime) -> Iterator[Month]:
    with reading(services.engine) as connection:
        columns = declarations.c
        # By id, which begins with the time: each engine takes the first of an index.
        oldest = connection.scalar(select(columns.received_at).order_by(columns.declaration_id).limit(1))
    month = month_at(oldest or before)
    while month.next.begins_at <= before:
        yield month
        month = month.next


def _counted(services: Services, month: Month) -> PurgedMonth:
    columns = declarations.c
    query = select(columns.state, func.count()).where(_within(declarations, month)).group_by(columns.state)
    with reading(services.engine) as connection:
        counts = {row.state: row[1] for row in connection.execute(query)}
    unfinished = sum(count for state, count in counts.items() if state not in _OVER)
    return PurgedMonth(_name(month), sum(counts.values()), unfinished)


def _purge_month(services: Services, month: Month, counted: PurgedMonth, actor: str) -> None:
    if services.engine.dialect.name == "postgresql":
        _drop(services, month, counted, actor)
    for found in _portions(services, month):
        with writing_beside_others(services.engine) as connection:
            _forget_beside(services, connection, found)
            for table in PARTS:
                is_one = table.c.declaration_id.in_([row.declaration_id for row in found])
                connection.execute(delete(table).where(is_one, _within(table, month)))
            _note(services, connection, Act(actor, PURGED, _name(month), {"declarations": len(found)}))


def _drop(services: Services, month: Month, counted: PurgedMonth, actor: str) -> None:
    """Drop the month's partitions together, after what is kept beside them."""
    with reading(services.engine) as connection:
        if month not in months_kept(connection, declarations.c.received_at):
            return
    for found in _portions(services, month):
        with writing_beside_others(services.engine) as connection:
            _forget_beside(services, connection, found)
    with writing(services.engine) as connection:
        for table in PARTS:
            drop_month(connection, table.c.received_at, month)
        detail = {"declarations": counted.declarations, "unfinished": counted.unfinished}
        _note(services, connection, Act(actor, PURGED, _name(month), detail))


def _portions(services: Services, month: Month) -> Iterator[Sequence[AnyRow]]:
    """Give a month's declarations, some at a time, in their order; they may be deleted meanwhile."""
    columns, last = declarations.c, ""
    while True:
        query = select(columns.declaration_id, columns.sender_id, columns.reference)
        query = query.where(_within(declarations, month), columns.declaration_id > last)
        with reading(services.engine) as connection:
            found = connection.execute(query.order_by(columns.declaration_id).limit(AT_ONCE)).all()
        if not found:
            return
        last = found[-1].declaration_id
        yield found


def _forget_beside(services: Services, connection: Connection, found: Sequence[AnyRow]) -> None:
    """Delete what is not parted by month: the sender's number is free again, notes and pictures go."""
    columns = declaration_numbers.c
    numbers = [(row.sender_id, row.reference) for row in found]
    taken = tuple_(columns.sender_id, columns.reference).in_(numbers)
    connection.execute(delete(declaration_numbers).where(taken))
    for table in (declaration_assignments, declaration_holds):
        own = table.c.declaration_id.in_([row.declaration_id for row in found])
        connection.execute(delete(table).where(own))
    forget_pictures(connection, [row.declaration_id for row in found], services.clock())


def _purge_beside(services: Services, before: datetime) -> None:
    """Delete the persons' months, the decisions on several and the manifests that came before."""
    first = month_of(before, services.settings.cases.zone)
    delete_until_none(services, bulk_decisions.c.proposed_at, before)
    forget_manifests(services, before)
    columns = person_months.c
    key = tuple_(columns.person_key, columns.month)
    old = select(columns.person_key, columns.month).where(columns.month < first).limit(AT_ONCE)
    count = AT_ONCE
    while count == AT_ONCE:
        with writing_beside_others(services.engine) as connection:
            count = connection.execute(delete(person_months).where(key.in_(old))).rowcount


def _within(table: Table, month: Month) -> ColumnElement[bool]:
    """Pick a month's rows: by id for the index, by time for the partition."""
    columns, bounds = table.c, (month.begins_at, month.next.begins_at)
    first, end = (declaration_id(at, bytes(_ID_BYTES)) for at in bounds)
    is_in_time = (columns.received_at >= bounds[0]) & (columns.received_at < bounds[1])
    return is_in_time & (columns.declaration_id >= first) & (columns.declaration_id < end)


def _name(month: Month) -> str:
    return f"{month.begins_at:%Y-%m}"


def _note(services: Services, connection: Connection, act: Act) -> None:
    record(connection, act, services.clock())
