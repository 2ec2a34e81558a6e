"""What the start page counts: cases, declarations, proposals, devices, listings: what the reader may see."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise

from sqlalchemy import ColumnElement, Connection, and_, func, select, true

from hub.cases.tables import alerts
from hub.cases.values import CaseStatus
from hub.declarations.worklist import WorkFilter, count_work
from hub.fleet.overview import DeviceQuery, DeviceState, count_devices, site_counts
from hub.fleet.tables import devices
from hub.origin.checking.settling import count_refused
from hub.people.access import Permission, User
from hub.watchlist.proposals import count_waiting
from hub.watchlist.tables import subjects

DAYS = 14
"""Days of the chart of alerts, today among them."""
ENDING_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """Cases that wait, and alerts by day, oldest first."""

    open: int
    by_day: tuple[tuple[datetime, int], ...]


@dataclass(frozen=True, slots=True)
class DeclarationFigures:
    """Declarations that an officer has to look at."""

    waiting: int
    mine: int
    """Given to the reader."""


@dataclass(frozen=True, slots=True)
class DeviceFigures:
    """Devices in service by how they are; one may be troubled and offline."""

    all: int
    online: int
    offline: int
    troubled: int
    longest_queue: int
    """Messages waiting on one device."""


@dataclass(frozen=True, slots=True)
class HomeFigures:
    """Each part is None for a reader who may not see it."""

    cases: CaseFigures | None
    declarations: DeclarationFigures | None
    refused_uses: int | None
    """Of certificates, after release, that nobody has settled."""
    waiting_proposals: int | None
    ending_listings: int | None
    devices: DeviceFigures | None


def home_figures(connection: Connection, viewer: User, now: datetime, zone: tzinfo | None) -> HomeFigures:
    """Count what `viewer` may see; days begin at midnight in `zone`, None: the machine's own."""
    may = viewer.may
    return HomeFigures(
        cases=_cases(connection, viewer, _days(now, zone)) if may(Permission.VIEW_CASES) else None,
        declarations=_declarations(connection, viewer) if may(Permission.DECIDE_DECLARATIONS) else None,
        refused_uses=count_refused(connection) if may(Permission.DECIDE_CERTIFICATES) else None,
        waiting_proposals=count_waiting(connection, now, not_by=viewer.user_id)
        if may(Permission.APPROVE)
        else None,
        ending_listings=_ending(connection, now) if may(Permission.VIEW_SUBJECTS) else None,
        devices=_devices(connection, viewer, now) if may(Permission.VIEW_DEVICES) else None,
    )


def _days(now: datetime, zone: tzinfo | None) -> tuple[datetime, ...]:
    """Return the beginnings of the days and the end of the last one."""
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return tuple(today + timedelta(days=day) for day in range(1 - DAYS, 2))


def _cases(connection: Connection, viewer: User, days: tuple[datetime, ...]) -> CaseFigures:
    own = _own_alerts(viewer)
    waiting = select(func.count()).where(alerts.c.status == CaseStatus.OPEN, own)
    # One walk along the index by time, whatever else the store holds.
    counts = [
        func.count().filter(and_(alerts.c.raised_at >= begin, alerts.c.raised_at < end))
        for begin, end in pairwise(days)
    ]
    row = connection.execute(select(*counts).where(alerts.c.raised_at >= days[0], own)).one()
    return CaseFigures(int(connection.scalar(waiting) or 0), tuple(zip(days, row, strict=False)))


def _declarations(connection: Connection, viewer: User) -> DeclarationFigures:
    mine = WorkFilter(is_waiting=True, assigned_to=viewer.user_id)
    return DeclarationFigures(
        count_work(connection, WorkFilter(is_waiting=True)), count_work(connection, mine)
    )


def _own_alerts(viewer: User) -> ColumnElement[bool]:
    if viewer.sites is None:
        return true()
    own = select(devices.c.device_id).where(devices.c.site_id.in_(sorted(viewer.sites)))
    return alerts.c.device_id.in_(own)


def _ending(connection: Connection, now: datetime) -> int:
    ends = and_(subjects.c.expires_at > now, subjects.c.expires_at <= now + ENDING_WITHIN)
    query = select(func.count()).where(ends, subjects.c.removed_at.is_(None))
    return int(connection.scalar(query) or 0)


def _devices(connection: Connection, viewer: User, now: datetime) -> DeviceFigures:
    sites = site_counts(connection, now, sites=viewer.sites)
    offline = DeviceQuery(sites=viewer.sites, state=DeviceState.OFFLINE)
    return DeviceFigures(
        all=sum(site.devices for site in sites),
        online=sum(site.online for site in sites),
        offline=count_devices(connection, offline, now),
        troubled=sum(site.troubled for site in sites),
        longest_queue=max((site.longest_queue for site in sites), default=0),
    )
