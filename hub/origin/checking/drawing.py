"""What declarations use of certificates: planned when assessed, provisional when released, then told."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import msgspec
from sqlalchemy import Connection, delete, select, update

from hub.jobs.queue import NewJob, enqueue
from hub.origin.checking.tables import origin_draws

SEND = "send-origin-draws"
MOST_SHOWN = 200


class DrawState(StrEnum):
    """How far a draw has come."""

    PLANNED = "planned"
    """Held for a declaration that is not released yet."""
    PROVISIONAL = "provisional"
    """Released; the registry has not been told."""
    SENT = "sent"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    """Another post was first, or the certificate was revoked meanwhile: an officer has to settle it."""
    SETTLED = "settled"
    """It was refused, and an officer has settled what that means for the duty."""


class Draw(msgspec.Struct, frozen=True):
    """A part of a line that a declaration uses."""

    certificate_id: str
    line: int
    declaration_id: str
    parts: int
    """Of 1,000,000,000."""
    state: DrawState
    changed_at: datetime
    note: str
    """Of one that was refused: codes of the reasons."""


def draws_of(
    connection: Connection, *, certificate_id: str = "", declaration_id: str = ""
) -> tuple[Draw, ...]:
    """Return what is used of a certificate, or by a declaration, the newest first."""
    columns = origin_draws.c
    is_it = (
        columns.certificate_id == certificate_id
        if certificate_id
        else columns.declaration_id == declaration_id
    )
    query = select(*(columns[name] for name in Draw.__struct_fields__)).where(is_it)
    query = query.order_by(columns.changed_at.desc(), columns.line).limit(MOST_SHOWN)
    names = Draw.__struct_fields__
    rows = ({name: getattr(row, name) for name in names} for row in connection.execute(query))
    return tuple(msgspec.convert(row, Draw, strict=False) for row in rows)


def begin_draws(connection: Connection, declaration_ids: Sequence[str], now: datetime) -> None:
    """Note within the caller's write transaction that the goods of some declarations are released."""
    if not declaration_ids:
        return
    planned = origin_draws.c.state == DrawState.PLANNED.value
    done = connection.execute(
        update(origin_draws)
        .where(origin_draws.c.declaration_id.in_(declaration_ids), planned)
        .values(state=DrawState.PROVISIONAL.value, changed_at=now)
    )
    if done.rowcount:
        enqueue(connection, NewJob(SEND, unique_key=SEND), now)


def drop_draws(connection: Connection, declaration_ids: Sequence[str]) -> None:
    """Let go of what declarations held whose goods do not enter."""
    if declaration_ids:
        planned = origin_draws.c.state == DrawState.PLANNED.value
        is_theirs = origin_draws.c.declaration_id.in_(declaration_ids)
        connection.execute(delete(origin_draws).where(is_theirs, planned))


def has_draws(connection: Connection) -> bool:
    """Tell whether anything is to be told to the registry, or followed."""
    under_way = origin_draws.c.state.in_([DrawState.PROVISIONAL.value, DrawState.SENT.value])
    return connection.scalar(select(origin_draws.c.line).where(under_way).limit(1)) is not None


def planned_with(connection: Connection, certificate_id: str) -> Sequence[str]:
    """Return the declarations, not released yet, that hold a part of a certificate."""
    columns = origin_draws.c
    is_held = (columns.certificate_id == certificate_id) & (columns.state == DrawState.PLANNED.value)
    query = select(columns.declaration_id).where(is_held).distinct().order_by(columns.declaration_id)
    return list(connection.scalars(query))
