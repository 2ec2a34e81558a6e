"""Devices: registration, tokens, and what each one last said of itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, select, update

from hub.errors import ConflictError, FieldProblem, InvalidInputError, NotFoundError
from hub.fleet.places import note_place
from hub.fleet.staleness import DeviceWatchlist, watchlists_of
from hub.fleet.tables import devices
from hub.people.access import token_hash
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
    frame_age_p95_ms: float | None = None
    """Age of the frames when they were searched, 95th percentile; None: not reported."""
    frames: int = 0
    """Searched for faces since the device's software was started."""
    dropped: int = 0
    """Frames that gave way to newer ones."""


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


def list_devices(
    connection: Connection, now: datetime, *, sites: frozenset[str] | None = None
) -> tuple[DeviceSummary, ...]:
    """Every device of `sites` (None: of all) by site and lane."""
    query = select(devices).order_by(devices.c.site_id, devices.c.lane_id, devices.c.device_id)
    if sites is not None:
        query = query.where(devices.c.site_id.in_(sorted(sites)))
    return summaries(connection, connection.execute(query).all(), now)


def device(
    connection: Connection, device_id: str, now: datetime, *, sites: frozenset[str] | None = None
) -> DeviceSummary:
    """One device of `sites` (None: of all); raises `NotFoundError`."""
    row = connection.execute(select(devices).where(devices.c.device_id == device_id)).first()
    if row is None or (sites is not None and row.site_id not in sites):
        raise NotFoundError("device", device_id)
    return summaries(connection, [row], now)[0]


def summaries(
    connection: Connection, rows: Sequence[Row[tuple[object, ...]]], now: datetime
) -> tuple[DeviceSummary, ...]:
    """Rows of the devices' table with the lists that each device searches."""
    applied = watchlists_of(connection, [row.device_id for row in rows], now)
    return tuple(_summary(row, applied.get(row.device_id, ()), now) for row in rows)


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
        frame_age_p95_ms=row.frame_age_p95_ms,
        frames=row.frames,
        dropped=row.dropped,
        health_at=row.health_at,
        watchlists=applied,
    )
