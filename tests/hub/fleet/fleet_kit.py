"""Fleets for tests: devices on lanes of sites, and what they report."""

from datetime import datetime, timedelta

from sqlalchemy import update

from hub.bootstrap import Services
from hub.fleet.devices import DeviceIdentity, register_device
from hub.fleet.tables import devices
from hub.store.database import writing
from sync.messages import CommandAnswered, CommandState, Health


def add_device(services: Services, device_id: str, place: str = "alat/lane-1", **facts: object) -> None:
    """Register a device on ``site/lane`` and give it the state it last reported."""
    site_id, _, lane_id = place.partition("/")
    with writing(services.engine) as connection:
        identity = DeviceIdentity(device_id, site_id, lane_id)
        register_device(connection, identity, token=services.new_token(), actor="test", now=services.clock())
    set_facts(services, device_id, **facts)


def set_facts(services: Services, device_id: str, **facts: object) -> None:
    """Change what a device last reported."""
    if facts:
        with writing(services.engine) as connection:
            connection.execute(update(devices).where(devices.c.device_id == device_id).values(**facts))


def online(now: datetime) -> dict[str, object]:
    """Facts of a device that was heard a moment ago."""
    return {"is_online": True, "last_seen_at": now - timedelta(seconds=5), "state_at": now}


def health(at: datetime, queue_depth: int = 0, **changed: object) -> Health:
    """Make a report."""
    facts: dict[str, object] = {
        "version": "1",
        "pack": "p",
        "provider": "cpu",
        "is_degraded": False,
        "warnings": (),
        "frames": 10,
        "dropped": 0,
        "frame_age_p95_ms": 40.0,
        "tracks": 0,
        "searches": 0,
        "alerts": 0,
        "watchlist_versions": {},
    }
    return Health(**(facts | changed), queue_depth=queue_depth, measured_at=at)  # type: ignore[arg-type]


def answered(command_id: str, state: CommandState, reason: str = "", *, at: datetime) -> CommandAnswered:
    """Make a device's answer."""
    return CommandAnswered(command_id=command_id, name="use-pack", state=state, reason=reason, answered_at=at)
