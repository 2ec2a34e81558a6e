"""Whom settings and roll-outs are for: the fleet, a site, a lane or a device."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, Select, select

from hub.errors import FieldProblem, InvalidInputError, NotFoundError
from hub.fleet.tables import devices, lanes, sites


class ScopeKind(StrEnum):
    """How wide; a narrower one outweighs a wider."""

    FLEET = "fleet"
    SITE = "site"
    LANE = "lane"
    DEVICE = "device"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom something is for."""

    kind: ScopeKind
    place: str = ""
    """Empty, a site, ``site/lane`` or a device."""

    def __str__(self) -> str:
        """Write it as `parse_scope` reads it."""
        return f"{self.kind}:{self.place}" if self.place else self.kind.value


@dataclass(frozen=True, slots=True)
class Place:
    """Where a device stands."""

    device_id: str
    site_id: str
    lane_id: str

    def scopes(self) -> tuple[Scope, ...]:
        """Every scope the device is in, from the widest to the narrowest."""
        return (
            Scope(ScopeKind.FLEET),
            Scope(ScopeKind.SITE, self.site_id),
            Scope(ScopeKind.LANE, f"{self.site_id}/{self.lane_id}"),
            Scope(ScopeKind.DEVICE, self.device_id),
        )


def parse_scope(text: str) -> Scope:
    """Read ``fleet``, ``site:ID``, ``lane:SITE/ID`` or ``device:ID``; raises `InvalidInputError`."""
    kind, _, place = text.partition(":")
    if kind not in {one.value for one in ScopeKind} or bool(place) is (kind == ScopeKind.FLEET):
        detail = f"{text[:80]!r}: fleet, site:ID, lane:SITE/ID or device:ID"
        raise InvalidInputError(FieldProblem("/scope", "unknown", detail))
    return Scope(ScopeKind(kind), place)


def site_of_scope(connection: Connection, scope: Scope) -> str | None:
    """Return the site a scope lies in; None: the whole fleet. Raises `NotFoundError` for one that is not."""
    match scope.kind:
        case ScopeKind.FLEET:
            return None
        case ScopeKind.SITE:
            query = select(sites.c.site_id).where(sites.c.site_id == scope.place)
        case ScopeKind.LANE:
            site_id, _, lane_id = scope.place.partition("/")
            query = select(lanes.c.site_id).where(lanes.c.site_id == site_id, lanes.c.lane_id == lane_id)
        case ScopeKind.DEVICE:
            query = select(devices.c.site_id).where(devices.c.device_id == scope.place)
    found = connection.scalar(query)
    if found is None:
        raise NotFoundError(scope.kind.value, scope.place)
    return str(found)


def places_in(connection: Connection, scope: Scope) -> tuple[Place, ...]:
    """Devices of a scope that are not shut out, by id; raises `NotFoundError` for a scope that is not."""
    site_id = site_of_scope(connection, scope)
    query = _active_devices()
    if scope.kind is ScopeKind.DEVICE:
        query = query.where(devices.c.device_id == scope.place)
    elif site_id is not None:
        query = query.where(devices.c.site_id == site_id)
    if scope.kind is ScopeKind.LANE:
        query = query.where(devices.c.lane_id == scope.place.partition("/")[2])
    rows = connection.execute(query).all()
    if scope.kind is ScopeKind.DEVICE and not rows:
        raise NotFoundError("active device", scope.place)
    return tuple(Place(row.device_id, row.site_id, row.lane_id) for row in rows)


def _active_devices() -> Select[str, str, str]:
    query = select(devices.c.device_id, devices.c.site_id, devices.c.lane_id)
    return query.where(devices.c.revoked_at.is_(None)).order_by(devices.c.device_id)
