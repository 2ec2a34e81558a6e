"""What one alert adds to the counts: place, day, band, verdict, times. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sync.messages import Answer

GROWTH = 1.05
"""A bucket's upper end over its lower one: a time read back is within 2.5 % of what was measured."""
FIRST_S = 0.1
"""Anything quicker falls into bucket 0."""
GUARD, SUPERVISOR = "guard", "supervisor"
BANDS = ("review", "near", "clear", "far")
"""By the score above the threshold of a match: below it, less than 0.05, less than 0.10, further."""
_NEAR, _CLEAR = 0.05, 0.10


class GivenAnswer(NamedTuple):
    """One answer, as far as it is counted."""

    answer: str
    role: str
    seconds: float


@dataclass(frozen=True, slots=True)
class CountPolicy:
    """How alerts are sorted: whose calendar days, which shifts, whether by a field of the list's record."""

    zone: str = "Asia/Baku"
    shift_starts: tuple[int, ...] = (8, 20)
    """Hours at which a guard's shift begins."""
    group_by: str = ""
    """Field of the subject's record; empty: results are not told apart by group."""

    def __post_init__(self) -> None:
        if not self.shift_starts or any(not 0 <= hour < 24 for hour in self.shift_starts):
            raise ValueError(f"shifts begin at hours 0 to 23, not {self.shift_starts}")

    def day(self, at: datetime) -> str:
        """Calendar day of a time, ``2026-03-14``."""
        return at.astimezone(ZoneInfo(self.zone)).date().isoformat()

    def shift(self, at: datetime) -> str:
        """Hour at which the shift of a time began, ``08``."""
        hour = at.astimezone(ZoneInfo(self.zone)).hour
        begun = [start for start in self.shift_starts if start <= hour]
        return f"{max(begun) if begun else max(self.shift_starts):02d}"


@dataclass(frozen=True, slots=True)
class Sorting:
    """What is settled when an alert is first counted."""

    day: str
    shift: str
    grouping: str


@dataclass(frozen=True, slots=True)
class Tally:
    """An alert's share of the counts."""

    alert_id: str
    day: str
    device_id: str
    lane_id: str
    list_id: str
    band: str
    is_test: bool
    shift: str
    grouping: str
    allowed_micro: int
    """Expected false alarms a day, in millionths, so that sums are exact."""
    verdict: str
    """The newest answer, wherever given; empty: none yet."""
    guard_answer: str
    """The first one, given without knowing the other."""
    supervisor_answer: str
    guard_bucket: int | None
    supervisor_bucket: int | None


def sorting_of(policy: CountPolicy, raised_at: datetime, record: Mapping[str, object]) -> Sorting:
    """Sort a new alert; `record` is the subject's, empty when it is not known here."""
    group = str(record.get(policy.group_by, "")) if policy.group_by else ""
    return Sorting(policy.day(raised_at), policy.shift(raised_at), group[:64])


def tally_of(alert: Mapping[str, object], answers: Sequence[GivenAnswer], sorting: Sorting) -> Tally:
    """Tally an alert's row with its answers, oldest first."""
    score, threshold = float(str(alert["comparison_score"])), float(str(alert["threshold"]))
    bare = Tally(
        alert_id=str(alert["alert_id"]),
        day=sorting.day,
        device_id=str(alert["device_id"]),
        lane_id=str(alert["lane_id"]),
        list_id=str(alert["list_id"]),
        band=band_of(score, threshold),
        is_test=bool(alert["is_test"]),
        shift=sorting.shift if alert["is_test"] else "",
        grouping=sorting.grouping,
        allowed_micro=round(float(str(alert["expected_false_alarms_per_day"])) * 1_000_000),
        verdict=answers[-1].answer if answers else "",
        guard_answer="",
        supervisor_answer="",
        guard_bucket=None,
        supervisor_bucket=None,
    )
    return _with_first_answers(bare, answers)


def _with_first_answers(tally: Tally, answers: Sequence[GivenAnswer]) -> Tally:
    guard = next((one for one in answers if one.role != SUPERVISOR), None)
    supervisor = next((one for one in answers if one.role == SUPERVISOR), None)
    return replace(
        tally,
        guard_answer=guard.answer if guard else "",
        supervisor_answer=supervisor.answer if supervisor else "",
        guard_bucket=bucket_of(guard.seconds) if guard else None,
        supervisor_bucket=bucket_of(supervisor.seconds) if supervisor else None,
    )


def band_of(score: float, threshold: float) -> str:
    """Name the band of a score; rounded, so that 0.60 over 0.55 is where people expect it."""
    over = round(score - threshold, 6)
    if over < 0:
        return "review"
    return "near" if over < _NEAR else "clear" if over < _CLEAR else "far"


def bucket_of(seconds: float) -> int:
    """Return the bucket of a time to answer."""
    return 0 if seconds <= FIRST_S else 1 + int(math.log(seconds / FIRST_S) / math.log(GROWTH))


def seconds_of(bucket: int) -> float:
    """Middle of a bucket, in seconds."""
    return FIRST_S if bucket <= 0 else FIRST_S * GROWTH ** (bucket - 0.5)


def percentile(times: Mapping[int, int], share: float) -> timedelta | None:
    """Return the time within which that share of answers came; None without any. `times` is by bucket."""
    total, passed = sum(times.values()), 0
    for bucket in sorted(times):
        passed += times[bucket]
        if passed >= share * total and passed:
            return timedelta(seconds=seconds_of(bucket))
    return None


def counts_of(tally: Tally) -> dict[str, int]:
    """Return what a tally adds to its day's row, by column; only what is not 0."""
    added = {"alerts": 1, "allowed_micro": tally.allowed_micro}
    if tally.verdict:
        added[_column(tally.verdict)] = 1
    if tally.guard_answer and tally.supervisor_answer:
        added[f"{_column(tally.guard_answer)}_{_column(tally.supervisor_answer)}"] = 1
    return added


def _column(answer: str) -> str:
    return Answer(answer).value.replace("-", "_")
