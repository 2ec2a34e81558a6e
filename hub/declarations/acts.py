"""Acts at the desk: what officers and senders do with a declaration, each once, kept and audited."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, select

from hub.declarations.act_tables import declaration_acts, inspection_results
from hub.declarations.act_values import (
    OFFICER_EVENTS,
    SENDER_EVENTS,
    DeskAct,
    Question,
    pointers_of,
    problems_of,
    said_with,
)
from hub.declarations.assessing.counting import count_inspection
from hub.declarations.desk_holds import require_free
from hub.declarations.identity import digest_of
from hub.declarations.lifecycle import Act, ActorKind, Event
from hub.declarations.moving import apply
from hub.declarations.registry import DeclarationSummary, summary_of
from hub.declarations.tables import declarations
from hub.errors import ConflictError, InvalidInputError
from hub.people.access import User
from hub.people.audit import Act as AuditedAct
from hub.people.audit import record


def act_as_officer(
    connection: Connection, declaration_id: str, wanted: DeskAct, *, officer: User, now: datetime
) -> bool:
    """Do an officer's act within the caller's write transaction; False: it was done before.

    Raises `NotFoundError`, `InvalidInputError`, and `ConflictError` when it is not possible now, another
    officer works on the declaration, or the id stands for another act.
    """
    require_free(connection, declaration_id, officer.user_id, now)
    return _act(connection, declaration_id, wanted, officer, ActorKind.OFFICER, now)


def act_as_sender(
    connection: Connection, declaration_id: str, wanted: DeskAct, *, sender: User, now: datetime
) -> bool:
    """Do a sender's act on a declaration of its own; as `act_as_officer`."""
    return _act(connection, declaration_id, wanted, sender, ActorKind.SENDER, now)


def open_questions(connection: Connection, summary: DeclarationSummary) -> tuple[Question, ...]:
    """Return the questions of the newest request; a request that a process made has none."""
    columns = declaration_acts.c
    said = connection.scalar(
        select(columns.said)
        .where(
            columns.declaration_id == summary.declaration_id,
            columns.received_at == summary.received_at,
            columns.event == Event.REQUEST_INFORMATION,
        )
        .order_by(columns.number.desc())
        .limit(1)
    )
    return msgspec.convert((said or {}).get("questions", ()), tuple[Question, ...])


def _act(
    connection: Connection, declaration_id: str, wanted: DeskAct, user: User, kind: ActorKind, now: datetime
) -> bool:
    summary = summary_of(connection, declaration_id, user)
    digest = digest_of(msgspec.json.encode((user.user_id, wanted)))
    if _is_repeat(connection, summary, wanted.act_id, digest):
        return False
    allowed = OFFICER_EVENTS if kind is ActorKind.OFFICER else SENDER_EVENTS
    is_answer = wanted.event is Event.ANSWER_INFORMATION
    asked = open_questions(connection, summary) if is_answer else ()
    problems = tuple(problems_of(wanted, allowed, asked))
    if problems:
        raise InvalidInputError(*problems)
    move = Act(wanted.event, kind, user.user_id, wanted.reason.strip(), pointers_of(wanted), wanted.deadline)
    apply(connection, declaration_id, move, now, channel=wanted.channel)
    _keep(connection, summary, wanted, user.user_id, digest, now)
    detail = {} if wanted.channel is None else {"channel": wanted.channel.value}
    record(connection, AuditedAct(user.user_id, f"declaration-{wanted.event}", declaration_id, detail), now)
    return True


def _is_repeat(connection: Connection, summary: DeclarationSummary, act_id: str, digest: str) -> bool:
    columns = declaration_acts.c
    is_this = (columns.declaration_id == summary.declaration_id) & (columns.act_id == act_id)
    stored = connection.scalar(
        select(columns.digest).where(is_this, columns.received_at == summary.received_at)
    )
    if stored is not None and stored != digest:
        raise ConflictError("act-exists", f"act {act_id} exists with another content")
    return stored is not None


def _keep(
    connection: Connection,
    summary: DeclarationSummary,
    wanted: DeskAct,
    actor: str,
    digest: str,
    now: datetime,
) -> None:
    own = {"declaration_id": summary.declaration_id, "received_at": summary.received_at}
    place = (declarations.c[name] == value for name, value in own.items())
    own["number"] = connection.execute(select(declarations.c.steps).where(*place)).scalar_one()
    said = said_with(wanted)
    row = {"act_id": wanted.act_id, "event": wanted.event.value, "actor": actor, "digest": digest}
    connection.execute(declaration_acts.insert().values(**own, **row, said=said))
    found = wanted.inspection
    if found is not None:
        facts = {"is_found": found.is_found, "kinds": [kind.value for kind in found.kinds]}
        facts |= {"note": found.note.strip(), "officer": actor, "inspected_at": now}
        connection.execute(inspection_results.insert().values(**own, **facts))
        declared = (summary.declaration_id, summary.received_at)
        count_inspection(connection, *declared, is_found=found.is_found)
