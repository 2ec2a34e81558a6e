"""Reads what assessments came to: channels, times, the random share, profiles; from kept counts."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from sqlalchemy import Connection, func, select

from hub.cases.figures import Period
from hub.cases.intervals import Share
from hub.cases.tally import percentile, seconds_of
from hub.declarations.assessing.counting import AFTER, BEFORE, REJECTED, UNKNOWN, Fate, Measure
from hub.declarations.assessing.evidence import Channel
from hub.declarations.assessing.tables import assessment_counts

STEPS_S = (1, 10, 60, 600, 3600, 86_400)
"""Ends of the bars of the distribution of times, in seconds; the last bar has no end."""


@dataclass(frozen=True, slots=True)
class ChannelDay:
    """What was decided on one day."""

    day: date
    channels: Mapping[Channel, int]
    rejected: int
    """With errors; not among `channels`."""


@dataclass(frozen=True, slots=True)
class TimeStep:
    """Decisions that took so long."""

    over_s: int
    upto_s: int | None
    """None: no end."""
    decided: int


@dataclass(frozen=True, slots=True)
class DeclarationFigures:
    """What became of declarations in a period; one that was amended counts each time it was decided."""

    period: Period
    decided: int
    rejected: int
    days: tuple[ChannelDay, ...]
    before_arrival: Share
    """Of those whose arrival was stated."""
    arrival_unknown: int
    times: tuple[TimeStep, ...]
    half_within_s: float | None
    """Seconds from submission to decision, within 2.5 %; None without any."""
    most_within_s: float | None
    """Of 95 of 100."""
    random_selected: int
    random_yield: Share
    """Of those of the random share that were inspected: where something was found."""


@dataclass(frozen=True, slots=True)
class ProfileMonth:
    """What a version of a profile did in a month."""

    month: str
    """``2026-03``."""
    matched: int
    selected: int
    found: Share
    """Of those that were inspected: where something was found."""


def declaration_figures(connection: Connection, period: Period) -> DeclarationFigures:
    """Read all figures of a period."""
    counts = _counts(connection, period)
    channels = _sums(counts, Measure.CHANNEL)
    arrival, random = _sums(counts, Measure.ARRIVAL), _sums(counts, Measure.RANDOM)
    times = Counter({int(bucket): count for bucket, count in _sums(counts, Measure.DECISION_TIME).items()})
    return DeclarationFigures(
        period=period,
        decided=channels.total() - channels[REJECTED],
        rejected=channels[REJECTED],
        days=tuple(_day(period.first + timedelta(days=at), counts) for at in range(period.days)),
        before_arrival=Share(arrival[BEFORE], arrival[BEFORE] + arrival[AFTER]),
        arrival_unknown=arrival[UNKNOWN],
        times=_steps(times),
        half_within_s=_seconds(percentile(times, 0.5)),
        most_within_s=_seconds(percentile(times, 0.95)),
        random_selected=random[Fate.SELECTED],
        random_yield=Share(random[Fate.FOUND], random[Fate.INSPECTED]),
    )


def profile_months(connection: Connection, since: date) -> Mapping[str, tuple[ProfileMonth, ...]]:
    """Read what profiles did since the month of a day: by label (`profile_label`), the newest month first."""
    columns = assessment_counts.c
    month = func.substr(columns.day, 1, 7).label("month")
    query = (
        select(columns.label, month, columns.measure, func.sum(columns.counted))
        .where(columns.day >= since.replace(day=1).isoformat(), columns.measure.in_(_OF_PROFILES))
        .group_by(columns.label, month, columns.measure)
    )
    found: dict[str, dict[str, Counter[str]]] = {}
    for label, at, measure, count in connection.execute(query):
        found.setdefault(label, {}).setdefault(at, Counter())[measure] = int(count)
    return {
        label: tuple(_month(at, months[at]) for at in sorted(months, reverse=True))
        for label, months in found.items()
    }


_OF_PROFILES = (
    Measure.PROFILE_MATCHED,
    Measure.PROFILE_SELECTED,
    Measure.PROFILE_INSPECTED,
    Measure.PROFILE_FOUND,
)
_Counts = Mapping[tuple[str, str, str], int]


def _month(month: str, counts: Counter[str]) -> ProfileMonth:
    return ProfileMonth(
        month,
        counts[Measure.PROFILE_MATCHED],
        counts[Measure.PROFILE_SELECTED],
        Share(counts[Measure.PROFILE_FOUND], counts[Measure.PROFILE_INSPECTED]),
    )


def _counts(connection: Connection, period: Period) -> _Counts:
    columns = assessment_counts.c
    keys = (columns.day, columns.measure, columns.label)
    days = columns.day.between(period.first.isoformat(), period.last.isoformat())
    query = select(*keys, func.sum(columns.counted)).where(days, columns.measure.not_in(_OF_PROFILES))
    return {
        (day, measure, label): int(count)
        for day, measure, label, count in connection.execute(query.group_by(*keys))
    }


def _sums(counts: _Counts, wanted: Measure) -> Counter[str]:
    sums: Counter[str] = Counter()
    for (_, measure, label), count in counts.items():
        if measure == wanted:
            sums[label] += count
    return sums


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()


def _day(day: date, counts: _Counts) -> ChannelDay:
    def counted(label: str) -> int:
        return counts.get((day.isoformat(), Measure.CHANNEL, label), 0)

    return ChannelDay(day, {channel: counted(channel) for channel in Channel}, counted(REJECTED))


def _steps(times: Counter[int]) -> tuple[TimeStep, ...]:
    ends = (0, *STEPS_S, None)
    return tuple(TimeStep(over or 0, upto, _between(times, over or 0, upto)) for over, upto in pairwise(ends))


def _between(times: Counter[int], over: int, upto: int | None) -> int:
    return sum(
        count
        for bucket, count in times.items()
        if over < seconds_of(bucket) and (upto is None or seconds_of(bucket) <= upto)
    )
