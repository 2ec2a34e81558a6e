"""Devices: registration, tokens, and what each one last said of itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, select, update

from hub.errors import ConflictError, FieldProblem, InvalidInputError, NotFoundError
from hub.fleet.places import note_place
from hub.fleet.tables import device_watchlists, devices
from hub.people.access import token_hash
from hub.watchlist.tables import watchlist_versions
from sync.errors import SyncError
from sync.identifiers import require_name

SILENT_AFTER = timedelta(minutes=2)
"""A device reports its health twice a minute; four missed reports are silence."""


@dataclass(frozen=True, slots=True)
class DeviceIdentity:
    """Where a device stands."""

    device_id: str
    site_id: str
    lane_id: str


@dataclass(frozen=True, slots=True)
class DeviceWatchlist:
    """Which version of a list a device searches."""

    list_id: str
    version: int | None
    """None: it has confirmed none."""
    applied_at: datetime | None
    newest_version: int | None
    """The newest one published; None: the hub has no such list's version."""
    rejected_version: int | None
    """A version the device refused after the one it applied; None: it refused none since."""
    rejected_reason: str | None

    @property
    def is_stale(self) -> bool:
        """True when a newer version is published than the device searches."""
        return self.newest_version is not None and (
            self.version is None or self.version < self.newest_version
        )


@dataclass(frozen=True, slots=True)
class DeviceSummary:
    """A device as the hub last heard of it."""

    device_id: str
    site_id: str
    lane_id: str
    is_online: bool
    """The broker has its connection."""
    is_silent: bool
    """No sign of life for `SILENT_AFTER`, whatever the broker believes."""
    is_revoked: bool
    last_seen_at: datetime | None
    version: str
    pack: str
    provider: str
    is_degraded: bool
    warnings: tuple[str, ...]
    """Codes such as ``camera-blind``."""
    queue_depth: int
    """Messages waiting on the device at its last health report."""
    health_at: datetime | None
    watchlists: tuple[DeviceWatchlist, ...]


def register_device(
    connection: Connection, device: DeviceIdentity, *, token: str, actor: str, now: datetime
) -> None:
    """Let a device in under the fresh random `token`; raises for bad names and for an id that is taken."""
    for name in DeviceIdentity.__dataclass_fields__:
        try:
            require_name(getattr(device, name), name.removesuffix("_id"))
        except SyncError as error:
            raise InvalidInputError(FieldProblem(f"/{name}", "not-a-name", str(error))) from error
    if (
        connection.scalar(select(devices.c.device_id).where(devices.c.device_id == device.device_id))
        is not None
    ):
        raise ConflictError("device-exists", f"device {device.device_id!r} is registered already")
    note_place(connection, device.site_id, device.lane_id)
    connection.execute(
        devices.insert().values(
            device_id=device.device_id,
            site_id=device.site_id,
            lane_id=device.lane_id,
            token_sha256=token_hash(token),
            registered_at=now,
            registered_by=actor,
        )
    )


def renew_token(connection: Connection, device_id: str, token: str) -> None:
    """Replace a device's token, such as after a re-installation; raises `NotFoundError`."""
    done = connection.execute(
        update(devices).where(devices.c.device_id == device_id).values(token_sha256=token_hash(token))
    )
    if done.rowcount == 0:
        raise NotFoundError("device", device_id)


def revoke_device(connection: Connection, device_id: str, now: datetime) -> None:
    """Shut a device out: its messages are quarantined, its token opens nothing; raises `NotFoundError`."""
    done = connection.execute(update(devices).where(devices.c.device_id == device_id).values(revoked_at=now))
    if done.rowcount == 0:
        raise NotFoundError("device", device_id)


def device_of_token(connection: Connection, token: str) -> DeviceIdentity | None:
    """Whose token it is; None when it is nobody's or the device is revoked."""
    row = connection.execute(
        select(devices).where(devices.c.token_sha256 == token_hash(token), devices.c.revoked_at.is_(None))
    ).first()
    return DeviceIdentity(row.device_id, row.site_id, row.lane_id) if row else None


def list_devices(connection: Connection, now: datetime) -> tuple[DeviceSummary, ...]:
    """Every device by site and lane."""
    rows = connection.execute(
        select(devices).order_by(devices.c.site_id, devices.c.lane_id, devices.c.device_id)
    )
    found = rows.all()
    applied = _watchlists(connection)
    return tuple(_summary(row, applied.get(row.device_id, ()), now) for row in found)


def device(connection: Connection, device_id: str, now: datetime) -> DeviceSummary:
    """One device; raises `NotFoundError`."""
    for summary in list_devices(connection, now):
        if summary.device_id == device_id:
            return summary
    raise NotFoundError("device", device_id)


def _summary(
    row: Row[tuple[object, ...]], applied: tuple[DeviceWatchlist, ...], now: datetime
) -> DeviceSummary:
    return DeviceSummary(
        device_id=row.device_id,
        site_id=row.site_id,
        lane_id=row.lane_id,
        is_online=row.is_online,
        is_silent=row.last_seen_at is None or now - row.last_seen_at > SILENT_AFTER,
        is_revoked=row.revoked_at is not None,
        last_seen_at=row.last_seen_at,
        version=row.version,
        pack=row.pack,
        provider=row.provider,
        is_degraded=row.is_degraded,
        warnings=tuple(row.warnings),
        queue_depth=row.queue_depth,
        health_at=row.health_at,
        watchlists=applied,
    )


def _watchlists(connection: Connection) -> dict[str, tuple[DeviceWatchlist, ...]]:
    newest: dict[str, int] = {}
    versions = select(watchlist_versions.c.list_id, watchlist_versions.c.version)
    for list_id, version in connection.execute(versions):
        newest[list_id] = max(version, newest.get(list_id, 0))
    found: dict[str, tuple[DeviceWatchlist, ...]] = {}
    query = select(device_watchlists).order_by(device_watchlists.c.device_id, device_watchlists.c.list_id)
    for row in connection.execute(query):
        one = DeviceWatchlist(
            list_id=row.list_id,
            version=row.version,
            applied_at=row.applied_at,
            newest_version=newest.get(row.list_id),
            rejected_version=row.rejected_version,
            rejected_reason=row.rejected_reason,
        )
        found[row.device_id] = (*found.get(row.device_id, ()), one)
    return found
