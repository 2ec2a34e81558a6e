"""A cross-over of posts: how it is drawn, how many papers it needs, what its figures say."""

import math
from datetime import date, timedelta
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.cases.intervals import Share
from hub.errors import InvalidInputError
from hub.origin.checking.figures import Counted, Measure, Outcome
from hub.origin.checking.trial import (
    Arm,
    Expected,
    Pairs,
    TrialPeriod,
    TrialPlan,
    difference_interval,
    draw_periods,
    report_of,
    sample_size,
)

FIRST = date(2026, 3, 2)
Z = 1.959964


@pytest.mark.parametrize(
    ("before", "after", "needed"), [(0.05, 0.01, 285), (0.03, 0.01, 769), (0.02, 0.005, 861)]
)
def test_a_trial_needs_the_usual_sample(before: float, after: float, needed: int) -> None:
    assert sample_size(Expected(before, after)) == needed


def test_with_that_sample_four_of_five_trials_see_the_difference_and_with_half_of_it_they_do_not() -> None:
    size = sample_size(Expected(0.05, 0.01))
    assert 0.8 <= power_of(size, 0.05, 0.01) < 0.86
    assert power_of(size // 2, 0.05, 0.01) < 0.65


@pytest.mark.parametrize(("before", "after"), [(0.01, 0.05), (0.05, 0.05), (0.0, 0.0), (1.0, 0.5)])
def test_only_a_fall_can_be_looked_for(before: float, after: float) -> None:
    with pytest.raises(InvalidInputError):
        Expected(before, after)


@given(st.integers(1, 12), st.integers(1, 10), st.integers(0, 2**32))
def test_every_post_works_half_its_periods_each_way(sites: int, half: int, seed: int) -> None:
    names = tuple(f"post-{number}" for number in range(sites))
    plan = TrialPlan(sites=names, first=FIRST, days=7, periods=2 * half)
    drawn = draw_periods(plan, Random(seed))
    for name in names:
        own = [one for one in drawn if one.site_id == name]
        assert sum(one.arm is Arm.AFTER for one in own) == half == len(own) // 2
        assert [one.first for one in own] == [FIRST + timedelta(days=7 * place) for place in range(2 * half)]
        assert all((one.last - one.first).days == 6 for one in own)


@given(st.integers(1, 6), st.integers(0, 2**32))
def test_posts_in_pairs_leave_every_period_half_and_half(pairs: int, seed: int) -> None:
    names = tuple(f"post-{number}" for number in range(2 * pairs))
    drawn = draw_periods(TrialPlan(sites=names, first=FIRST, days=5, periods=4), Random(seed))
    for first in {one.first for one in drawn}:
        assert sum(one.arm is Arm.AFTER for one in drawn if one.first == first) == pairs


def test_another_chance_draws_another_order() -> None:
    plan = TrialPlan(sites=("alat", "samur"), first=FIRST, days=7, periods=12)
    assert len({draw_periods(plan, Random(seed)) for seed in range(10)}) > 5


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"sites": ()}, "/sites"),
        ({"sites": ("alat", "alat")}, "/sites"),
        ({"days": 0}, "/days"),
        ({"periods": 3}, "/periods"),
        ({"periods": 0}, "/periods"),
    ],
)
def test_a_plan_that_cannot_be_drawn_is_refused(changes: dict[str, object], pointer: str) -> None:
    facts: dict[str, object] = {"sites": ("alat",), "first": FIRST, "days": 7, "periods": 4}
    with pytest.raises(InvalidInputError) as error:
        TrialPlan(**(facts | changes))  # type: ignore[arg-type]
    assert [one.pointer for one in error.value.problems] == [pointer]


def test_the_interval_is_the_published_one() -> None:
    # Newcombe (1998), table II, contrast (a): 56/70 - 48/80.
    low, high = difference_interval(Share(56, 70), Share(48, 80))
    assert (low, high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


shares = st.integers(1, 400).flatmap(lambda total: st.builds(Share, st.integers(0, total), st.just(total)))


@given(shares, shares)
def test_the_interval_holds_the_difference_and_mirrors(one: Share, other: Share) -> None:
    low, high = difference_interval(one, other)
    difference = one.count / one.total - other.count / other.total
    assert -1 - 1e-9 <= low <= difference + 1e-9
    assert difference - 1e-9 <= high <= 1 + 1e-9
    assert difference_interval(other, one) == pytest.approx((-high, -low), abs=1e-9)


@given(shares)
def test_each_end_of_a_share_is_one_that_the_score_test_just_lets_pass(one: Share) -> None:
    rate = one.count / one.total
    for end in one.bounds:
        if 1e-6 < end < 1 - 1e-6:
            score = (rate - end) / math.sqrt(end * (1 - end) / one.total)
            assert abs(score) == pytest.approx(Z, rel=1e-4)


@given(st.integers(0, 40), st.integers(0, 40))
def test_the_exact_test_counts_every_way_the_pairs_could_have_fallen(one: int, other: int) -> None:
    differing = one + other
    if not differing:
        assert Pairs(one, other).p_value is None
        return
    own = math.comb(differing, one)
    as_rare = [math.comb(differing, count) for count in range(differing + 1)]
    expected = Fraction(sum(ways for ways in as_rare if ways <= own), 2**differing)
    assert Pairs(one, other).p_value == pytest.approx(float(min(Fraction(1), expected)))


def test_counts_go_to_the_way_their_post_worked_that_day() -> None:
    periods = (
        TrialPeriod("alat", FIRST, FIRST + timedelta(days=6), Arm.BEFORE),
        TrialPeriod("alat", FIRST + timedelta(days=7), FIRST + timedelta(days=13), Arm.AFTER),
    )
    counts = [
        known("alat", FIRST, Outcome.RIGHT, 90),
        known("alat", FIRST + timedelta(days=6), Outcome.ACCEPTED_FALSE, 10),
        known("alat", FIRST + timedelta(days=7), Outcome.RIGHT, 300),
        known("alat", FIRST + timedelta(days=14), Outcome.ACCEPTED_FALSE, 50),
        known("samur", FIRST, Outcome.ACCEPTED_FALSE, 50),
    ]
    report = report_of(counts, periods, Expected(), Pairs(3, 0))
    assert (report.before.known, report.after.known) == (100, 300)
    assert report.difference == pytest.approx(0.1)
    assert report.interval is not None
    assert report.interval[0] > 0
    assert (report.needed, report.is_reached) == (285, False)


def test_without_one_way_there_is_no_difference() -> None:
    report = report_of([], (), Expected(), Pairs(0, 0))
    assert (report.difference, report.interval) == (None, None)
    assert report.is_reached is False


def known(site_id: str, day: date, outcome: Outcome, count: int) -> Counted:
    return Counted(day.isoformat(), site_id, "ct-1", "paper", Measure.KNOWN, outcome, count)


def chance_of(size: int, share: float, count: int) -> float:
    return math.comb(size, count) * share**count * (1 - share) ** (size - count)


def power_of(size: int, before: float, after: float) -> float:
    return math.fsum(
        chance_of(size, before, wrong) * chance_of(size, after, other)
        for wrong in range(60)
        for other in range(30)
        if is_seen(wrong, other, size)
    )


def is_seen(wrong: int, other: int, size: int) -> bool:
    """Whether the test of two shares sees a difference."""
    middle = (wrong + other) / (2 * size)
    spread = math.sqrt(2 * middle * (1 - middle) / size)
    return spread > 0 and abs(wrong - other) / size / spread > Z
