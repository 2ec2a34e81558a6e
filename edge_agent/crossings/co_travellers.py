"""Pure: who is met again and again beside a confirmed subject; nobody else's company is looked at."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

BESIDE = timedelta(seconds=60)
"""Same lane, so close in time."""
MIN_TIMES = 3
MIN_DAYS = 3

Companion = TypeVar("Companion")


@dataclass(frozen=True, slots=True)
class Company:
    """How often, and on how many days (UTC), two were met together."""

    times: int
    days: int


def are_beside(first: tuple[datetime, datetime], second: tuple[datetime, datetime]) -> bool:
    """Whether two stays (begin, end) at a lane lie no more than a minute apart."""
    return second[0] - first[1] <= BESIDE and first[0] - second[1] <= BESIDE


def co_travellers(meetings: Iterable[tuple[Companion, str, date]]) -> Mapping[Companion, Company]:
    """Pick the companions met in 3 crossings on 3 days or more.

    `meetings` are companion, crossing id and day; a crossing counts once.
    """
    met: dict[Companion, dict[str, date]] = {}
    for companion, crossing_id, day in meetings:
        met.setdefault(companion, {}).setdefault(crossing_id, day)
    company = {c: Company(len(days), len(set(days.values()))) for c, days in met.items()}
    return {c: found for c, found in company.items() if found.times >= MIN_TIMES and found.days >= MIN_DAYS}
