"""A cross-over: posts work both ways in shuffled periods, so that neither posts nor seasons decide. Pure.

Errors of the two ways are compared by Newcombe's interval (1998, method 10); certificates that were checked
both ways, by McNemar's exact test. The sample is the usual one for two shares (Fleiss 1981, uncorrected).
"""

import math
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum
from random import Random
from statistics import NormalDist

import msgspec

from hub.cases.intervals import Share
from hub.errors import FieldProblem, InvalidInputError
from hub.origin.checking.figures import Counted, Part, part_of

MOST_PERIODS = 52
MOST_SITES = 50
MOST_DAYS = 92
ALPHA, POWER = 0.05, 0.8


class Arm(StrEnum):
    """Which way a post works in a period."""

    BEFORE = "before"
    """By eye, as it was."""
    AFTER = "after"
    """By the code and the chain."""


class TrialPeriod(msgspec.Struct, frozen=True, order=True):
    """A post's days of one way, both included."""

    site_id: str
    first: date
    last: date
    arm: Arm


class Expected(msgspec.Struct, frozen=True):
    """The error rates that a trial is to tell apart."""

    before: float = 0.05
    after: float = 0.01

    def __post_init__(self) -> None:
        if not 0 < self.after < self.before < 1:
            detail = f"{self.before} to {self.after}: from a higher share to a lower one, between 0 and 1"
            raise InvalidInputError(FieldProblem("/before", "out-of-range", detail))


class TrialPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What a trial is drawn from."""

    sites: tuple[str, ...]
    first: date
    days: int
    """Of a period."""
    periods: int
    """Of each post; an even number, half of them each way."""

    def __post_init__(self) -> None:
        problems = []
        if not 1 <= len(self.sites) <= MOST_SITES or len(set(self.sites)) != len(self.sites):
            problems.append(
                FieldProblem("/sites", "out-of-range", f"1 to {MOST_SITES} posts, each named once")
            )
        if not 1 <= self.days <= MOST_DAYS:
            problems.append(
                FieldProblem("/days", "out-of-range", f"{self.days} is not 1 to {MOST_DAYS} days")
            )
        if self.periods % 2 or not 2 <= self.periods <= MOST_PERIODS:
            detail = f"{self.periods} is no even number from 2 to {MOST_PERIODS}"
            problems.append(FieldProblem("/periods", "out-of-range", detail))
        if problems:
            raise InvalidInputError(*problems)


class Pairs(msgspec.Struct, frozen=True):
    """Certificates that were checked both ways."""

    only_before: int
    """So many were wrong by eye alone and right by the code."""
    only_after: int

    @property
    def p_value(self) -> float | None:
        """How likely chance alone does this (McNemar, exact, two-sided); None: no difference."""
        differing = self.only_before + self.only_after
        if not differing:
            return None
        fewer = min(self.only_before, self.only_after)
        ways = sum(math.comb(differing, count) for count in range(fewer + 1))
        return min(1.0, 2 * ways / 2.0**differing)


class TrialReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a trial has shown until now."""

    before: Part
    after: Part
    needed: int
    """Certificates of each way whose truth is known."""
    difference: float | None
    """Error rate before less error rate after; None: nothing is known of one of them."""
    interval: tuple[float, float] | None
    pairs: Pairs

    @property
    def is_reached(self) -> bool:
        """Whether both ways have the sample."""
        return min(self.before.known, self.after.known) >= self.needed


def draw_periods(plan: TrialPlan, chance: Random) -> tuple[TrialPeriod, ...]:
    """Give each post half its periods each way, in an order of chance; posts in pairs mirror each other."""
    drawn: list[TrialPeriod] = []
    sites = list(plan.sites)
    chance.shuffle(sites)
    arms: list[Arm] = []
    for place, site_id in enumerate(sites):
        if place % 2:
            arms = [Arm.AFTER if arm is Arm.BEFORE else Arm.BEFORE for arm in arms]
        else:
            arms = [Arm.BEFORE, Arm.AFTER] * (plan.periods // 2)
            chance.shuffle(arms)
        drawn += [_period(plan, site_id, number, arm) for number, arm in enumerate(arms)]
    return tuple(sorted(drawn))


def sample_size(expected: Expected) -> int:
    """Return how many certificates each way needs: two-sided 5 %, power 80 %."""
    p, q = expected.before, expected.after
    middle = (p + q) / 2
    chance, power = NormalDist().inv_cdf(1 - ALPHA / 2), NormalDist().inv_cdf(POWER)
    spread = chance * math.sqrt(2 * middle * (1 - middle)) + power * math.sqrt(p * (1 - p) + q * (1 - q))
    return math.ceil((spread / (p - q)) ** 2)


def difference_interval(one: Share, other: Share) -> tuple[float, float]:
    """Return the 95 % interval of one share less the other; raises `ValueError` for an empty one."""
    if not one.total or not other.total:
        raise ValueError("a share of nothing has no interval")
    p, q = one.count / one.total, other.count / other.total
    (low_p, high_p), (low_q, high_q) = one.bounds, other.bounds
    below = math.hypot(p - low_p, high_q - q)
    above = math.hypot(high_p - p, q - low_q)
    return p - q - below, p - q + above


def report_of(
    counts: Iterable[Counted], periods: Sequence[TrialPeriod], expected: Expected, pairs: Pairs
) -> TrialReport:
    """Sort counts into the two ways by post and day; what lies in no period is left out."""
    sorted_counts: dict[Arm, list[Counted]] = {arm: [] for arm in Arm}
    for one in counts:
        arm = _arm_of(one, periods)
        if arm is not None:
            sorted_counts[arm].append(one)
    before, after = (part_of(arm, sorted_counts[arm]) for arm in Arm)
    is_known = before.known > 0 and after.known > 0
    return TrialReport(
        before=before,
        after=after,
        needed=sample_size(expected),
        difference=_rate(before) - _rate(after) if is_known else None,
        interval=difference_interval(before.error, after.error) if is_known else None,
        pairs=pairs,
    )


def _arm_of(one: Counted, periods: Sequence[TrialPeriod]) -> Arm | None:
    for period in periods:
        if period.site_id == one.site_id and period.first.isoformat() <= one.day <= period.last.isoformat():
            return period.arm
    return None


def _rate(part: Part) -> float:
    return part.error.count / part.error.total


def _period(plan: TrialPlan, site_id: str, number: int, arm: Arm) -> TrialPeriod:
    first = plan.first + timedelta(days=number * plan.days)
    return TrialPeriod(site_id, first, first + timedelta(days=plan.days - 1), arm)
