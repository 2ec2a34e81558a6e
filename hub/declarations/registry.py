"""Reads declarations: one, its history, a list; a sender sees its own and nobody else's."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Column, ColumnElement, Connection, Row, literal, literal_column, select, tuple_

from hub.declarations.act_tables import declaration_acts
from hub.declarations.assessing.tables import declaration_assessments
from hub.declarations.cleansing.catalogue import FOR_OFFICERS
from hub.declarations.duty.showing import shown_stored
from hub.declarations.identity import received_at_of
from hub.declarations.lifecycle import ActorKind, Event, State
from hub.declarations.tables import declaration_steps, declarations
from hub.errors import NotFoundError
from hub.people.access import Permission, User
from hub.store.paging import Page, Position, decode_cursor, encode_cursor

AnyRow = Row[*tuple[Any, ...]]
_UNSAID = ("content", "consignee_key")
_SAID_TO_SENDERS = frozenset({"questions", "answers", "screening"})
SUMMARY = tuple(column for column in declarations.c if column.name not in _UNSAID)
"""Columns that a summary is read from."""


@dataclass(frozen=True, slots=True)
class DeclarationSummary:
    """Where a declaration stands."""

    declaration_id: str
    reference: str
    """The sender's own number."""
    sender_id: str
    form: str
    version: int
    state: State
    received_at: datetime
    changed_at: datetime
    due_at: datetime | None
    """Until when somebody has to answer."""
    channel: str | None
    decided_at: datetime | None
    arrives_at: datetime | None
    ucr: str
    tracking_number: str
    is_sandbox: bool
    """Its carrier only tries things out: nobody works on it."""


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """A move in a declaration's life."""

    number: int
    at: datetime
    source: State
    target: State
    event: Event
    actor_kind: ActorKind
    actor: str
    reason: str
    pointers: tuple[str, ...]
    due_at: datetime | None
    said: dict[str, Any] = field(default_factory=dict)
    """Questions, answers, what a screening or an inspection found; a sender sees what is between the two."""


@dataclass(frozen=True, slots=True)
class DeclarationDetail:
    """A declaration as it was sent, and what has happened to it."""

    summary: DeclarationSummary
    content: dict[str, Any]
    """As it was sent, in its form's JSON."""
    report: dict[str, Any] | None
    """What was found in it and changed; None: not looked at yet."""
    decision: dict[str, Any] | None
    """The newest, with its reasons; None for its sender, who sees the channel, and before it is decided."""
    history: tuple[HistoryStep, ...]
    duties: dict[str, Any] | None = None
    """What is due, line by line, of the newest assessment; the person's limit only for who sees reasons."""


@dataclass(frozen=True, slots=True)
class DeclarationFilter:
    """What to list; empty or None does not narrow."""

    state: State | None = None
    sender_id: str = ""
    reference: str = ""
    tracking_number: str = ""
    ucr: str = ""
    is_sandbox: bool = False
    """For who sees everybody's: only those of sandboxes, instead of all others."""


def place_of(declaration_id: str) -> ColumnElement[bool]:
    """Pick one declaration out of its month; raises `NotFoundError` for what cannot be an id."""
    received_at = received_at_of(declaration_id)
    if received_at is None:
        raise NotFoundError("declaration", declaration_id[:64])
    columns = declarations.c
    return (columns.declaration_id == declaration_id) & (columns.received_at == received_at)


def places_of(declaration_ids: Collection[str]) -> ColumnElement[bool]:
    """Pick several, whose ids the hub gave, out of their months."""
    columns = declarations.c
    times = {received_at_of(one) for one in declaration_ids}
    return columns.declaration_id.in_(sorted(declaration_ids)) & columns.received_at.in_(times)


def declaration(connection: Connection, declaration_id: str, viewer: User) -> DeclarationDetail:
    """Give one with its history; raises `NotFoundError`, also when it is another sender's."""
    query = select(*SUMMARY, declarations.c.content).where(place_of(declaration_id), _visible(viewer))
    row = connection.execute(query).first()
    if row is None:
        raise NotFoundError("declaration", declaration_id)
    assessed = _newest_assessment(connection, row)
    is_officer = _sees_reasons(viewer)
    return DeclarationDetail(
        summary_in(row),
        msgspec.json.decode(row.content),
        report=None if assessed is None else _shown_report(assessed.report, is_officer=is_officer),
        decision=assessed.decision if assessed is not None and is_officer else None,
        history=_history(connection, row, viewer),
        duties=None if assessed is None else shown_stored(assessed.duties, with_limit=is_officer),
    )


def summary_of(connection: Connection, declaration_id: str, viewer: User) -> DeclarationSummary:
    """Say where one stands; raises `NotFoundError`, also when it is another sender's."""
    row = connection.execute(select(*SUMMARY).where(place_of(declaration_id), _visible(viewer))).first()
    if row is None:
        raise NotFoundError("declaration", declaration_id)
    return summary_in(row)


def list_declarations(
    connection: Connection,
    *,
    viewer: User,
    wanted: DeclarationFilter,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[DeclarationSummary]:
    """List what the viewer may see, newest first."""
    place = (declarations.c.received_at, declarations.c.declaration_id)
    query = select(*SUMMARY).where(_listed(viewer, wanted), *_narrowed(wanted))
    if cursor is not None:
        last = decode_cursor(cursor)
        query = query.where(
            tuple_(*place) < tuple_(literal(last.at, place[0].type), literal(last.identifier))
        )
    query = query.order_by(*(column.desc() for column in place)).limit(limit + 1)
    rows = connection.execute(query).all()
    items = tuple(summary_in(row) for row in rows[:limit])
    more = len(rows) > limit
    next_cursor = encode_cursor(Position(items[-1].received_at, items[-1].declaration_id)) if more else None
    return Page(items, next_cursor)


def _newest_assessment(connection: Connection, row: AnyRow) -> AnyRow | None:
    columns = declaration_assessments.c
    own = (columns.declaration_id == row.declaration_id) & (columns.received_at == row.received_at)
    return connection.execute(
        select(columns.report, columns.decision, columns.duties)
        .where(own)
        .order_by(columns.number.desc())
        .limit(1)
    ).first()


def _sees_reasons(viewer: User) -> bool:
    """Tell who may see what profiles look for: not those who are looked at."""
    return viewer.may(Permission.VIEW_DECLARATIONS)


def _shown_report(report: dict[str, Any], *, is_officer: bool) -> dict[str, Any]:
    if is_officer:
        return report
    findings = [one for one in report.get("findings", ()) if one["code"] not in FOR_OFFICERS]
    return report | {"findings": findings} if "findings" in report else report


def _visible(viewer: User) -> ColumnElement[bool]:
    if viewer.may(Permission.VIEW_DECLARATIONS):
        return literal(value=True)
    return declarations.c.sender_id == viewer.user_id


def _listed(viewer: User, wanted: DeclarationFilter) -> ColumnElement[bool]:
    """Pick a sender's own, or everybody's, where what is real and what is tried out are apart."""
    if viewer.may(Permission.VIEW_DECLARATIONS):
        return declarations.c.is_sandbox == wanted.is_sandbox
    return _visible(viewer)


def _narrowed(wanted: DeclarationFilter) -> list[ColumnElement[bool]]:
    asked: Mapping[Column[Any], object] = {
        declarations.c.state: wanted.state,
        declarations.c.sender_id: wanted.sender_id,
        declarations.c.reference: wanted.reference,
        declarations.c.tracking_number: wanted.tracking_number,
        declarations.c.ucr: wanted.ucr,
    }
    # Said in words, so that the engines see that the index of stated references will do.
    stated = [declarations.c.ucr != literal_column("''")] if wanted.ucr else []
    return [*stated, *(column == value for column, value in asked.items() if value)]


def _history(connection: Connection, row: AnyRow, viewer: User) -> tuple[HistoryStep, ...]:
    said = _said(connection, row, viewer)
    query = (
        select(declaration_steps)
        .where(
            declaration_steps.c.declaration_id == row.declaration_id,
            declaration_steps.c.received_at == row.received_at,
        )
        .order_by(declaration_steps.c.number)
    )
    return tuple(_step(one, said.get(one.number, {})) for one in connection.execute(query))


def _said(connection: Connection, row: AnyRow, viewer: User) -> Mapping[int, dict[str, Any]]:
    """Give what was said with acts, by the number of the step."""
    columns = declaration_acts.c
    own = (columns.declaration_id == row.declaration_id) & (columns.received_at == row.received_at)
    rows = connection.execute(select(columns.number, columns.said).where(own)).all()
    is_officer = _sees_reasons(viewer)
    return {
        one.number: {name: part for name, part in one.said.items() if is_officer or name in _SAID_TO_SENDERS}
        for one in rows
    }


def _step(row: AnyRow, said: dict[str, Any]) -> HistoryStep:
    return HistoryStep(
        number=row.number,
        at=row.at,
        source=State(row.source),
        target=State(row.target),
        event=Event(row.event),
        actor_kind=ActorKind(row.actor_kind),
        actor=row.actor,
        reason=row.reason,
        pointers=tuple(row.pointers),
        due_at=row.due_at,
        said=said,
    )


def summary_in(row: AnyRow) -> DeclarationSummary:
    """Read a row of `SUMMARY`; further columns are passed over."""
    facts = {name: row._mapping[name] for name in DeclarationSummary.__dataclass_fields__}
    return DeclarationSummary(**(facts | {"state": State(row.state)}))
