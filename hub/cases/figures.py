"""The statistics of cases, read from the counts by day: the same at a hundred alerts and at a million."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, Connection, Select, cast, func, select

from hub.cases.intervals import Agreement, Share, agreement_of, poisson_interval
from hub.cases.tables import answer_times, case_days
from hub.cases.tally import BANDS, percentile
from hub.errors import FieldProblem, InvalidInputError
from hub.fleet.tables import devices
from hub.people.access import User
from hub.people.site_bounds import at_own_sites
from sync.messages import Answer

MOST_DAYS = 366
DEFAULT_DAYS = 30
MOST_ROWS = 200
"""Lanes or lists in one table; what has fewest alerts is left out."""
_ANSWERS = {answer.value: answer.value.replace("-", "_") for answer in Answer}
_PAIRS = {
    (guard, other): f"{column}_{second}"
    for guard, column in _ANSWERS.items()
    for other, second in _ANSWERS.items()
}
"""Column by the guard's and the supervisor's first answers."""
_OF_PART = ("alerts", "same", "not_same", "unsure")
_COUNTED = (*_OF_PART, "allowed_micro", *_PAIRS.values())
Key = TypeVar("Key")
Counts = Mapping[str, int]
"""By the names of `_COUNTED`."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Sums of one lane, list and band."""

    lane: str
    list_id: str
    band: str
    counts: tuple[int, ...]
    """In the order of `_COUNTED`."""


@dataclass(frozen=True, slots=True)
class Period:
    """Calendar days, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if not 0 <= (self.last - self.first).days < MOST_DAYS:
            problem = f"{self.first} to {self.last} is not 1 to {MOST_DAYS} days"
            raise InvalidInputError(FieldProblem("/first", "not-a-period", problem))

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Scope:
    """What is counted."""

    period: Period
    site_id: str = ""
    lane_id: str = ""
    list_id: str = ""


@dataclass(frozen=True, slots=True)
class DayCount:
    """Alerts of one day."""

    day: date
    alerts: int


@dataclass(frozen=True, slots=True)
class Part:
    """Alerts and answers of one lane, list, band or group; the newest answer of a case counts."""

    name: str
    alerts: int
    same: int
    not_same: int
    unsure: int

    @property
    def precision(self) -> Share:
        """Confirmed among answered."""
        return Share(self.same, self.same + self.not_same + self.unsure)


@dataclass(frozen=True, slots=True)
class Budget:
    """False alarms of one lane and list against what was set for them."""

    lane: str
    list_id: str
    allowed: float
    """Over the period: the lane's number for a day times its days."""
    observed: int
    """Cases whose newest answer is "not the same person"."""
    low: float
    high: float
    is_over: bool
    """More than allowed, and more than chance explains."""


@dataclass(frozen=True, slots=True)
class AnswerTime:
    """How long the first answers of a role took on a lane, in seconds; within 2.5 %."""

    lane: str
    role: str
    answers: int
    median_s: float | None
    p95_s: float | None


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """Everything the statistics page shows; exercises are counted nowhere in it."""

    scope: Scope
    total: Part
    by_day: tuple[DayCount, ...]
    by_lane: tuple[Part, ...]
    by_list: tuple[Part, ...]
    by_band: tuple[Part, ...]
    by_group: tuple[Part, ...]
    """Empty unless the hub's settings allow it."""
    budgets: tuple[Budget, ...]
    times: tuple[AnswerTime, ...]
    agreement: Agreement


def period_until(last: date, days: int = DEFAULT_DAYS) -> Period:
    """Make the period of so many days that ends with `last`."""
    return Period(last - timedelta(days=days - 1), last)


def local_day(now: datetime, zone: str) -> date:
    """Today's calendar day of a zone."""
    return now.astimezone(ZoneInfo(zone)).date()


def figures(connection: Connection, scope: Scope, *, viewer: User, with_groups: bool = False) -> CaseFigures:
    """Read every figure of a scope, limited to the viewer's sites."""
    cells = _cells(connection, scope, viewer)
    total = _added(cells, lambda _: "").get("", dict.fromkeys(_COUNTED, 0))
    by_band = _parts(_added(cells, lambda cell: cell.band))
    return CaseFigures(
        scope=scope,
        total=_part("", total),
        by_day=_by_day(connection, scope, viewer),
        by_lane=_parts(_added(cells, lambda cell: cell.lane)),
        by_list=_parts(_added(cells, lambda cell: cell.list_id)),
        by_band=tuple(sorted(by_band, key=lambda part: BANDS.index(part.name))),
        by_group=_groups(connection, scope, viewer) if with_groups else (),
        budgets=_budgets(_added(cells, lambda cell: (cell.lane, cell.list_id)), scope.period.days),
        times=_times(connection, scope, viewer),
        agreement=agreement_of({pair: total[name] for pair, name in _PAIRS.items()}),
    )


def _cells(connection: Connection, scope: Scope, viewer: User) -> list[Cell]:
    """Add the scope up by lane, list and band: one pass over its days, from which all else is added."""
    place = (devices.c.site_id, case_days.c.lane_id, case_days.c.list_id, case_days.c.band)
    query = select(*place, *(_sum(name) for name in _COUNTED)).select_from(case_days).group_by(*place)
    return [
        Cell(f"{site_id} · {lane_id}", list_id, band, tuple(sums))
        for site_id, lane_id, list_id, band, *sums in connection.execute(
            _in_scope(query, scope, viewer)
        ).all()
    ]


def _added(cells: Sequence[Cell], key: Callable[[Cell], Key]) -> dict[Key, Counts]:
    found: defaultdict[Key, list[tuple[int, ...]]] = defaultdict(list)
    for cell in cells:
        found[key(cell)].append(cell.counts)
    return {
        one: dict(zip(_COUNTED, map(sum, zip(*rows, strict=True)), strict=True))
        for one, rows in found.items()
    }


def _in_scope(query: Select[*tuple[Any, ...]], scope: Scope, viewer: User) -> Select[*tuple[Any, ...]]:
    day = case_days.c
    query = query.join(devices, devices.c.device_id == _by_days_first(day.device_id)).where(
        day.day >= scope.period.first.isoformat(),
        day.day <= scope.period.last.isoformat(),
        day.is_test.is_(False),
        at_own_sites(viewer, devices.c.site_id),
    )
    chosen = ((devices.c.site_id, scope.site_id), (day.lane_id, scope.lane_id), (day.list_id, scope.list_id))
    return query.where(*(column == wanted for column, wanted in chosen if wanted))


def _by_days_first(device_id: ColumnElement[str]) -> ColumnElement[str]:
    # As an expression it has no index: else SQLite goes through all the years of each device in turn.
    return device_id + ""


def _sum(name: str) -> ColumnElement[int]:
    # PostgreSQL adds 64-bit counts into a numeric, which takes its time to read.
    return cast(func.coalesce(func.sum(case_days.c[name]), 0), BigInteger).label(name)


def _by_day(connection: Connection, scope: Scope, viewer: User) -> tuple[DayCount, ...]:
    query = select(case_days.c.day, _sum("alerts")).group_by(case_days.c.day)
    found = {row.day: row.alerts for row in connection.execute(_in_scope(query, scope, viewer))}
    days = (scope.period.first + timedelta(days=number) for number in range(scope.period.days))
    return tuple(DayCount(day, found.get(day.isoformat(), 0)) for day in days)


def _parts(sums: Mapping[str, Counts]) -> tuple[Part, ...]:
    parts = (_part(one, counts) for one, counts in sums.items())
    return tuple(sorted(parts, key=lambda part: (-part.alerts, part.name))[:MOST_ROWS])


def _groups(connection: Connection, scope: Scope, viewer: User) -> tuple[Part, ...]:
    name = case_days.c.grouping
    query = select(name.label("name"), *(_sum(one) for one in _OF_PART)).select_from(case_days)
    query = query.group_by(name).order_by(func.sum(case_days.c.alerts).desc(), name).limit(MOST_ROWS)
    rows = connection.execute(_in_scope(query, scope, viewer)).mappings()
    return tuple(_part(row["name"], {one: row[one] for one in _OF_PART}) for row in rows)


def _part(name: str, counts: Counts) -> Part:
    return Part(name, *(counts[one] for one in _OF_PART))


def _budgets(sums: Mapping[tuple[str, str], Counts], days: int) -> tuple[Budget, ...]:
    found = [_budget(lane, list_id, sums[lane, list_id], days) for lane, list_id in sorted(sums)]
    return tuple(sorted(found, key=lambda one: (not one.is_over, -one.observed))[:MOST_ROWS])


def _budget(lane: str, list_id: str, counts: Counts, days: int) -> Budget:
    """Each alert carries the number that was in force; their mean stands for the days without any."""
    allowed = days * counts["allowed_micro"] / counts["alerts"] / 1_000_000
    observed = counts["not_same"]
    low, high = poisson_interval(observed)
    return Budget(lane, list_id, allowed, observed, low, high, is_over=low > allowed)


def _times(connection: Connection, scope: Scope, viewer: User) -> tuple[AnswerTime, ...]:
    table = answer_times.c
    place = (devices.c.site_id, table.lane_id, table.role, table.bucket)
    query = (
        select(*place, func.sum(table.answers).label("answers"))
        .join(devices, devices.c.device_id == _by_days_first(table.device_id))
        .where(table.day >= scope.period.first.isoformat(), table.day <= scope.period.last.isoformat())
        .where(at_own_sites(viewer, devices.c.site_id))
        .group_by(*place)
    )
    chosen = ((devices.c.site_id, scope.site_id), (table.lane_id, scope.lane_id))
    found: dict[tuple[str, str], Counter[int]] = {}
    for row in connection.execute(query.where(*(column == wanted for column, wanted in chosen if wanted))):
        times = found.setdefault((f"{row.site_id} · {row.lane_id}", row.role), Counter())
        times[row.bucket] += int(row.answers)
    rows = (_answer_time(lane, role, times) for (lane, role), times in sorted(found.items()))
    return tuple(rows)[: 2 * MOST_ROWS]


def _answer_time(lane: str, role: str, times: Mapping[int, int]) -> AnswerTime:
    median, p95 = (_seconds(percentile(times, share)) for share in (0.5, 0.95))
    return AnswerTime(lane, role, sum(times.values()), median, p95)


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()
