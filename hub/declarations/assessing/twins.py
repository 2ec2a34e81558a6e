"""Finds what is declared twice: looks up the newest declaration of the same parcel, and keeps the keys."""

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import BigInteger, Connection, Row, String, bindparam, delete, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from hub.declarations.cleansing.duplicates import ParcelKeys
from hub.declarations.cleansing.notes import Notes
from hub.declarations.registry import places_of
from hub.declarations.tables import declaration_keys, declarations
from hub.store.bulk import append_many
from hub.store.metadata import UtcTime

AnyRow = Row[*tuple[Any, ...]]
LOOK_BACK = timedelta(days=60)
"""Older ones are passed over: carriers give a tracking number out again."""
_Place: TypeAlias = tuple[str, str | int]
"""The name of a key, and its value."""
_COLUMNS = ("declaration_id", "received_at", "tracking", "content")

_NEWEST = """
SELECT 'tracking', CAST(asked.value AS varchar), (
  SELECT declaration_id FROM declaration_keys
  WHERE tracking = asked.value AND received_at BETWEEN :since AND :now ORDER BY declaration_id DESC LIMIT 1)
FROM {of}(:tracking) AS asked{names}
UNION ALL
SELECT 'content', CAST(asked.value AS varchar), (
  SELECT declaration_id FROM declaration_keys
  WHERE content = asked.value AND received_at BETWEEN :since AND :now ORDER BY declaration_id DESC LIMIT 1)
FROM {of}(:content) AS asked{names}
"""
"""The newest of each key: one step down an index, however many have it. Written out, as it is asked for every
declaration and SQLAlchemy takes longer to put it together than the engines to answer."""
_TIMES = (bindparam("since", type_=UtcTime), bindparam("now", type_=UtcTime))
_NEWEST_OF = {
    "sqlite": text(_NEWEST.format(of="json_each", names="")).bindparams(*_TIMES),
    "postgresql": text(_NEWEST.format(of="unnest", names="(value)")).bindparams(
        *_TIMES,
        bindparam("tracking", type_=ARRAY(String)),
        bindparam("content", type_=ARRAY(BigInteger)),
    ),
}


class Twin(msgspec.Struct, frozen=True, gc=False):
    """A declaration that shares a key."""

    declaration_id: str
    sender_id: str
    reference: str
    tracking: str | None


class Twins:
    """Some declarations that are assessed together; each sees those before it and what is stored."""

    def __init__(self, connection: Connection, stored: dict[_Place, Twin]) -> None:
        """Use `open_twins`."""
        self._connection = connection
        self._newest = stored
        self._kept: list[tuple[object, ...]] = []

    def note(self, row: AnyRow, keys: ParcelKeys, notes: Notes) -> None:
        """Say which declaration came before for the same parcel; the next finds this one."""
        tracked = self._newest.get(("tracking", keys.tracking)) if keys.tracking is not None else None
        alike = self._newest.get(("content", keys.content)) if keys.content is not None else None
        if tracked is not None:
            _say("tracking", "tracking_number", tracked, row, notes)
        elif alike is not None and not _are_apart(alike, row, keys):
            _say("content", "items", alike, row, notes)
        own = Twin(row.declaration_id, row.sender_id, row.reference, keys.tracking)
        self._newest.update(dict.fromkeys(_places(keys), own))
        self._kept.append((row.declaration_id, row.received_at, *keys))

    def save(self) -> None:
        """Keep the keys of all that were noted."""
        append_many(self._connection, declaration_keys, _COLUMNS, self._kept)


def open_twins(
    connection: Connection, rows: Sequence[AnyRow], keys: Sequence[ParcelKeys | None], now: datetime
) -> Twins:
    """Look up the twins of some declarations, whose rows are locked by the caller; None: not looked for.

    Where a person's months are held already, two that come at once for one person see each other.
    """
    forget_keys(connection, [(row.declaration_id, row.received_at) for row in rows if row.steps])
    asked = {place for one in keys if one is not None for place in _places(one)}
    if not asked:
        return Twins(connection, {})
    found = {
        (name, int(value) if name == "content" else value): declaration_id
        for name, value, declaration_id in _newest(connection, asked, now)
        if declaration_id is not None
    }
    known = {one.declaration_id: one for one in _twins(connection, set(found.values()))}
    return Twins(connection, {place: known[own] for place, own in found.items() if own in known})


def forget_keys(connection: Connection, gone: Sequence[tuple[str, datetime]]) -> None:
    """Let declarations be found by nobody any more; with when each came."""
    if gone:
        columns = declaration_keys.c
        ids, times = zip(*gone, strict=True)
        is_one = columns.declaration_id.in_(ids) & columns.received_at.in_(set(times))
        connection.execute(delete(declaration_keys).where(is_one))


def _places(keys: ParcelKeys) -> Iterator[_Place]:
    for name, value in zip(ParcelKeys._fields, keys, strict=True):
        if value is not None:
            yield name, value


def _are_apart(twin: Twin, row: AnyRow, keys: ParcelKeys) -> bool:
    """Tell whether a sender itself says that these are two parcels with the same in them."""
    is_tracked = twin.tracking is not None and keys.tracking is not None
    return is_tracked and twin.sender_id == row.sender_id


def _say(by: str, fact: str, twin: Twin, row: AnyRow, notes: Notes) -> None:
    if twin.sender_id == row.sender_id:
        notes.say(f"duplicate-{by}", fact, reference=twin.reference, declaration=twin.declaration_id)
    else:
        notes.say(f"duplicate-other-{by}", fact, sender=twin.sender_id, declaration=twin.declaration_id)


def _newest(connection: Connection, asked: Collection[_Place], now: datetime) -> Sequence[AnyRow]:
    engine = connection.dialect.name
    wanted: dict[str, Any] = {
        field: [value for name, value in asked if name == field] for field in ParcelKeys._fields
    }
    if engine == "sqlite":
        wanted = {name: json.dumps(values) for name, values in wanted.items()}
    return connection.execute(_NEWEST_OF[engine], wanted | {"since": now - LOOK_BACK, "now": now}).all()


def _twins(connection: Connection, declaration_ids: Collection[str]) -> Iterator[Twin]:
    if not declaration_ids:
        return
    is_same = declaration_keys.c.declaration_id == declarations.c.declaration_id
    is_same &= declaration_keys.c.received_at == declarations.c.received_at
    columns = declarations.c
    query = select(columns.declaration_id, columns.sender_id, columns.reference, declaration_keys.c.tracking)
    query = query.join_from(declarations, declaration_keys, is_same).where(places_of(declaration_ids))
    for row in connection.execute(query):
        yield Twin(*row)
