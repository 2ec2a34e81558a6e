"""Seeded passages: an exercise walks a listed test person through a lane; was there an alert, or not."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, select, update

from hub.cases.intervals import Share
from hub.cases.tables import alerts, seeded_passages
from hub.cases.tally import CountPolicy
from hub.errors import FieldProblem, InvalidInputError, NotFoundError
from hub.fleet.tables import devices, lanes
from hub.people.access import User
from hub.people.site_bounds import at_own_sites
from hub.watchlist.tables import subjects

WITHIN = timedelta(minutes=30)
"""How far an alert may lie from the planned time to belong to the passage."""
SETTLES_AFTER = timedelta(hours=6)
"""A lane may be without the hub for a while: only then is a passage without an alert a miss."""
MOST = 5_000


@dataclass(frozen=True, slots=True)
class NewPassage:
    """A planned passage of a listed test person."""

    passage_id: str
    site_id: str
    lane_id: str
    list_id: str
    subject_id: str
    planned_at: datetime


@dataclass(frozen=True, slots=True)
class SeededPassage:
    """A registered passage and whether it was noticed."""

    passage_id: str
    site_id: str
    lane_id: str
    list_id: str
    subject_id: str
    planned_at: datetime
    registered_by: str
    case_id: str | None
    """The alert nearest in time; None: none came."""
    is_settled: bool
    """False: an alert may still come."""


@dataclass(frozen=True, slots=True)
class HitRate:
    """Found among seeded, of one lane and shift."""

    lane: str
    shift: str
    found: Share


def register_passage(connection: Connection, new: NewPassage, *, actor: User, now: datetime) -> bool:
    """Register an exercise; False when it is registered already. Raises `InvalidInputError` by field."""
    stored = connection.scalar(
        select(seeded_passages.c.passage_id).where(seeded_passages.c.passage_id == new.passage_id)
    )
    if stored is not None:
        return False
    problems = _problems(connection, new, actor)
    if problems:
        raise InvalidInputError(*problems)
    facts = {name: getattr(new, name) for name in NewPassage.__dataclass_fields__}
    connection.execute(
        seeded_passages.insert().values(**facts, registered_by=actor.user_id, registered_at=now)
    )
    return True


def withdraw_passage(connection: Connection, passage_id: str, *, actor: User, now: datetime) -> None:
    """Take an exercise back that did not take place; raises `NotFoundError`."""
    table = seeded_passages
    is_it = (table.c.passage_id == passage_id) & table.c.withdrawn_at.is_(None)
    is_own = at_own_sites(actor, table.c.site_id)
    if connection.execute(update(table).where(is_it, is_own).values(withdrawn_at=now)).rowcount == 0:
        raise NotFoundError("passage", passage_id)


def passages(
    connection: Connection, since: datetime, until: datetime, *, viewer: User, now: datetime
) -> tuple[SeededPassage, ...]:
    """Return passages planned in a period with what came of them, newest first; at most `MOST`."""
    table = seeded_passages
    query = (
        select(*(table.c[name] for name in SeededPassage.__dataclass_fields__ if name in table.c))
        .where(table.c.planned_at >= since, table.c.planned_at < until, table.c.withdrawn_at.is_(None))
        .where(at_own_sites(viewer, table.c.site_id))
        .order_by(table.c.planned_at.desc(), table.c.passage_id)
        .limit(MOST)
    )
    found = [
        SeededPassage(**row._mapping, case_id=None, is_settled=row.planned_at + SETTLES_AFTER <= now)
        for row in connection.execute(query)
    ]
    hits = _hits(connection, since, until)
    return tuple(replace(one, case_id=hits.get(one.passage_id)) for one in found)


def hit_rates(found: tuple[SeededPassage, ...], policy: CountPolicy) -> tuple[HitRate, ...]:
    """Count what was noticed by lane and shift; passages that may still be noticed are left out."""
    counts: dict[tuple[str, str], list[bool]] = {}
    for one in found:
        if one.is_settled or one.case_id is not None:
            place = (f"{one.site_id} · {one.lane_id}", policy.shift(one.planned_at))
            counts.setdefault(place, []).append(one.case_id is not None)
    return tuple(
        HitRate(lane, shift, Share(sum(hits), len(hits))) for (lane, shift), hits in sorted(counts.items())
    )


def _hits(connection: Connection, since: datetime, until: datetime) -> Mapping[str, str]:
    """Match alerts to passages of the same subject and lane; an alert counts for the nearest one only."""
    table = seeded_passages
    query = (
        select(table.c.passage_id, table.c.planned_at, alerts.c.alert_id, alerts.c.first_seen_at)
        .join(
            alerts,
            and_(
                alerts.c.list_id == table.c.list_id,
                alerts.c.subject_id == table.c.subject_id,
                alerts.c.lane_id == table.c.lane_id,
            ),
        )
        .join(devices, and_(devices.c.device_id == alerts.c.device_id, devices.c.site_id == table.c.site_id))
        .where(table.c.planned_at >= since, table.c.planned_at < until, table.c.withdrawn_at.is_(None))
        .where(alerts.c.first_seen_at > since - WITHIN, alerts.c.first_seen_at < until + WITHIN)
    )
    pairs = sorted(
        (abs(row.first_seen_at - row.planned_at), row.passage_id, row.alert_id)
        for row in connection.execute(query)
    )
    hits: dict[str, str] = {}
    taken: set[str] = set()
    for distance, passage_id, alert_id in pairs:
        if distance <= WITHIN and passage_id not in hits and alert_id not in taken:
            hits[passage_id] = alert_id
            taken.add(alert_id)
    return hits


def _problems(connection: Connection, new: NewPassage, actor: User) -> list[FieldProblem]:
    is_lane = (lanes.c.site_id == new.site_id) & (lanes.c.lane_id == new.lane_id)
    has_lane = connection.scalar(select(lanes.c.lane_id).where(is_lane)) is not None
    is_subject = (subjects.c.subject_id == new.subject_id) & (subjects.c.list_id == new.list_id)
    has_subject = connection.scalar(select(subjects.c.subject_id).where(is_subject)) is not None
    problems = []
    if not has_lane or not actor.works_at(new.site_id):
        where = f"{new.site_id[:64]} · {new.lane_id[:64]}"
        problems.append(FieldProblem("/lane_id", "unknown", f"there is no lane {where!r}"))
    if not has_subject:
        problems.append(FieldProblem("/subject_id", "unknown", f"{new.subject_id[:64]!r} is not on the list"))
    return problems
