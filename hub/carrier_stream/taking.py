"""Takes carriers' messages into the store: several in one transaction, their answers with them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby, islice
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from hub.bootstrap import Services
from hub.carrier_stream.accounts import PREFIX, may_stream
from hub.carrier_stream.answers import Problem, Refusal, Results, RowResult, problem_of, results
from hub.carrier_stream.outbox import Said, put_answers
from hub.carrier_stream.reading import Sent, Unfit
from hub.carriers.intake_terms import terms_of
from hub.declarations.assessing.assess import Assessor
from hub.declarations.assessing.evidence import Channel
from hub.declarations.assessing.tables import declaration_assessments
from hub.declarations.batches import BadRow, ReadRow
from hub.declarations.findings import CleansingReport, Finding
from hub.declarations.intake import TAKEN, RowFate
from hub.declarations.lifecycle import State
from hub.declarations.registry import places_of
from hub.declarations.storing import Fate, Stored, store_rows
from hub.declarations.tables import declarations
from hub.errors import InvalidInputError, LimitReachedError, NotAdmittedError
from hub.ingest.quarantine import QuarantineCode, Refused, set_aside
from hub.machines.tokens import ACTOR_PREFIX
from hub.store.database import savepoint, writing_beside_others

AnyRow = Row[*tuple[Any, ...]]
_FATES = {Fate.STORED: RowFate.STORED, Fate.REPEATED: RowFate.REPEATED, Fate.CONFLICT: RowFate.CONFLICT}
_REFUSALS = (InvalidInputError, LimitReachedError, NotAdmittedError)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a message."""

    stored: int = 0
    repeated: int = 0
    refused: int = 0
    """Rows, or all that the message held when it was refused as a whole."""
    set_aside: QuarantineCode | None = None
    told: Mapping[str, datetime] = field(default_factory=dict, compare=False)
    """Since when each new declaration stands where the answer says."""
    is_failed: bool = False
    """The store could not take it for now; nothing was stored or answered."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A message whose good rows are stored, not yet assessed."""

    message: Sent
    stored: tuple[Stored, ...]


@dataclass(frozen=True, slots=True)
class _Over:
    """A message of which nothing was stored; without a problem nobody is told."""

    message: Sent | Unfit
    taken: Taken
    problem: Problem | None = None


def take_group(services: Services, assessor: Assessor, messages: Sequence[Sent | Unfit]) -> tuple[Taken, ...]:
    """Store, decide and answer several messages in one transaction; all or none.

    Raises what the store raises; then nothing of the group was stored.
    """
    now = services.clock()
    taken = [Taken()] * len(messages)
    with writing_beside_others(services.engine) as connection:
        held = _store_all(services, connection, messages, now)
        stored = [one for each in held.values() if isinstance(each, _Held) for one in each.stored]
        assessor.assess_some(connection, [one.declaration_id for one in stored if one.fate is Fate.STORED])
        standing = _standing(connection, {one.declaration_id for one in stored})
        answers = list[Said]()
        for place, each in held.items():
            taken[place], answer = _answer(services, each, standing, now)
            if answer is not None:
                answers.append(Said(messages[place].carrier_id, messages[place].correlation, answer))
        put_answers(connection, answers, now)
    return tuple(taken)


def _store_all(
    services: Services, connection: Connection, messages: Sequence[Sent | Unfit], now: datetime
) -> dict[int, _Held | _Over]:
    """Store by carrier, each one's in the order of its messages; returns by place what became of them."""
    # Carriers in one order in every process: each is locked until the transaction ends.
    places = sorted(range(len(messages)), key=lambda place: messages[place].carrier_id)
    held = dict[int, _Held | _Over]()
    for carrier_id, own in groupby(places, key=lambda place: messages[place].carrier_id):
        is_known, fit = may_stream(connection, carrier_id), list[tuple[int, Sent]]()
        for place in own:
            message = messages[place]
            if is_known and isinstance(message, Sent):
                fit.append((place, message))
            else:
                held[place] = _unfit(connection, message, now, is_known=is_known)
        stored = _store(services, connection, carrier_id, [message for _, message in fit])
        held.update(zip((place for place, _ in fit), stored, strict=True))
    return {place: held[place] for place in places}


def _unfit(connection: Connection, message: Sent | Unfit, now: datetime, *, is_known: bool) -> _Over:
    """Set aside what is nobody's, or none; only a carrier that streams is told."""
    if isinstance(message, Unfit) and is_known:
        detail = f"{message.problem.pointer}: {message.problem.detail}"
        taken = _set_aside(connection, message, QuarantineCode.MALFORMED, detail, now)
        return _Over(message, taken, problem_of(InvalidInputError(message.problem)))
    code = QuarantineCode.UNKNOWN_CARRIER
    return _Over(message, _set_aside(connection, message, code, "no carrier that streams", now))


def _store(
    services: Services, connection: Connection, carrier_id: str, messages: Sequence[Sent]
) -> list[_Held | _Over]:
    """Store a carrier's messages together; when they are refused together, each by itself."""
    if not messages:
        return []
    sender_id = ACTOR_PREFIX + carrier_id
    good = [[row for row in message.rows if isinstance(row, ReadRow)] for message in messages]
    rows = [row for each in good for row in each]
    try:
        with savepoint(connection):
            terms_of(connection, sender_id)
            stored = iter(store_rows(services, connection, sender_id, rows) if rows else ())
    except _REFUSALS as error:
        if len(messages) > 1:
            return [one for each in messages for one in _store(services, connection, carrier_id, [each])]
        return [_Over(messages[0], Taken(refused=len(messages[0].rows)), problem_of(error))]
    return [
        _Held(message, tuple(islice(stored, len(own)))) for message, own in zip(messages, good, strict=True)
    ]


def _set_aside(
    connection: Connection, message: Sent | Unfit, code: QuarantineCode, detail: str, now: datetime
) -> Taken:
    sender = PREFIX + message.carrier_id
    set_aside(connection, Refused(code, sender, message.topic, detail, message.payload), now)
    return Taken(refused=1, set_aside=code)


def _answer(
    services: Services, held: _Held | _Over, standing: Mapping[str, AnyRow], now: datetime
) -> tuple[Taken, Results | Refusal | None]:
    if isinstance(held, _Over):
        if held.problem is None:
            return held.taken, None
        return held.taken, Refusal(answer_id=services.new_id(), at=now, problem=held.problem)
    rows = [_result(one, standing[one.declaration_id]) for one in held.stored]
    bad = [row for row in held.message.rows if isinstance(row, BadRow)]
    rows += [RowResult(index=row.index, fate=RowFate.INVALID, problem=row.problem) for row in bad]
    answer = results(services.new_id(), rows, now)
    new = [one.declaration_id for one in held.stored if one.fate is Fate.STORED]
    told = {one: standing[one].changed_at for one in new}
    return Taken(answer.stored, answer.repeated, answer.refused, told=told), answer


def _result(stored: Stored, row: AnyRow) -> RowResult:
    if stored.fate is Fate.CONFLICT:
        return RowResult(
            index=stored.index,
            fate=RowFate.CONFLICT,
            reference=stored.reference,
            declaration_id=stored.declaration_id,
            problem=TAKEN,
        )
    return RowResult(
        index=stored.index,
        fate=_FATES[stored.fate],
        reference=stored.reference,
        declaration_id=stored.declaration_id,
        state=State(row.state),
        channel=None if row.channel is None else Channel(row.channel),
        errors=_errors(row) if row.state == State.REJECTED else (),
    )


def _errors(row: AnyRow) -> tuple[Finding, ...]:
    return msgspec.convert(row.report or {}, CleansingReport).errors


def _standing(connection: Connection, identifiers: Collection[str]) -> dict[str, AnyRow]:
    """Look up where declarations stand, each with its newest report."""
    if not identifiers:
        return {}
    columns, assessed = declarations.c, declaration_assessments.c
    own = (assessed.declaration_id == columns.declaration_id) & (assessed.received_at == columns.received_at)
    query = select(
        columns.declaration_id, columns.state, columns.channel, columns.changed_at, assessed.report
    )
    query = query.outerjoin(declaration_assessments, own).where(places_of(identifiers))
    # The last one under an id stays.
    rows = connection.execute(query.order_by(assessed.number)).all()
    return {row.declaration_id: row for row in rows}
