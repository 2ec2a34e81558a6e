"""One decision on several declarations: proposed by an officer, done by a second one where two are asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, select, update

from hub.declarations.act_tables import bulk_decisions
from hub.declarations.act_values import DeskAct
from hub.declarations.acts import act_as_officer
from hub.declarations.assessing.evidence import Channel
from hub.declarations.lifecycle import MOST_REASON, Event, State
from hub.declarations.registry import summary_of
from hub.errors import ConflictError, FieldProblem, InvalidInputError, NotFoundError
from hub.people.access import User
from hub.people.audit import Act, record

MOST_AT_ONCE = 100
SHOWN = 50


class BulkKind(StrEnum):
    """What is decided of all of them."""

    RELEASE = "release"
    """What is being assessed gets this channel; what is here is released."""
    DOCUMENTARY_CHECK = "documentary-check"
    """What is being assessed gets this channel."""


class BulkState(StrEnum):
    """How far a decision is."""

    WAITING = "waiting"
    DONE = "done"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class NewBulk:
    """What an officer wants to decide; the id is the officer's, so a repeat is harmless."""

    bulk_id: str
    kind: BulkKind
    declaration_ids: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class BulkDecision:
    """A decision on several declarations, and what became of it."""

    bulk_id: str
    kind: BulkKind
    reason: str
    declaration_ids: tuple[str, ...]
    state: BulkState
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    left_out: Mapping[str, str]
    """Ids of those it could not be done to, and the code why."""


def propose_bulk(
    connection: Connection, new: NewBulk, *, officer: User, needs_two: bool, now: datetime
) -> BulkDecision:
    """Keep a decision, and do it at once unless it needs a second officer.

    Raises `InvalidInputError`, `NotFoundError` for a declaration that is not there, and `ConflictError` when
    the id stands for another decision.
    """
    problems = tuple(_problems(new))
    if problems:
        raise InvalidInputError(*problems)
    known = connection.execute(select(bulk_decisions).where(bulk_decisions.c.bulk_id == new.bulk_id)).first()
    if known is not None:
        return _repeated(_decision(known), new, officer)
    ids = list(dict.fromkeys(new.declaration_ids))
    for one in ids:
        summary_of(connection, one, officer)
    row = {"bulk_id": new.bulk_id, "kind": new.kind.value, "reason": new.reason.strip()}
    said = {"declaration_ids": ids, "proposed_by": officer.user_id, "proposed_at": now}
    connection.execute(bulk_decisions.insert().values(**row, **said, state=BulkState.WAITING.value))
    _note(connection, new.bulk_id, "bulk-decision-proposed", officer, now, {"count": len(ids)})
    if needs_two:
        return bulk_decision(connection, new.bulk_id)
    return _carry_out(connection, bulk_decision(connection, new.bulk_id), officer, now)


def approve_bulk(connection: Connection, bulk_id: str, *, officer: User, now: datetime) -> BulkDecision:
    """Do a decision as its second officer.

    Raises `NotFoundError`, and `ConflictError` for one's own and for one that is decided.
    """
    decision = _waiting(connection, bulk_id)
    if decision.proposed_by == officer.user_id:
        raise ConflictError("own-decision", "a second officer has to approve it")
    return _carry_out(connection, decision, officer, now)


def reject_bulk(connection: Connection, bulk_id: str, *, officer: User, now: datetime) -> BulkDecision:
    """Drop a decision, one's own or another's; raises `NotFoundError`, `ConflictError` for a done one."""
    _waiting(connection, bulk_id)
    _end(connection, bulk_id, BulkState.REJECTED, officer, now, {})
    _note(connection, bulk_id, "bulk-decision-rejected", officer, now, {})
    return bulk_decision(connection, bulk_id)


def bulk_decision(connection: Connection, bulk_id: str) -> BulkDecision:
    """Give one; raises `NotFoundError`."""
    row = connection.execute(select(bulk_decisions).where(bulk_decisions.c.bulk_id == bulk_id)).first()
    if row is None:
        raise NotFoundError("bulk decision", bulk_id[:64])
    return _decision(row)


def list_bulk(connection: Connection) -> tuple[BulkDecision, ...]:
    """List those that wait, then the newest of the others."""
    is_waiting = bulk_decisions.c.state == BulkState.WAITING.value
    query = select(bulk_decisions).order_by(is_waiting.desc(), bulk_decisions.c.proposed_at.desc())
    return tuple(_decision(row) for row in connection.execute(query.limit(SHOWN)))


def _carry_out(connection: Connection, decision: BulkDecision, officer: User, now: datetime) -> BulkDecision:
    left_out = {}
    for one in decision.declaration_ids:
        try:
            act_as_officer(
                connection, one, _act_on(connection, one, decision, officer), officer=officer, now=now
            )
        except ConflictError as error:
            left_out[one] = error.code
    _end(connection, decision.bulk_id, BulkState.DONE, officer, now, left_out)
    detail = {"kind": decision.kind.value, "left_out": len(left_out)}
    _note(connection, decision.bulk_id, "bulk-decision-done", officer, now, detail)
    return bulk_decision(connection, decision.bulk_id)


def _act_on(connection: Connection, declaration_id: str, decision: BulkDecision, officer: User) -> DeskAct:
    """Say what the decision means for one declaration where it is now."""
    state = summary_of(connection, declaration_id, officer).state
    act_id = f"bulk-{decision.bulk_id}"[:64]
    if state is State.PRESENTED and decision.kind is BulkKind.RELEASE:
        return DeskAct(act_id, Event.RELEASE, decision.reason)
    return DeskAct(act_id, Event.COMPLETE_ASSESSMENT, decision.reason, channel=Channel(decision.kind.value))


def _waiting(connection: Connection, bulk_id: str) -> BulkDecision:
    decision = bulk_decision(connection, bulk_id)
    if decision.state is not BulkState.WAITING:
        raise ConflictError("already-decided", f"bulk decision {bulk_id[:64]} is {decision.state}")
    return decision


def _end(
    connection: Connection,
    bulk_id: str,
    state: BulkState,
    officer: User,
    now: datetime,
    left_out: Mapping[str, str],
) -> None:
    outcome = {"state": state.value, "decided_by": officer.user_id, "decided_at": now}
    is_this = bulk_decisions.c.bulk_id == bulk_id
    connection.execute(update(bulk_decisions).where(is_this).values(**outcome, left_out=dict(left_out)))


def _note(
    connection: Connection,
    bulk_id: str,
    action: str,
    officer: User,
    now: datetime,
    detail: Mapping[str, str | int],
) -> None:
    record(connection, Act(officer.user_id, action, bulk_id, dict(detail)), now)


def _problems(new: NewBulk) -> Sequence[FieldProblem]:
    problems = []
    if not new.declaration_ids:
        problems.append(FieldProblem("/declaration_ids", "missing", "no declaration is chosen"))
    if len(new.declaration_ids) > MOST_AT_ONCE:
        most = f"at most {MOST_AT_ONCE} at once"
        problems.append(FieldProblem("/declaration_ids", "too-many", most))
    if not new.reason.strip():
        problems.append(FieldProblem("/reason", "missing", "a decision needs a reason"))
    if len(new.reason) > MOST_REASON:
        problems.append(FieldProblem("/reason", "too-long", f"at most {MOST_REASON} characters"))
    return problems


def _repeated(known: BulkDecision, new: NewBulk, officer: User) -> BulkDecision:
    facts = (known.kind, known.declaration_ids, known.reason, known.proposed_by)
    asked = (new.kind, tuple(dict.fromkeys(new.declaration_ids)), new.reason.strip(), officer.user_id)
    if facts != asked:
        raise ConflictError(
            "decision-exists", f"bulk decision {new.bulk_id[:64]} exists with another content"
        )
    return known


def _decision(row: Row[*tuple[Any, ...]]) -> BulkDecision:
    facts = {name: row._mapping[name] for name in BulkDecision.__dataclass_fields__}
    facts |= {"kind": BulkKind(row.kind), "state": BulkState(row.state)}
    return BulkDecision(
        **(facts | {"declaration_ids": tuple(row.declaration_ids), "left_out": row.left_out or {}})
    )
