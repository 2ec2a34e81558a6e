"""Stores declarations that were read: each once, however often its sender sends it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from itertools import islice

import msgspec
from sqlalchemy import BigInteger, Connection, bindparam, func, select

from hub.bootstrap import Services
from hub.carriers.counting import Measure
from hub.carriers.intake_terms import count_declared, count_intake, terms_of
from hub.declarations.batches import ReadRow
from hub.declarations.identity import declaration_id, person_key, whole_millisecond
from hub.declarations.lifecycle import State
from hub.declarations.tables import declaration_numbers, declarations
from hub.store.bulk import append_many

ASKED_AT_ONCE = 5_000
_ID_BYTES = 10
_NUMBER_COLUMNS = ("sender_id", "reference", "declaration_id", "digest")
_LOCK = select(func.pg_advisory_xact_lock(bindparam("number", type_=BigInteger)))
_TAKEN = select(
    declaration_numbers.c.reference, declaration_numbers.c.declaration_id, declaration_numbers.c.digest
).where(
    declaration_numbers.c.sender_id == bindparam("sender_id"),
    declaration_numbers.c.reference.in_(bindparam("references", expanding=True)),
)
_COLUMNS = (
    "declaration_id",
    "received_at",
    "sender_id",
    "reference",
    "form",
    "version",
    "state",
    "changed_at",
    "steps",
    "arrives_at",
    "ucr",
    "tracking_number",
    "consignee_key",
    "is_sandbox",
    "content",
)


class Fate(StrEnum):
    """What became of a row."""

    STORED = "stored"
    REPEATED = "repeated"
    """The same was stored before."""
    CONFLICT = "conflict"
    """Something else was stored under the sender's number."""


class Stored(msgspec.Struct, frozen=True, gc=False):
    """A row's fate, and the declaration that stands under its number."""

    index: int
    reference: str
    fate: Fate
    declaration_id: str


def store_rows(
    services: Services, connection: Connection, sender_id: str, rows: Sequence[ReadRow]
) -> list[Stored]:
    """Store what is new within the caller's write transaction, waiting to be looked at.

    Raises `NotAdmittedError` for a suspended carrier and `LimitReachedError` beyond a carrier's daily quota.
    """
    _part_from_itself(connection, sender_id)
    terms = terms_of(connection, sender_id)
    standing = _standing(connection, sender_id, [row.facts.reference for row in rows])
    now = whole_millisecond(services.clock())
    randomness = services.randomness(_ID_BYTES * len(rows))
    fates, new, numbers = [], [], []
    for place, row in enumerate(rows):
        reference = row.facts.reference
        known = standing.get(reference)
        if known is None:
            own = declaration_id(now, randomness[_ID_BYTES * place : _ID_BYTES * (place + 1)])
            standing[reference] = (own, row.digest)
            numbers.append((sender_id, reference, own, row.digest))
            new.append(_values(own, sender_id, row, now, is_sandbox=terms.is_sandbox))
            fates.append(Stored(row.index, reference, Fate.STORED, own))
        else:
            fate = Fate.REPEATED if known[1] == row.digest else Fate.CONFLICT
            fates.append(Stored(row.index, reference, fate, known[0]))
    count_declared(connection, terms, len(new), now, services.settings.cases.zone)
    append_many(connection, declaration_numbers, _NUMBER_COLUMNS, numbers)
    append_many(connection, declarations, _COLUMNS, new)
    counts = _counted(rows, fates, now)
    count_intake(connection, terms, counts, now, services.settings.cases.zone)
    return fates


def _counted(rows: Sequence[ReadRow], fates: Sequence[Stored], now: datetime) -> dict[Measure, int]:
    found = [one.fate for one in fates]
    late = sum(
        1
        for row, fate in zip(rows, found, strict=True)
        if fate is Fate.STORED and row.facts.arrives_at is not None and row.facts.arrives_at < now
    )
    return {
        Measure.DECLARED: found.count(Fate.STORED),
        Measure.LATE: late,
        Measure.REPEATED: found.count(Fate.REPEATED),
        Measure.CONFLICT: found.count(Fate.CONFLICT),
    }


def _part_from_itself(connection: Connection, sender_id: str) -> None:
    """Let one transaction of a sender wait for another, so that what is looked up stays true."""
    if connection.dialect.name == "postgresql":
        number = int.from_bytes(blake2b(sender_id.encode(), digest_size=8).digest(), "big", signed=True)
        connection.execute(_LOCK, {"number": number})


def _standing(
    connection: Connection, sender_id: str, references: Sequence[str]
) -> dict[str, tuple[str, str]]:
    """Look up which numbers are taken: by what declaration, of what digest."""
    found = {}
    for part in _parts(references):
        rows = connection.execute(_TAKEN, {"sender_id": sender_id, "references": part})
        found.update({row[0]: (row[1], row[2]) for row in rows})
    return found


def _parts(references: Sequence[str]) -> Iterator[list[str]]:
    remaining = iter(references)
    while part := list(islice(remaining, ASKED_AT_ONCE)):
        yield part


def _values(own: str, sender_id: str, row: ReadRow, now: datetime, *, is_sandbox: bool) -> tuple[object, ...]:
    facts = row.facts
    consignee = facts.consignee
    return (
        own,
        now,
        sender_id,
        facts.reference,
        row.form.value,
        1,
        State.SUBMITTED.value,
        now,
        0,
        facts.arrives_at,
        facts.ucr,
        facts.tracking_number,
        person_key(consignee.id, consignee.name, consignee.country, is_sandbox=is_sandbox),
        is_sandbox,
        row.content.decode(),
    )
