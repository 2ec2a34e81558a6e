"""Amends declarations: new content takes the place of the old, which is kept, and is assessed anew."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from hub.carriers.intake_terms import terms_of
from hub.declarations.assessing.assess import Assessor
from hub.declarations.batches import ReadRow
from hub.declarations.cleansing.cleanse import cleanse
from hub.declarations.findings import CleansingReport
from hub.declarations.forms import read_stored
from hub.declarations.identity import person_key
from hub.declarations.lifecycle import Act, ActorKind, Event
from hub.declarations.moving import Course, make_moves, standing_of
from hub.declarations.reference_files import reference_data
from hub.declarations.registry import place_of
from hub.declarations.tables import (
    declaration_numbers,
    declaration_steps,
    declaration_versions,
    declarations,
)
from hub.errors import ConflictError, FieldProblem, InvalidInputError, NotFoundError
from hub.people.audit import Act as AuditedAct
from hub.people.audit import record

AnyRow = Row[*tuple[Any, ...]]


def amend(
    connection: Connection,
    declaration_id: str,
    row: ReadRow,
    *,
    sender_id: str,
    assessor: Assessor,
    now: datetime,
) -> bool:
    """Put a sender's new content in place within the caller's write transaction; False: it was there already.

    Where an officer has acted, an officer decides again; otherwise it is decided at once. Raises
    `NotFoundError` (also for another sender's), `ConflictError` (another number or form, a state that does
    not allow it), and `InvalidInputError` with every error that the new content has.
    """
    terms_of(connection, sender_id)
    own = place_of(declaration_id), declarations.c.sender_id == sender_id
    standing = connection.execute(select(declarations).where(*own).with_for_update()).first()
    if standing is None:
        raise NotFoundError("declaration", declaration_id)
    _require_same(standing, row)
    number = _number_of(standing)
    if connection.scalar(select(declaration_numbers.c.digest).where(*number)) == row.digest:
        return False
    make_moves(connection, [Course(standing_of(standing), (_act(sender_id),))], now)
    _require_valid(row, now)
    _replace(connection, standing, row, now)
    connection.execute(update(declaration_numbers).where(*number).values(digest=row.digest))
    assessor.assess_amended(connection, declaration_id, by_officer=_has_officer(connection, standing))
    # Last: who notes something waits for whoever noted before, until the end.
    detail = {"version": standing.version + 1}
    record(connection, AuditedAct(sender_id, "declaration-amended", declaration_id, detail), now)
    return True


def _act(sender_id: str) -> Act:
    return Act(Event.AMEND, ActorKind.SENDER, sender_id)


def _require_same(standing: AnyRow, row: ReadRow) -> None:
    if row.facts.reference != standing.reference:
        detail = f"an amendment bears the number of its declaration, {standing.reference!r}"
        raise ConflictError("other-reference", detail)
    if row.form != standing.form:
        raise ConflictError("other-form", f"it was lodged in the form {standing.form!r} and is amended in it")


def _require_valid(row: ReadRow, now: datetime) -> None:
    """Refuse what would be rejected: the old content stays, with its place in the queue."""
    facts, pointers = read_stored(row.form, row.content.decode())
    _, report = cleanse(facts, pointers, reference_data(), now)
    if not report.is_valid:
        raise InvalidInputError(*_problems(report))


def _problems(report: CleansingReport) -> Iterator[FieldProblem]:
    for one in report.errors:
        yield FieldProblem(one.pointer, one.code, f"{one.detail}; {one.fix}" if one.fix else one.detail)


def _number_of(standing: AnyRow) -> tuple[Any, Any]:
    columns = declaration_numbers.c
    return columns.sender_id == standing.sender_id, columns.reference == standing.reference


def _replace(connection: Connection, standing: AnyRow, row: ReadRow, now: datetime) -> None:
    facts = row.facts
    consignee = facts.consignee
    key = person_key(consignee.id, consignee.name, consignee.country, is_sandbox=standing.is_sandbox)
    kept = {
        "declaration_id": standing.declaration_id,
        "version": standing.version,
        "received_at": standing.received_at,
        "replaced_at": now,
        "replaced_by": standing.sender_id,
        "content": standing.content,
    }
    new = {
        "version": standing.version + 1,
        "content": row.content.decode(),
        "arrives_at": facts.arrives_at,
        "ucr": facts.ucr,
        "tracking_number": facts.tracking_number,
        "consignee_key": key,
        # What was decided was decided of something else.
        "channel": None,
        "decided_at": None,
    }
    connection.execute(declaration_versions.insert().values(**kept))
    connection.execute(update(declarations).where(place_of(standing.declaration_id)).values(**new))


def _has_officer(connection: Connection, standing: AnyRow) -> bool:
    columns = declaration_steps.c
    query = select(columns.number).where(
        columns.declaration_id == standing.declaration_id,
        columns.received_at == standing.received_at,
        columns.actor_kind == ActorKind.OFFICER,
    )
    return connection.execute(query.limit(1)).first() is not None
