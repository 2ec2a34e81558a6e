"""Which other listed people are met again and again beside a subject, by crossings that people confirmed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, or_, select

from hub.cases.crossing_history import ConfirmedCrossing
from hub.cases.tables import alerts, decisions
from hub.fleet.tables import devices
from hub.store.database import hub_epoch
from sync.messages import Answer

BESIDE = timedelta(seconds=60)
"""Same lane, so close in time."""
MIN_TIMES, MIN_DAYS = 3, 3
LOOKED_THROUGH = 200
"""Newest crossings of the subject."""


class Meeting(NamedTuple):
    """Another listed person confirmed beside the subject."""

    companion: str
    met_at: datetime
    """When the subject crossed; one crossing counts once."""


@dataclass(frozen=True, slots=True)
class CoTraveller:
    """Somebody met beside the subject; a pseudonym, for nothing says that they know each other."""

    pseudonym: str
    times: int
    days: int
    last_at: datetime


def co_travellers(
    connection: Connection, list_id: str, subject_id: str, crossings: Sequence[ConfirmedCrossing]
) -> tuple[CoTraveller, ...]:
    """Find who was confirmed beside the subject on 3 occasions over 3 days or more."""
    meetings = [
        Meeting(f"{row.list_id}\n{row.subject_id}", crossing.seen_at)
        for crossing in crossings[:LOOKED_THROUGH]
        for row in connection.execute(_beside(crossing, list_id, subject_id))
    ]
    return often_met(meetings, salt=hub_epoch(connection)) if meetings else ()


def often_met(meetings: Iterable[Meeting], *, salt: str) -> tuple[CoTraveller, ...]:
    """Pick companions met often enough, most often first; `salt` makes their pseudonyms this hub's own."""
    met: dict[str, set[datetime]] = {}
    for companion, at in meetings:
        met.setdefault(companion, set()).add(at)
    found = [
        CoTraveller(pseudonym(companion, salt), len(times), len({at.date() for at in times}), max(times))
        for companion, times in met.items()
    ]
    often = (one for one in found if one.times >= MIN_TIMES and one.days >= MIN_DAYS)
    return tuple(sorted(often, key=lambda one: (-one.times, one.pseudonym)))


def pseudonym(companion: str, salt: str) -> str:
    """Name a companion without naming anybody: the same one twice, and at another hub another one."""
    return f"P-{blake2b(companion.encode(), key=salt.encode()[:64], digest_size=4).hexdigest().upper()}"


def _beside(crossing: ConfirmedCrossing, list_id: str, subject_id: str) -> Select[str, str]:
    newest = (
        select(decisions.c.answer)
        .where(decisions.c.alert_id == alerts.c.alert_id, _counts())
        .order_by(decisions.c.decided_at.desc(), decisions.c.decision_id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(alerts.c.list_id, alerts.c.subject_id)
        .join(devices, devices.c.device_id == alerts.c.device_id)
        .where(devices.c.site_id == crossing.site_id, alerts.c.lane_id == crossing.lane_id)
        .where(alerts.c.first_seen_at >= crossing.seen_at - BESIDE)
        .where(alerts.c.first_seen_at <= crossing.seen_at + BESIDE)
        .where(or_(alerts.c.list_id != list_id, alerts.c.subject_id != subject_id))
        .where(alerts.c.is_test.is_(False), newest == Answer.SAME.value)
        .distinct()
    )


def _counts() -> ColumnElement[bool]:
    return or_(decisions.c.device_id.is_(None), decisions.c.device_id == alerts.c.device_id)
