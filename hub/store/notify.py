"""The feed of changes: "something of kind X changed", in one order for every process that shows it live.

A writer calls `publish_change` in its own transaction; a process that shows things live waits in a
`hub.store.listening.Listener` and asks `changes_since` with the last position that it has seen, which is what
an event stream gives as its event's id. A change says what to look at again, never what it holds.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    Connection,
    Row,
    Select,
    Text,
    cast,
    delete,
    func,
    literal,
    select,
    tuple_,
)

from hub.errors import FieldProblem, InvalidInputError
from hub.store.bulk import append_many
from hub.store.tables import changes

CHANNEL = "kechid_changes"
KEPT_FOR = timedelta(days=1)
"""Who was away for longer looks at everything anew."""
MOST = 500
START = "0.0"
"""Before the first change."""
_POSITION = re.compile(r"(\d{1,18})\.(\d{1,18})")
_COLUMNS = ("transaction_id", "kind", "identifier", "owner", "at")
_TELL = select(cast(cast(func.pg_current_xact_id(), Text), BigInteger), func.pg_notify(CHANNEL, ""))
_PLACE = (changes.c.transaction_id, changes.c.change_id)


@dataclass(frozen=True, slots=True)
class Change:
    """Something to look at again."""

    position: str
    """Its place in the feed; only `changes_since` reads it."""
    kind: str
    """Such as ``case``, ``device``, ``watchlist``; at most 32 characters."""
    identifier: str
    at: datetime
    owner: str = ""
    """Whose it is, where it is somebody's own: a user's or client's id; empty: nobody's."""


class Happening(NamedTuple):
    """What changed, and whose it is."""

    identifier: str
    owner: str = ""


def publish_change(connection: Connection, kind: str, identifier: str, now: datetime) -> None:
    """Note a change; everybody learns of it once the caller's transaction is committed."""
    publish_changes(connection, kind, [Happening(identifier)], now)


def publish_changes(connection: Connection, kind: str, happened: Sequence[Happening], now: datetime) -> None:
    """Note many changes of a kind at once; who listens is woken once."""
    if not happened:
        return
    transaction = _begin_to_tell(connection)
    rows = [(transaction, kind, one.identifier[:160], one.owner, now) for one in happened]
    append_many(connection, changes, _COLUMNS, rows)


def changes_since(connection: Connection, position: str, *, limit: int = MOST) -> tuple[Change, ...]:
    """Return what changed after a position, oldest first; raises `InvalidInputError` when it is none.

    Numbers are given before the commit: what a transaction still open may put in between is waited for.
    """
    after = tuple_(*(literal(part) for part in _parsed(position)))
    rows = connection.execute(
        _settled(connection).where(tuple_(*_PLACE) > after).order_by(*_PLACE).limit(limit)
    )
    return tuple(Change(_position(row), row.kind, row.identifier, row.at, row.owner) for row in rows)


def position_to_resume(connection: Connection, asked: str | None) -> str:
    """Return where a reader goes on: after what it names, or now when it names nothing that was here.

    A restored store begins anew below what readers remember.
    """
    in_reverse = (column.desc() for column in _PLACE)
    row = connection.execute(_settled(connection).order_by(*in_reverse).limit(1)).first()
    newest = START if row is None else _position(row)
    return newest if asked is None or _parsed(asked) > _parsed(newest) else asked


def earliest(positions: Sequence[str]) -> str | None:
    """Return the position of which the others know everything; None among none."""
    return min(positions, key=_parsed, default=None)


def forget_changes(connection: Connection, now: datetime) -> int:
    """Delete what is older than `KEPT_FOR`; returns how many rows."""
    return connection.execute(delete(changes).where(changes.c.at < now - KEPT_FOR)).rowcount


def _begin_to_tell(connection: Connection) -> int:
    """Wake who listens once this is committed; returns the transaction's number, 0 where writers queue."""
    if connection.dialect.name != "postgresql":
        return 0
    return int(connection.execute(_TELL).one()[0])


def _settled(connection: Connection) -> Select[tuple[object, ...]]:
    query: Select[tuple[object, ...]] = select(changes)
    if connection.dialect.name == "postgresql":
        oldest_open = cast(cast(func.pg_snapshot_xmin(func.pg_current_snapshot()), Text), BigInteger)
        query = query.where(changes.c.transaction_id < oldest_open)
    return query


def _position(row: Row[tuple[object, ...]]) -> str:
    return f"{row.transaction_id}.{row.change_id}"


def _parsed(position: str) -> tuple[int, int]:
    found = _POSITION.fullmatch(position)
    if found is None:
        problem = f"{position[:80]!r} is no place in the feed of changes"
        raise InvalidInputError(FieldProblem("/position", "not-a-position", problem))
    return int(found[1]), int(found[2])
