"""Answers that wait for the broker: written with what they answer for, forgotten once it has them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, select

from hub.carrier_stream.answers import Answer
from hub.carrier_stream.tables import carrier_answers
from hub.store.bulk import append_many

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """An answer that the broker has not confirmed."""

    number: int
    client_id: str
    correlation: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, and to whom and what."""

    client_id: str
    correlation: bytes
    answer: Answer


def put_answers(connection: Connection, answers: Sequence[Said], now: datetime) -> None:
    """Keep answers within the caller's write transaction, in their order."""
    names = ("client_id", "correlation", "body", "made_at")
    rows = [(one.client_id, one.correlation, msgspec.json.encode(one.answer), now) for one in answers]
    append_many(connection, carrier_answers, names, rows)


def waiting_answers(
    connection: Connection, *, only: Collection[str] | None = None, but_for: Collection[str] = ()
) -> tuple[Waiting, ...]:
    """Return the oldest answers to these carriers (None: all), but for some; in order for each carrier."""
    columns = carrier_answers.c
    query = select(columns.number, columns.client_id, columns.correlation, columns.body)
    if only is not None:
        query = query.where(columns.client_id.in_(sorted(only)))
    if but_for:
        query = query.where(columns.client_id.not_in(sorted(but_for)))
    rows = connection.execute(query.order_by(columns.number).limit(AT_ONCE))
    return tuple(Waiting(*row) for row in rows)


def forget_answers(connection: Connection, numbers: Sequence[int]) -> None:
    """Forget what the broker has taken."""
    connection.execute(delete(carrier_answers).where(carrier_answers.c.number.in_(numbers)))
