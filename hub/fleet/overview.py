"""The fleet at a glance: sites with counts, and devices filtered, searched and paged."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, or_, select, tuple_

from hub.errors import FieldProblem, InvalidInputError
from hub.fleet.devices import SILENT_AFTER, DeviceSummary, summaries
from hub.fleet.places import Lane, Site, lanes_of, list_sites
from hub.fleet.tables import device_watchlists, devices, lanes, sites
from hub.store.paging import Page
from hub.watchlist.tables import watchlist_versions

LONG_QUEUE = 100
"""Messages waiting on a device above which somebody should look."""
LONGEST_SEARCH = 80


class DeviceState(StrEnum):
    """Which devices to list."""

    ONLINE = "online"
    OFFLINE = "offline"
    """Not heard: the broker lost it, or it is silent; without those shut out."""
    TROUBLED = "troubled"
    """It warns, its queue is long, or a list is behind."""
    STALE = "stale"
    """At least one list is behind the newest version."""
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class DeviceQuery:
    """Which devices to list; everything empty: all."""

    sites: frozenset[str] | None = None
    """Those a user may see; None: all."""
    site_id: str = ""
    state: DeviceState | None = None
    text: str = ""
    """Part of a device's or lane's id or of a site's or lane's title."""


@dataclass(frozen=True, slots=True)
class SiteCounts:
    """A site and how its devices are."""

    site: Site
    lanes: int
    devices: int
    """Without those shut out."""
    online: int
    troubled: int
    stale: int
    longest_queue: int


def find_devices(
    connection: Connection, wanted: DeviceQuery, now: datetime, *, cursor: str | None, limit: int
) -> Page[DeviceSummary]:
    """Devices by site, lane and id; raises `InvalidInputError` for a cursor that is none."""
    place = (devices.c.site_id, devices.c.lane_id, devices.c.device_id)
    query = select(devices).where(*_conditions(wanted, now)).order_by(*place).limit(limit + 1)
    if cursor is not None:
        query = query.where(tuple_(*place) > tuple_(*decode_place(cursor)))
    rows = connection.execute(query).all()
    last = rows[limit - 1] if len(rows) > limit else None
    after = encode_place(last.site_id, last.lane_id, last.device_id) if last else None
    return Page(summaries(connection, rows[:limit], now), after)


def count_devices(connection: Connection, wanted: DeviceQuery, now: datetime) -> int:
    """How many devices `find_devices` would list."""
    query = select(func.count()).select_from(devices).where(*_conditions(wanted, now))
    return int(connection.scalar(query) or 0)


def site_counts(
    connection: Connection, now: datetime, *, sites: frozenset[str] | None = None
) -> tuple[SiteCounts, ...]:
    """Every site by title with its counts."""
    rows = connection.execute(_counting(now).group_by(devices.c.site_id))
    counts = {
        site_id: (every, online, troubled, stale, queue)
        for site_id, every, online, troubled, stale, queue in rows
    }
    lane_count: dict[str, int] = {}
    for lane in lanes_of(connection):
        lane_count[lane.site_id] = lane_count.get(lane.site_id, 0) + 1
    found = []
    for site in list_sites(connection):
        if sites is not None and site.site_id not in sites:
            continue
        numbers = counts.get(site.site_id, (0, 0, 0, 0, 0))
        found.append(SiteCounts(site, lane_count.get(site.site_id, 0), *numbers))
    return tuple(found)


def lanes_by_place(connection: Connection) -> dict[tuple[str, str], Lane]:
    """Every lane under its site and id."""
    return {(lane.site_id, lane.lane_id): lane for lane in lanes_of(connection)}


def encode_place(site_id: str, lane_id: str, device_id: str) -> str:
    """Opaque text for a URL."""
    return base64.urlsafe_b64encode(f"{site_id}|{lane_id}|{device_id}".encode()).decode()


def decode_place(cursor: str) -> tuple[str, str, str]:
    """Inverse of `encode_place`; raises `InvalidInputError` for anything else."""
    try:
        text = base64.b64decode(cursor, altchars=b"-_", validate=True).decode()
        site_id, lane_id, device_id = text.split("|")
    except (binascii.Error, ValueError) as error:
        detail = f"{cursor[:80]!r} is not a cursor of this list"
        raise InvalidInputError(FieldProblem("/cursor", "not-a-cursor", detail)) from error
    return site_id, lane_id, device_id


def _conditions(wanted: DeviceQuery, now: datetime) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.sites is not None:
        conditions.append(devices.c.site_id.in_(sorted(wanted.sites)))
    if wanted.site_id:
        conditions.append(devices.c.site_id == wanted.site_id)
    if wanted.state is not None:
        conditions.append(_in_state(wanted.state, now))
    if wanted.text:
        conditions.append(_named(wanted.text))
    return conditions


def _in_state(state: DeviceState, now: datetime) -> ColumnElement[bool]:
    is_in = devices.c.revoked_at.is_(None)
    match state:
        case DeviceState.ONLINE:
            return and_(is_in, _is_heard(now))
        case DeviceState.OFFLINE:
            return and_(is_in, ~_is_heard(now))
        case DeviceState.TROUBLED:
            return and_(is_in, _is_troubled())
        case DeviceState.STALE:
            return and_(is_in, _is_stale())
        case DeviceState.REVOKED:
            return devices.c.revoked_at.is_not(None)


def _is_heard(now: datetime) -> ColumnElement[bool]:
    is_fresh = func.coalesce(devices.c.last_seen_at > now - SILENT_AFTER, False)
    return and_(devices.c.is_online, is_fresh)


def _is_troubled() -> ColumnElement[bool]:
    return or_(devices.c.is_degraded, devices.c.queue_depth > LONG_QUEUE, _is_stale())


def _is_stale() -> ColumnElement[bool]:
    newest = (
        select(watchlist_versions.c.list_id, func.max(watchlist_versions.c.version).label("version"))
        .group_by(watchlist_versions.c.list_id)
        .subquery()
    )
    behind = (
        select(device_watchlists.c.device_id)
        .join(newest, newest.c.list_id == device_watchlists.c.list_id)
        .where(
            device_watchlists.c.withdrawn_at.is_(None),
            func.coalesce(device_watchlists.c.version, 0) < newest.c.version,
        )
    )
    return devices.c.device_id.in_(behind)


def _named(text: str) -> ColumnElement[bool]:
    """Match ids, and titles of sites and lanes."""
    part = text[:LONGEST_SEARCH]
    titled_site = select(sites.c.site_id).where(sites.c.title.icontains(part, autoescape=True))
    has_title = lanes.c.title.icontains(part, autoescape=True)
    titled_lane = select(lanes.c.site_id, lanes.c.lane_id).where(has_title)
    return or_(
        devices.c.device_id.icontains(part, autoescape=True),
        devices.c.lane_id.icontains(part, autoescape=True),
        devices.c.site_id.in_(titled_site),
        tuple_(devices.c.site_id, devices.c.lane_id).in_(titled_lane),
    )


def _counting(now: datetime) -> Select[str, int, int, int, int, int]:
    def of(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, 1), else_=0))

    return select(
        devices.c.site_id,
        func.count(),
        of(_is_heard(now)),
        of(_is_troubled()),
        of(_is_stale()),
        func.max(devices.c.queue_depth),
    ).where(devices.c.revoked_at.is_(None))
