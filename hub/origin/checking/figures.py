"""How often checks of certificates err, and how long they take, from counts by day. Pure.

An error is an accepted certificate that turned out false, or a refused one that turned out genuine. What was
referred to the issuing authority was not decided here and counts apart, as do open verdicts.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta
from enum import StrEnum

import msgspec

from hub.cases.intervals import Share
from hub.cases.tally import percentile
from hub.declarations.assessing.evidence import OriginVerdict
from hub.origin.checking.values import OfficerDecision


class Measure(StrEnum):
    """What is counted of each check, each by labels of its own."""

    CHECKED = "checked"
    """With a verdict, or decided by eye."""
    VERDICT = "verdict"
    """By `OriginVerdict`."""
    VERDICT_TIME = "verdict-time"
    """By bucket (`hub.cases.tally`)."""
    DECISION = "decision"
    """By `OfficerDecision`."""
    DECISION_TIME = "decision-time"
    KNOWN = "known"
    """Accepted or refused, and it turned out which was right; by `Outcome`."""
    SEEDED = "seeded"
    """Forgeries that were put in, by `OfficerDecision`."""


class Outcome(StrEnum):
    """What a decision was worth."""

    RIGHT = "right"
    ACCEPTED_FALSE = "accepted-false"
    REFUSED_GENUINE = "refused-genuine"


class Counted(msgspec.Struct, frozen=True):
    """One count; a place over which it is added up is empty."""

    day: str
    site_id: str
    form: str
    method: str
    measure: str
    label: str
    counted: int


class Times(msgspec.Struct, frozen=True):
    """How long something took, in seconds; within 2.5 %."""

    count: int
    median_s: float | None
    p90_s: float | None


class Rate(msgspec.Struct, frozen=True):
    """A share with its 95 % interval (`hub.cases.intervals.Share`)."""

    value: float
    low: float
    high: float


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """All figures of a post, a form, a method, or of everything."""

    name: str
    checked: int
    verdicts: dict[str, int]
    decisions: dict[str, int]
    known: int
    """Decided here, and the truth is known."""
    accepted_false: int
    refused_genuine: int
    error_rate: Rate | None
    """Errors among what was decided and is known; None: insufficient data."""
    seeded: int
    seeded_accepted: int
    """Forgeries that were put in and let through."""
    verdict_times: Times
    decision_times: Times

    @property
    def error(self) -> Share:
        """Errors among what was decided and is known."""
        return Share(self.accepted_false + self.refused_genuine, self.known)

    @property
    def cannot_tell(self) -> Share:
        """Open verdicts among all."""
        return Share(self.verdicts.get(OriginVerdict.CANNOT_TELL, 0), sum(self.verdicts.values()))


class OriginFigures(msgspec.Struct, frozen=True):
    """Everything of a period."""

    total: Part
    by_site: tuple[Part, ...]
    by_form: tuple[Part, ...]
    by_method: tuple[Part, ...]


def figures_of(counts: Iterable[Counted]) -> OriginFigures:
    """Sum counts up in every way they are shown."""
    rows = tuple(counts)
    total = part_of("", rows)
    return OriginFigures(
        total,
        _parts(rows, lambda one: one.site_id),
        _parts(rows, lambda one: one.form),
        _parts(rows, lambda one: one.method),
    )


def part_of(name: str, rows: Iterable[Counted]) -> Part:
    """Sum counts up."""
    sums: dict[str, Counter[str]] = {measure: Counter() for measure in Measure}
    for one in rows:
        sums[one.measure][one.label] += one.counted
    known, seeded = sums[Measure.KNOWN], sums[Measure.SEEDED]
    return Part(
        name=name,
        checked=sums[Measure.CHECKED].total(),
        verdicts=_positive(sums[Measure.VERDICT]),
        decisions=_positive(sums[Measure.DECISION]),
        known=known.total(),
        accepted_false=known[Outcome.ACCEPTED_FALSE],
        refused_genuine=known[Outcome.REFUSED_GENUINE],
        error_rate=_rate(Share(known.total() - known[Outcome.RIGHT], known.total())),
        seeded=seeded.total(),
        seeded_accepted=seeded[OfficerDecision.ACCEPT],
        verdict_times=_times(sums[Measure.VERDICT_TIME]),
        decision_times=_times(sums[Measure.DECISION_TIME]),
    )


def _parts(rows: tuple[Counted, ...], key: Callable[[Counted], str]) -> tuple[Part, ...]:
    grouped: dict[str, list[Counted]] = {}
    for one in rows:
        grouped.setdefault(key(one), []).append(one)
    parts = (part_of(name, some) for name, some in grouped.items())
    return tuple(sorted(parts, key=lambda part: (-part.checked, part.name)))


def _rate(share: Share) -> Rate | None:
    if share.value is None or share.interval is None:
        return None
    return Rate(share.value, *share.interval)


def _positive(counts: Counter[str]) -> dict[str, int]:
    return {label: count for label, count in sorted(counts.items()) if count}


def _times(by_bucket: Counter[str]) -> Times:
    times = {int(bucket): count for bucket, count in by_bucket.items() if count}
    return Times(sum(times.values()), _seconds(percentile(times, 0.5)), _seconds(percentile(times, 0.9)))


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()
