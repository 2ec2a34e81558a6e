"""Manifests: which house consignments a carrier brings, and how each is declared."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, select

from hub.carriers.tables import manifest_houses, manifests
from hub.declarations.identity import digest_of
from hub.declarations.lifecycle import State
from hub.declarations.moving import Standing
from hub.declarations.tables import declarations
from hub.errors import ConflictError, FieldProblem, InvalidInputError, NotFoundError
from hub.machines.tokens import ACTOR_PREFIX
from hub.store.bulk import append_many

MOST_HOUSES = 10_000
ASKED_AT_ONCE = 5_000
_HOUSE_COLUMNS = ("client_id", "number", "house", "master")
_NOT_LODGED = frozenset({State.REJECTED, State.INVALIDATED})
_HERE = frozenset({State.PRESENTED, State.INSPECTED, State.RELEASED, State.REFUSED, State.RETURNED})
_FACTS = Standing.__struct_fields__


class MasterConsignment(msgspec.Struct, frozen=True):
    """A master waybill and the house consignments under it."""

    number: str
    houses: tuple[str, ...]


class NewManifest(msgspec.Struct, frozen=True):
    """What a carrier brings."""

    number: str
    """The carrier's own; sent again, it is the same manifest."""
    conveyance: str
    """The flight, the vehicle's plate or the voyage."""
    expected_at: datetime
    masters: tuple[MasterConsignment, ...]

    @property
    def houses(self) -> list[str]:
        """Every house consignment, in order."""
        return [house for master in self.masters for house in master.houses]


class HouseFate(StrEnum):
    """How a house consignment is declared."""

    UNDECLARED = "undeclared"
    """There is no declaration, or none that counts as lodged."""
    WAITING = "waiting"
    """Its assessment is not complete."""
    READY = "ready"
    """Its assessment is complete: it is presented when it arrives."""
    PRESENTED = "presented"


@dataclass(frozen=True, slots=True)
class ManifestStanding:
    """A manifest and how its house consignments are declared."""

    number: str
    conveyance: str
    expected_at: datetime
    arrived_at: datetime | None
    presented: int
    ready: int
    waiting: tuple[str, ...]
    """House numbers whose assessment is not complete."""
    undeclared: tuple[str, ...]
    """House numbers without a declaration."""


def store_manifest(connection: Connection, client_id: str, wanted: NewManifest, now: datetime) -> bool:
    """Store a manifest; False when the same came before.

    Raises `InvalidInputError`, and `ConflictError` when another one stands under its number.
    """
    _check(wanted)
    digest = digest_of(msgspec.json.encode(wanted))
    known = connection.scalar(select(manifests.c.digest).where(_is_this(client_id, wanted.number)))
    if known is not None:
        if known != digest:
            detail = f"another manifest stands under the number {wanted.number!r}"
            raise ConflictError("manifest-taken", detail)
        return False
    facts = {"number": wanted.number, "conveyance": wanted.conveyance, "expected_at": wanted.expected_at}
    connection.execute(
        manifests.insert().values(
            client_id=client_id, **facts, houses=len(wanted.houses), digest=digest, received_at=now
        )
    )
    rows = [
        (client_id, wanted.number, house, master.number)
        for master in wanted.masters
        for house in master.houses
    ]
    append_many(connection, manifest_houses, _HOUSE_COLUMNS, rows)
    return True


def manifest_row(connection: Connection, client_id: str, number: str) -> Row[Any]:
    """Return a carrier's own manifest; raises `NotFoundError`."""
    row = connection.execute(select(manifests).where(_is_this(client_id, number))).first()
    if row is None:
        raise NotFoundError("manifest", number)
    return row


def houses_of(connection: Connection, client_id: str, number: str) -> tuple[str, ...]:
    """Return a manifest's house numbers in order."""
    columns = manifest_houses.c
    own = (columns.client_id == client_id) & (columns.number == number)
    return tuple(connection.scalars(select(columns.house).where(own).order_by(columns.house)))


def standing_of_manifest(connection: Connection, client_id: str, number: str) -> ManifestStanding:
    """Say how a manifest's house consignments are declared now; raises `NotFoundError`."""
    row = manifest_row(connection, client_id, number)
    houses = houses_of(connection, client_id, number)
    states: dict[str, set[State]] = {house: set() for house in houses}
    for query in declared_under(client_id, houses):
        for one in connection.execute(query):
            states[one.tracking_number].add(State(one.state))
    fates = {house: fate_of(found) for house, found in states.items()}
    found = list(fates.values())
    return ManifestStanding(
        number=row.number,
        conveyance=row.conveyance,
        expected_at=row.expected_at,
        arrived_at=row.arrived_at,
        presented=found.count(HouseFate.PRESENTED),
        ready=found.count(HouseFate.READY),
        waiting=tuple(house for house in houses if fates[house] is HouseFate.WAITING),
        undeclared=tuple(house for house in houses if fates[house] is HouseFate.UNDECLARED),
    )


def fate_of(states: set[State]) -> HouseFate:
    """Judge a house consignment by the states of its declarations: what is furthest counts."""
    lodged = states - _NOT_LODGED
    if not lodged:
        return HouseFate.UNDECLARED
    if lodged & _HERE:
        return HouseFate.PRESENTED
    return HouseFate.READY if State.ASSESSMENT_COMPLETE in lodged else HouseFate.WAITING


def declared_under(client_id: str, houses: Sequence[str]) -> Iterator[Select[Any]]:
    """Make the queries for a carrier's own declarations of these houses, some at a time."""
    columns = declarations.c
    remaining = iter(houses)
    while part := list(islice(remaining, ASKED_AT_ONCE)):
        yield select(*(columns[name] for name in _FACTS), columns.tracking_number).where(
            columns.sender_id == ACTOR_PREFIX + client_id, columns.tracking_number.in_(part)
        )


def _is_this(client_id: str, number: str) -> Any:
    return (manifests.c.client_id == client_id) & (manifests.c.number == number)


def _check(wanted: NewManifest) -> None:
    houses = wanted.houses
    if not 0 < len(houses) <= MOST_HOUSES:
        detail = f"{len(houses)} house consignments; 1 to {MOST_HOUSES} are taken at once"
        raise InvalidInputError(FieldProblem("/masters", "out-of-range", detail))
    seen: set[str] = set()
    for place, master in enumerate(wanted.masters):
        for index, house in enumerate(master.houses):
            if house in seen:
                pointer = f"/masters/{place}/houses/{index}"
                raise InvalidInputError(FieldProblem(pointer, "twice", f"{house!r} stands there twice"))
            seen.add(house)
