"""On what terms a sender's declarations are taken: suspension, sandbox and daily quota."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, bindparam, select

from hub.carriers.counting import Measure, add_counts, month_of
from hub.carriers.tables import carrier_days, carriers
from hub.errors import LimitReachedError, NotAdmittedError
from hub.machines.tokens import ACTOR_PREFIX
from hub.store.insertion import insert_or_add


class Terms(msgspec.Struct, frozen=True):
    """A sender's terms."""

    client_id: str = ""
    """Of a carrier; empty: nobody counts what the sender sends."""
    daily_quota: int | None = None
    is_sandbox: bool = False


FREE = Terms()
_TERMS = select(
    carriers.c.daily_quota, carriers.c.is_sandbox, carriers.c.suspended_at, carriers.c.suspended_reason
).where(carriers.c.client_id == bindparam("client_id"))


def terms_of(connection: Connection, sender_id: str) -> Terms:
    """Look a sender's terms up; raises `NotAdmittedError` when the carrier is suspended."""
    client_id = sender_id.removeprefix(ACTOR_PREFIX)
    if client_id == sender_id:
        return FREE
    row = connection.execute(_TERMS, {"client_id": client_id}).first()
    if row is None:
        return FREE
    if row.suspended_at is not None:
        detail = f"the carrier is suspended since {row.suspended_at.isoformat()}: {row.suspended_reason}"
        raise NotAdmittedError("carrier-suspended", detail)
    return Terms(client_id, row.daily_quota, row.is_sandbox)


def count_declared(connection: Connection, terms: Terms, new: int, now: datetime, zone: str) -> None:
    """Count new declarations of a day; the caller holds the sender's lock and rolls back when it raises.

    Raises `LimitReachedError` when they are more than the quota leaves: then none of them is taken.
    """
    if not terms.client_id or not new:
        return
    day = now.astimezone(ZoneInfo(zone)).date().isoformat()
    is_today = (carrier_days.c.client_id == terms.client_id) & (carrier_days.c.day == day)
    before = connection.scalar(select(carrier_days.c.declared).where(is_today)) or 0
    if terms.daily_quota is not None and before + new > terms.daily_quota:
        raise _limit_reached(terms.daily_quota, before, new, now, zone)
    row = {"client_id": terms.client_id, "day": day, "declared": new}
    insert_or_add(connection, carrier_days, row, ("client_id", "day"))


def count_intake(
    connection: Connection, terms: Terms, counts: Mapping[Measure, int], now: datetime, zone: str
) -> None:
    """Add to a carrier's month what became of what it has sent."""
    if terms.client_id:
        counted = {(measure, ""): number for measure, number in counts.items()}
        add_counts(connection, month_of(now, zone), {terms.client_id: counted})


def declared_on(connection: Connection, client_id: str, now: datetime, zone: str) -> int:
    """Return how many new declarations a carrier has sent today."""
    day = now.astimezone(ZoneInfo(zone)).date().isoformat()
    is_today = (carrier_days.c.client_id == client_id) & (carrier_days.c.day == day)
    return int(connection.scalar(select(carrier_days.c.declared).where(is_today)) or 0)


def next_day(now: datetime, zone: str) -> datetime:
    """When the next calendar day of a zone begins, in UTC."""
    tomorrow = now.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), ZoneInfo(zone)).astimezone(UTC)


def _limit_reached(quota: int, before: int, new: int, now: datetime, zone: str) -> LimitReachedError:
    resets_at = next_day(now, zone)
    detail = (
        f"{quota} new declarations are taken in a day, {before} were, {new} more do not fit; "
        f"the next day begins at {resets_at.isoformat()}"
    )
    return LimitReachedError("daily-quota", detail, resets_at, now)
