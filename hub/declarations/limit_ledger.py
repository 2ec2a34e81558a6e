"""The ledger of the persons' limit: what every declaration adds to its person's month, and takes back.

A person's month is held from when it is looked up until the transaction ends, so two declarations of one
person that come at once are counted one after the other, on either engine.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, bindparam, delete, select, update

from hub.declarations.limit_tables import limit_entries, person_months
from hub.store.bulk import append_many
from hub.store.insertion import insert_or_hold

_KEYS = ("person_key", "month")
_COLUMNS = ("declaration_id", "received_at", "person_key", "month", "cents")
_CENTS = 100
_SET_MONTH = (
    update(person_months)
    .where(person_months.c.person_key == bindparam("own_key"))
    .where(person_months.c.month == bindparam("own_month"))
    .values(used_cents=bindparam("new_cents"), parcels=bindparam("new_parcels"))
)


class PersonMonth(NamedTuple):
    """A person's calendar month."""

    person_key: str
    month: str
    """Such as ``2026-03``."""


class MonthUse(msgspec.Struct, frozen=True, gc=False):
    """What a month holds."""

    used_cents: int = 0
    parcels: int = 0

    @property
    def used_usd(self) -> Decimal:
        """What is used of the limit."""
        return Decimal(self.used_cents).scaleb(-2)

    def with_entry(self, cents: int, parcels: int = 1) -> "MonthUse":
        """Add a parcel, or take one back; raises `ValueError` for more than there is."""
        found = MonthUse(self.used_cents + cents, self.parcels + parcels)
        if found.used_cents < 0 or found.parcels < 0:
            raise ValueError(f"a month of {self.parcels} parcels and {self.used_cents} cents lacks an entry")
        return found


class Entry(msgspec.Struct, frozen=True, gc=False):
    """What one declaration adds."""

    declaration_id: str
    received_at: datetime
    person: PersonMonth
    cents: int


def month_of(at: datetime, zone: str) -> str:
    """Return the calendar month of a zone."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m}"


def cents_of(usd: Decimal) -> int:
    """Return an amount of whole cents as a number."""
    return int(usd * _CENTS)


class HeldMonths:
    """Some persons' months, held by the caller's write transaction; nothing is stored before `save`."""

    def __init__(
        self, connection: Connection, months: Mapping[PersonMonth, MonthUse], entries: Iterable[Entry]
    ) -> None:
        """Use `hold_months`."""
        self._connection = connection
        self._before = months
        self._months = dict(months)
        self._entries = {entry.declaration_id: entry for entry in entries}
        self._new: dict[str, Entry] = {}
        self._gone: list[Entry] = []

    def use_of(self, person: PersonMonth) -> MonthUse:
        """Return what a month holds now; raises `KeyError` for one that is not held."""
        return self._months[person]

    def take_back(self, declaration_id: str) -> None:
        """Take back what a declaration added; nothing when it added nothing."""
        entry = self._entries.pop(declaration_id, None)
        if entry is not None:
            self._gone.append(entry)
            self._months[entry.person] = self._months[entry.person].with_entry(-entry.cents, -1)

    def add(self, entry: Entry) -> None:
        """Add a declaration that is not counted; raises `KeyError` for a month that is not held."""
        self._months[entry.person] = self._months[entry.person].with_entry(entry.cents)
        self._new[entry.declaration_id] = entry

    def save(self) -> None:
        """Store everything that changed."""
        _remove(self._connection, self._gone)
        rows = [(one.declaration_id, one.received_at, *one.person, one.cents) for one in self._new.values()]
        append_many(self._connection, limit_entries, _COLUMNS, rows)
        _set_months(
            self._connection,
            {person: use for person, use in self._months.items() if use != self._before[person]},
        )


def hold_months(
    connection: Connection,
    persons: Iterable[PersonMonth],
    counted: Sequence[tuple[str, datetime]] = (),
) -> HeldMonths:
    """Hold persons' months within the caller's write transaction, always in the same order.

    `counted`: declarations, locked by the caller, that may have been counted before, with when they came;
    the months that they were counted in are held too.
    """
    entries = _entries(connection, counted)
    wanted = sorted({*persons, *(entry.person for entry in entries)})
    empty = [
        {"person_key": one.person_key, "month": one.month, "used_cents": 0, "parcels": 0} for one in wanted
    ]
    rows = insert_or_hold(connection, person_months, empty, _KEYS)
    months = {PersonMonth(row.person_key, row.month): MonthUse(row.used_cents, row.parcels) for row in rows}
    return HeldMonths(connection, months, entries)


def take_back(connection: Connection, declarations: Sequence[tuple[str, datetime]]) -> None:
    """Take back what declarations, locked by the caller, added to their persons' months."""
    if declarations:
        held = hold_months(connection, (), declarations)
        for declaration_id, _ in declarations:
            held.take_back(declaration_id)
        held.save()


def month_use(connection: Connection, person: PersonMonth) -> MonthUse:
    """Read what a person's month holds."""
    columns = person_months.c
    is_this = (columns.person_key == person.person_key) & (columns.month == person.month)
    row = connection.execute(select(columns.used_cents, columns.parcels).where(is_this)).first()
    return MonthUse() if row is None else MonthUse(row.used_cents, row.parcels)


def _entries(connection: Connection, counted: Sequence[tuple[str, datetime]]) -> list[Entry]:
    if not counted:
        return []
    ids, times = zip(*counted, strict=True)
    columns = limit_entries.c
    query = select(limit_entries).where(columns.received_at.in_(set(times)), columns.declaration_id.in_(ids))
    return [
        Entry(row.declaration_id, row.received_at, PersonMonth(row.person_key, row.month), row.cents)
        for row in connection.execute(query)
    ]


def _remove(connection: Connection, entries: Sequence[Entry]) -> None:
    if entries:
        columns = limit_entries.c
        times = {entry.received_at for entry in entries}
        ids = [entry.declaration_id for entry in entries]
        connection.execute(
            delete(limit_entries).where(columns.received_at.in_(times), columns.declaration_id.in_(ids))
        )


def _set_months(connection: Connection, months: Mapping[PersonMonth, MonthUse]) -> None:
    if months:
        connection.execute(
            _SET_MONTH,
            [
                {
                    "own_key": person.person_key,
                    "own_month": person.month,
                    "new_cents": use.used_cents,
                    "new_parcels": use.parcels,
                }
                for person, use in months.items()
            ],
        )
