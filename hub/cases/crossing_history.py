"""How often a listed subject has crossed, by what people confirmed; no sighting counts by itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, and_, or_, select

from hub.cases.tables import alerts, decisions, frequent_crossers
from hub.cases.values import CaseDetail
from hub.fleet.tables import devices
from sync.messages import Answer

WINDOWS_HOURS = (24, 7 * 24, 30 * 24)
NEWEST = 200
"""Crossings that are listed one by one."""


@dataclass(frozen=True, slots=True)
class CrossingCount:
    """Confirmed crossings within a sliding window."""

    within_hours: int
    crossings: int
    entries: int
    exits: int


@dataclass(frozen=True, slots=True)
class ConfirmedCrossing:
    """One crossing that a person confirmed."""

    crossing_id: str
    case_id: str
    site_id: str
    lane_id: str
    direction: str
    """``in``, ``out`` or empty."""
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class FrequentCrossing:
    """A rule that is fulfilled and was not taken back."""

    rule: str
    crossings: int
    entries: int
    exits: int
    within_hours: int
    noted_at: datetime


@dataclass(frozen=True, slots=True)
class CrossingHistory:
    """All crossings of one subject, at every checkpoint."""

    counts: tuple[CrossingCount, ...]
    newest: tuple[ConfirmedCrossing, ...]
    """Of the last 30 days, newest first; at most `NEWEST`."""
    frequent: tuple[FrequentCrossing, ...]


def crossing_history(connection: Connection, list_id: str, subject_id: str, now: datetime) -> CrossingHistory:
    """Collect the last 30 days; exercises do not count."""
    since = now - timedelta(hours=WINDOWS_HOURS[-1])
    crossings = _confirmed(connection, list_id, subject_id, since, now)
    counts = tuple(_count(crossings, hours, now) for hours in WINDOWS_HOURS)
    frequent = _frequent(connection, list_id, subject_id, since)
    return CrossingHistory(counts, crossings[:NEWEST], frequent)


def _count(crossings: Iterable[ConfirmedCrossing], hours: int, now: datetime) -> CrossingCount:
    ways = [c.direction for c in crossings if c.seen_at > now - timedelta(hours=hours)]
    return CrossingCount(hours, len(ways), ways.count("in"), ways.count("out"))


def _confirmed(
    connection: Connection, list_id: str, subject_id: str, since: datetime, now: datetime
) -> tuple[ConfirmedCrossing, ...]:
    """Crossings whose newest answer is "same", newest first, each once however many alerts it had."""
    query = (
        select(alerts, devices.c.site_id, decisions.c.answer)
        .join(devices, devices.c.device_id == alerts.c.device_id)
        .join(
            decisions,
            and_(
                decisions.c.alert_id == alerts.c.alert_id,
                or_(decisions.c.device_id.is_(None), decisions.c.device_id == alerts.c.device_id),
            ),
        )
        .where(alerts.c.list_id == list_id, alerts.c.subject_id == subject_id, alerts.c.is_test.is_(False))
        .where(alerts.c.first_seen_at > since, alerts.c.first_seen_at <= now)
        .order_by(alerts.c.first_seen_at.desc(), decisions.c.decided_at, decisions.c.decision_id)
    )
    newest = {row.alert_id: row for row in connection.execute(query)}
    confirmed = [row for row in newest.values() if row.answer == Answer.SAME]
    by_crossing = {(row.device_id, row.crossing_id): _crossing(row) for row in confirmed}
    return tuple(by_crossing.values())


def _crossing(row: Row[tuple[object, ...]]) -> ConfirmedCrossing:
    return ConfirmedCrossing(
        row.crossing_id, row.alert_id, row.site_id, row.lane_id, row.direction, row.first_seen_at
    )


def _frequent(
    connection: Connection, list_id: str, subject_id: str, since: datetime
) -> tuple[FrequentCrossing, ...]:
    table = frequent_crossers
    query = (
        select(*(table.c[name] for name in FrequentCrossing.__dataclass_fields__))
        .where(table.c.list_id == list_id, table.c.subject_id == subject_id)
        .where(table.c.is_withdrawn.is_(False), table.c.noted_at > since)
        .order_by(table.c.noted_at.desc())
    )
    return tuple(FrequentCrossing(*row) for row in connection.execute(query))


def crossings_of_case(connection: Connection, detail: CaseDetail, now: datetime) -> CrossingHistory | None:
    """Return the history of a case's subject; None for a viewer who must not know yet who it is."""
    if detail.is_blind or detail.subject is None:
        return None
    return crossing_history(connection, detail.summary.list_id, detail.subject.subject_id, now)
