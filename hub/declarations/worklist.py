"""What waits at the desk: declarations by deadline and risk, page by page, with counts by state."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from hub.declarations.act_tables import declaration_assignments, declaration_holds
from hub.declarations.assessing.evidence import SEVERITY, Channel
from hub.declarations.lifecycle import State
from hub.declarations.registry import SUMMARY, DeclarationSummary, places_of, summary_in
from hub.declarations.tables import declarations
from hub.store.metadata import UtcTime
from hub.store.paging import Page, Position, bad_cursor, decode_cursor, encode_cursor

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
Columns: TypeAlias = ReadOnlyColumnCollection[str, Any]
MOST_COUNTED = 1000
"""Counts stop here: nobody needs to know whether a heap has 40,000 or 41,000."""
WAITING = (State.RISK_ASSESSMENT, State.DO_NOT_LOAD, State.PRESENTED, State.INSPECTED)
"""An officer has to do something."""
_IS_REAL = declarations.c.is_sandbox.is_(False)
"""What carriers only try out is nobody's work."""
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_MOST_SEVERE = len(SEVERITY)
_ASKED = frozenset({State.INFORMATION_REQUESTED, State.SCREENING_REQUESTED})
"""Only these have a deadline of their own."""


class _Place(NamedTuple):
    """Where a page ended."""

    at: datetime
    rank: int
    declaration_id: str


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """What to list; empty or None does not narrow."""

    state: State | None = None
    is_waiting: bool = False
    """Only what waits for an officer, whatever its state."""
    channel: Channel | None = None
    sender_id: str = ""
    tracking_number: str = ""
    assigned_to: str = ""


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One declaration in the list, and who is at it."""

    summary: DeclarationSummary
    assigned_to: str
    held_by: str


def list_work(
    connection: Connection, wanted: WorkFilter, *, now: datetime, cursor: str | None = None, limit: int = 50
) -> Page[WorkRow]:
    """List by deadline (of a request, else the arrival), then by channel, the most severe first."""
    last, rows = None if cursor is None else _read_cursor(cursor), list[AnyRow]()
    for parts in _stages(wanted, last):
        rows += _listed(connection, parts, now, limit + 1 - len(rows))
        if len(rows) > limit:
            break
    items = tuple(WorkRow(summary_in(row), row.owner or "", row.holder or "") for row in rows[:limit])
    return Page(items, _cursor(items[-1].summary) if len(rows) > limit else None)


def _listed(connection: Connection, of: Sequence[Select[Any]], now: datetime, limit: int) -> Sequence[AnyRow]:
    """Merge parts of the list, and say who is at each."""
    parts = [part.limit(limit).subquery() for part in of]
    listed = union_all(*(select(part) for part in parts)).subquery()
    holds, owners, own = declaration_holds.c, declaration_assignments.c, listed.c.declaration_id
    query = (
        select(*listed.c, owners.user_id.label("owner"), holds.user_id.label("holder"))
        .outerjoin(declaration_holds, and_(holds.declaration_id == own, holds.until > now))
        .outerjoin(declaration_assignments, owners.declaration_id == own)
        .order_by(*_order(listed.c))
    )
    return connection.execute(query.limit(limit)).all()


def _stages(wanted: WorkFilter, last: _Place | None) -> Iterator[Sequence[Select[Any]]]:
    """Ask for the list in parts, each in its order, of which the first rows are enough.

    A state's declarations lie in the index by arrival as they are listed; over several states nothing does.
    What has no time at all comes last and lies in no order: it is sorted only when the page reaches it.
    """
    conditions = _narrowed(wanted)
    order = _order(declarations.c)
    rest = select(*SUMMARY).where(*conditions).order_by(*order)
    if last is not None:
        rest = rest.where(tuple_(*order) > tuple_(*_bound(last)))
    if wanted.tracking_number or wanted.assigned_to or (wanted.sender_id and not wanted.is_waiting):
        # Few by another index.
        yield (rest,)
        return
    columns = declarations.c
    arrival, state = columns.arrives_at, columns.state
    if last is None or last.at < NEVER:
        soon = rest if last is None else rest.where(arrival >= literal(last.at, UtcTime()))
        soon = soon.where(arrival.is_not(None)).order_by(None).order_by(arrival, *order[1:])
        asked = rest.where(or_(columns.due_at.is_not(None), arrival.is_not(None)))
        yield [(asked if one in _ASKED else soon).where(state == one) for one in _states(wanted)]
    timeless = rest.where(arrival.is_(None))
    of_asked = timeless.where(columns.due_at.is_(None))
    yield [(of_asked if one in _ASKED else timeless).where(state == one) for one in _states(wanted)]


def _states(wanted: WorkFilter) -> Sequence[State]:
    if wanted.state is not None:
        return (wanted.state,)
    return WAITING if wanted.is_waiting else tuple(State)


def counts_by_state(connection: Connection) -> Mapping[State, int]:
    """Count declarations in each state, up to `MOST_COUNTED` of each."""
    return {state: _count(connection, _IS_REAL & (declarations.c.state == state)) for state in State}


def count_work(connection: Connection, wanted: WorkFilter) -> int:
    """Count what a filter lists, up to `MOST_COUNTED`."""
    return _count(connection, and_(*_narrowed(wanted)))


def _count(connection: Connection, condition: ColumnElement[bool]) -> int:
    some = select(literal(1)).select_from(declarations).where(condition).limit(MOST_COUNTED).subquery()
    return int(connection.scalar(select(func.count()).select_from(some)) or 0)


def _narrowed(wanted: WorkFilter) -> list[ColumnElement[bool]]:
    columns = declarations.c
    asked = {
        columns.state: wanted.state,
        columns.channel: wanted.channel,
        columns.sender_id: wanted.sender_id,
        columns.tracking_number: wanted.tracking_number,
    }
    conditions = [_IS_REAL, *(column == value for column, value in asked.items() if value)]
    if wanted.is_waiting:
        # One clause for each state: both engines walk the index by state for it.
        conditions.append(or_(*(columns.state == state for state in WAITING)))
    if wanted.assigned_to:
        own = declaration_assignments.c
        mine = select(own.declaration_id).where(own.user_id == wanted.assigned_to)
        conditions.append(columns.declaration_id.in_(mine))
    return conditions


def _order(columns: Columns) -> tuple[ColumnElement[Any], ...]:
    rank = case(
        {channel.value: _MOST_SEVERE - place for channel, place in SEVERITY.items()},
        value=columns.channel,
        else_=_MOST_SEVERE + 1,
    )
    deadline = func.coalesce(columns.due_at, columns.arrives_at, literal(NEVER, UtcTime()))
    return deadline, rank, columns.declaration_id


def _cursor(last: DeclarationSummary) -> str:
    deadline = last.due_at or last.arrives_at or NEVER
    rank = _MOST_SEVERE + 1 if last.channel is None else _MOST_SEVERE - SEVERITY[Channel(last.channel)]
    return encode_cursor(Position(deadline, f"{rank}|{last.declaration_id}"))


def _read_cursor(cursor: str) -> _Place:
    last = decode_cursor(cursor)
    rank, _, declaration_id = last.identifier.partition("|")
    if not rank.isascii() or not rank.isdigit() or len(rank) > 2:
        raise bad_cursor(cursor)
    return _Place(last.at, int(rank), declaration_id)


def _bound(last: _Place) -> tuple[ColumnElement[Any], ...]:
    return literal(last.at, UtcTime()), literal(last.rank), literal(last.declaration_id)


def references_of(connection: Connection, declaration_ids: Sequence[str]) -> dict[str, str]:
    """Return the senders' own numbers by id; one that is gone is left out."""
    if not declaration_ids:
        return {}
    columns = declarations.c
    query = select(columns.declaration_id, columns.reference).where(places_of(set(declaration_ids)))
    return {row.declaration_id: row.reference for row in connection.execute(query)}
