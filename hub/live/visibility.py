"""Which changes a viewer may learn of: by permission, its own, and by site where it is bound to some."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from hub.cases.tables import alerts
from hub.fleet.tables import devices
from hub.live.kinds import ChangeKind, kinds_for, own_kinds_for
from hub.people.access import User
from hub.store.notify import Change

_EVERYWHERE = frozenset({ChangeKind.WATCHLIST, ChangeKind.DECLARATION})
"""Bound to no site."""


def visible(connection: Connection, changes: Sequence[Change], viewer: User) -> tuple[Change, ...]:
    """Leave out what the viewer may not see; asks the store only for somebody who is bound to sites."""
    shown = permitted(changes, viewer)
    if viewer.sites is None or not shown:
        return shown
    own = _own_devices(connection, viewer.sites, [_device_in(change) for change in shown])
    cases = [change.identifier for change in shown if change.kind == ChangeKind.CASE]
    own_cases = _own_cases(connection, viewer.sites, cases)
    return tuple(
        change
        for change in shown
        if change.kind in _EVERYWHERE
        or _device_in(change) in own
        or (change.kind == ChangeKind.CASE and change.identifier in own_cases)
    )


def permitted(changes: Sequence[Change], viewer: User) -> tuple[Change, ...]:
    """Leave out the kinds that the viewer may not learn of, and of some what is not the viewer's own."""
    allowed, own = kinds_for(viewer), own_kinds_for(viewer)
    return tuple(
        change
        for change in changes
        if change.kind in allowed or (change.kind in own and change.owner == viewer.user_id)
    )


def _device_in(change: Change) -> str:
    match change.kind:
        case ChangeKind.DEVICE:
            return change.identifier
        case ChangeKind.CONFIRMATION:
            return change.identifier.rpartition(":")[2]
        case _:
            return ""


def _own_devices(connection: Connection, sites: frozenset[str], wanted: Sequence[str]) -> frozenset[str]:
    query = select(devices.c.device_id).where(
        devices.c.device_id.in_(sorted({one for one in wanted if one})), devices.c.site_id.in_(sorted(sites))
    )
    return frozenset(connection.scalars(query))


def _own_cases(connection: Connection, sites: frozenset[str], wanted: Sequence[str]) -> frozenset[str]:
    query = (
        select(alerts.c.alert_id)
        .join(devices, devices.c.device_id == alerts.c.device_id)
        .where(alerts.c.alert_id.in_(sorted(set(wanted))), devices.c.site_id.in_(sorted(sites)))
    )
    return frozenset(connection.scalars(query))
