"""How a device was: one sample per five minutes, kept for a week."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, select

from hub.fleet.tables import health_samples
from hub.store.insertion import insert_or_update
from sync.messages import Health

SLOT = timedelta(minutes=5)
KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class HealthSample:
    """The worst a device said of itself within one slot."""

    slot_at: datetime
    """Beginning of the slot."""
    queue_depth: int
    frame_age_p95_ms: float | None
    warnings: int
    """How many."""
    is_degraded: bool


def slot_of(at: datetime) -> datetime:
    """Beginning of the slot that a time lies in."""
    seconds = int(at.timestamp()) // int(SLOT.total_seconds()) * int(SLOT.total_seconds())
    return datetime.fromtimestamp(seconds, UTC)


def note_health(connection: Connection, device_id: str, body: Health, now: datetime) -> None:
    """Put a report into its slot; one that is older than what is kept, or from the future, is dropped."""
    if not now - KEPT < body.measured_at < now + SLOT:
        return
    slot_at = slot_of(body.measured_at)
    is_this = (health_samples.c.device_id == device_id) & (health_samples.c.slot_at == slot_at)
    before = connection.execute(select(health_samples).where(is_this)).first()
    row = {
        "device_id": device_id,
        "slot_at": slot_at,
        "queue_depth": max(body.queue_depth, before.queue_depth if before else 0),
        "frame_age_p95_ms": _worst(body.frame_age_p95_ms, before.frame_age_p95_ms if before else None),
        "warnings": max(len(body.warnings), before.warnings if before else 0),
        "is_degraded": body.is_degraded or bool(before and before.is_degraded),
    }
    insert_or_update(connection, health_samples, row, ("device_id", "slot_at"))


def history(connection: Connection, device_id: str, since: datetime) -> tuple[HealthSample, ...]:
    """Return a device's samples from `since` on, the oldest first; slots without a report are missing."""
    table = health_samples.c
    query = (
        select(table.slot_at, table.queue_depth, table.frame_age_p95_ms, table.warnings, table.is_degraded)
        .where(table.device_id == device_id, table.slot_at >= since)
        .order_by(table.slot_at)
    )
    return tuple(HealthSample(*row) for row in connection.execute(query))


def prune_health(connection: Connection, now: datetime) -> int:
    """Forget what is older than a week; returns how many samples went."""
    return connection.execute(delete(health_samples).where(health_samples.c.slot_at < now - KEPT)).rowcount


def _worst(one: float | None, other: float | None) -> float | None:
    return max((value for value in (one, other) if value is not None), default=None)
