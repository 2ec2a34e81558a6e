"""One declaration at the desk with all that is known of it; each look leaves its trace in the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, select

from hub.bootstrap import Services
from hub.cases.consulting import ONE_LOOK
from hub.cases.holds import Hold, needs_taking
from hub.declarations.assessing.tables import declaration_assessments
from hub.declarations.desk_holds import assigned_to, hold_of, take
from hub.declarations.duty.assessment import DutyAssessment
from hub.declarations.facts import DeclarationFacts, Pointers
from hub.declarations.forms import Form, read_stored
from hub.declarations.lifecycle import FINAL_STATES
from hub.declarations.pictures import declaration_of_picture, open_picture
from hub.declarations.registry import (
    SUMMARY,
    DeclarationDetail,
    DeclarationSummary,
    declaration,
    place_of,
    summary_in,
    summary_of,
)
from hub.declarations.tables import declarations
from hub.people.access import Permission, User
from hub.people.audit import Act, record
from hub.people.tables import audit
from hub.store.database import reading, writing
from hub.store.pictures import Picture

VIEWED = "declaration-viewed"
MOST_OTHERS = 10


@dataclass(frozen=True, slots=True)
class DeskView:
    """A declaration with everything around it."""

    detail: DeclarationDetail
    facts: DeclarationFacts
    pointers: Pointers
    evidence: Mapping[str, Any]
    """Of the newest assessment: value, origins, score …; empty before it."""
    duties: DutyAssessment | None
    """None: nothing was reckoned."""
    same_consignee: tuple[DeclarationSummary, ...]
    """Its newest other declarations."""
    same_tracking: tuple[DeclarationSummary, ...]
    assigned_to: str


def consult_declaration(services: Services, declaration_id: str, *, viewer: User) -> DeskView:
    """Open one for a user and record the look; raises `NotFoundError`, and leaves no trace then."""
    with reading(services.engine) as connection:
        view = _view(connection, declaration_id, viewer)
    note_look(services, view.detail.summary, viewer=viewer)
    return view


def consult_picture(services: Services, picture_id: str, *, viewer: User) -> Picture:
    """Open a picture of a declaration for a user; a look at it is a look at the declaration.

    Raises `NotFoundError`, `EvidenceError`, and leaves no trace then.
    """
    with reading(services.engine) as connection:
        picture = open_picture(services, connection, picture_id, viewer)
        summary = summary_of(connection, declaration_of_picture(connection, picture_id), viewer)
    note_look(services, summary, viewer=viewer)
    return picture


def note_look(services: Services, summary: DeclarationSummary, *, viewer: User) -> None:
    """Record that somebody saw a declaration of others', once in a while."""
    now, own = services.clock(), summary.declaration_id
    if summary.sender_id == viewer.user_id:
        return
    with reading(services.engine) as connection:
        is_noted = _was_noted(connection, own, viewer.user_id, now)
    if not is_noted:
        with writing(services.engine) as connection:
            record(connection, Act(viewer.user_id, VIEWED, own, {}), now)


def hold_while_open(services: Services, summary: DeclarationSummary, *, viewer: User) -> Hold | None:
    """Hold it for a viewer who may decide; returns who holds it, None when nobody does."""
    now, own = services.clock(), summary.declaration_id
    if summary.state in FINAL_STATES:
        return None
    with reading(services.engine) as connection:
        held = hold_of(connection, own, now)
    if not viewer.may(Permission.DECIDE_DECLARATIONS) or not needs_taking(held, viewer.user_id, now):
        return held
    with writing(services.engine) as connection:
        return take(connection, own, viewer.user_id, now)


def _view(connection: Connection, declaration_id: str, viewer: User) -> DeskView:
    detail = declaration(connection, declaration_id, viewer)
    key = connection.scalar(select(declarations.c.consignee_key).where(place_of(declaration_id)))
    tracking = detail.summary.tracking_number
    evidence, duties = _assessed(connection, detail.summary)
    facts, pointers = read_stored(Form(detail.summary.form), msgspec.json.encode(detail.content).decode())
    return DeskView(
        detail,
        facts,
        pointers,
        evidence,
        None if duties is None else msgspec.convert(duties, DutyAssessment),
        same_consignee=_others(connection, declarations.c.consignee_key == key, declaration_id),
        same_tracking=_others(connection, declarations.c.tracking_number == tracking, declaration_id)
        if tracking
        else (),
        assigned_to=assigned_to(connection, declaration_id),
    )


def _assessed(
    connection: Connection, summary: DeclarationSummary
) -> tuple[Mapping[str, Any], Mapping[str, Any] | None]:
    """Read what the newest assessment rested on, and the duties it reckoned."""
    columns = declaration_assessments.c
    own = (columns.declaration_id == summary.declaration_id) & (columns.received_at == summary.received_at)
    query = select(columns.evidence, columns.duties).where(own).order_by(columns.number.desc()).limit(1)
    row = connection.execute(query).first()
    return ({}, None) if row is None else (row.evidence, row.duties)


def _others(
    connection: Connection, condition: ColumnElement[bool], declaration_id: str
) -> tuple[DeclarationSummary, ...]:
    query = select(*SUMMARY).where(
        condition, declarations.c.declaration_id != declaration_id, declarations.c.is_sandbox.is_(False)
    )
    rows = connection.execute(query.order_by(declarations.c.received_at.desc()).limit(MOST_OTHERS))
    return tuple(summary_in(row) for row in rows)


def _was_noted(connection: Connection, declaration_id: str, user_id: str, now: datetime) -> bool:
    columns = audit.c
    is_this = (columns.target == declaration_id) & (columns.actor == user_id) & (columns.action == VIEWED)
    query = select(columns.seq).where(is_this, columns.at > now - ONE_LOOK).limit(1)
    return connection.scalar(query) is not None
