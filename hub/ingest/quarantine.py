"""What could not be taken in: set aside, counted and shown, never guessed at."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, tuple_, update

from hub.ingest.tables import quarantine
from hub.store.insertion import insert_if_new
from hub.store.paging import (
    LARGEST_INTEGER,
    Page,
    Position,
    decode_cursor,
    decode_number,
    encode_cursor,
)

ROWS_KEPT = 10_000
_DETAIL_LENGTH = 500


class QuarantineCode(StrEnum):
    """Why something was set aside."""

    MALFORMED = "malformed"
    UNKNOWN_DEVICE = "unknown-device"
    UNKNOWN_CARRIER = "unknown-carrier"
    REVOKED_DEVICE = "revoked-device"
    WRONG_SITE = "wrong-site"
    CLONED_DEVICE = "cloned-device"
    """Two machines carry one device's disk: the same place in a lane holds two messages."""
    UNFIT_CONTENT = "unfit-content"
    STORE_REFUSED = "store-refused"
    """The store itself takes all but this; it is not acknowledged, so its lane waits."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Something to set aside."""

    code: QuarantineCode
    device_id: str
    topic: str
    detail: str
    payload: bytes
    """Only its digest and size are kept: it may hold a picture."""


@dataclass(frozen=True, slots=True)
class QuarantineRow:
    """Something set aside, with how often it came."""

    code: QuarantineCode
    device_id: str
    topic: str
    detail: str
    payload_size: int
    times: int
    received_at: datetime
    last_at: datetime


def set_aside(connection: Connection, refused: Refused, now: datetime) -> None:
    """Remember a refusal; the same one again only counts."""
    key = {
        "device_id": refused.device_id[:64],
        "code": refused.code,
        "payload_sha256": sha256(refused.payload).hexdigest(),
    }
    row = key | {
        "received_at": now,
        "topic": refused.topic[:300],
        "detail": refused.detail[:_DETAIL_LENGTH],
        "payload_size": len(refused.payload),
        "times": 1,
        "last_at": now,
    }
    if insert_if_new(connection, quarantine, row):
        newest = select(func.max(quarantine.c.quarantine_id)).scalar_subquery()
        connection.execute(delete(quarantine).where(quarantine.c.quarantine_id <= newest - ROWS_KEPT))
    else:
        is_this = [quarantine.c[name] == value for name, value in key.items()]
        connection.execute(
            update(quarantine).where(*is_this).values(times=quarantine.c.times + 1, last_at=now)
        )


def find_refusals(
    connection: Connection, *, cursor: str | None = None, limit: int = 50
) -> Page[QuarantineRow]:
    """List what was set aside, the last seen first; raises `InvalidInputError` for a bad cursor.

    What comes again while somebody pages moves to the front: it may be seen twice, or on the first page only.
    """
    place = (quarantine.c.last_at, quarantine.c.quarantine_id)
    query = select(quarantine).order_by(*(column.desc() for column in place)).limit(limit + 1)
    if cursor is not None:
        after = decode_cursor(cursor)
        number = decode_number(after.identifier, most=LARGEST_INTEGER)
        query = query.where(tuple_(*place) < tuple_(after.at, number))
    rows = connection.execute(query).all()
    last = rows[limit - 1] if len(rows) > limit else None
    following = encode_cursor(Position(last.last_at, str(last.quarantine_id))) if last else None
    return Page(tuple(map(_row, rows[:limit])), following)


def _row(row: Row[Any]) -> QuarantineRow:
    names = [name for name in QuarantineRow.__dataclass_fields__ if name != "code"]
    return QuarantineRow(code=QuarantineCode(row.code), **{name: row._mapping[name] for name in names})
