"""Thresholds from a lane's own scores."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.decision.calibration import CalibrationBasis, FalseAlarmBudget, Thresholds, thresholds_for
from edge_agent.decision.lane_calibration import (
    ArmedCalibration,
    Lapse,
    lane_thresholds,
    rescaled,
    tail_interval,
    thresholds_in_force,
    tracks_needed,
)
from edge_agent.decision.score_tail import ScoreTail, fit_tail
from models.score_calibration import ScoreCalibration
from tests.edge_agent.score_sets import GALLERY, normal_tops

PACK = ScoreCalibration(((0.347, 1e-3), (0.433, 1e-4), (0.509, 1e-5), (0.579, 1e-6)))
BUDGET = FalseAlarmBudget(2.0, 2000)
TAIL = fit_tail(normal_tops(20_000, np.random.default_rng(2)))
TODAY = date(2026, 5, 4)
ARMED = ArmedCalibration(
    3, "wanted", "c" * 16, GALLERY, TAIL, TODAY, datetime(2026, 5, 4, tzinfo=UTC), "chief-1"
)
STALE_AFTER = timedelta(days=90)


def thresholds(
    budget: FalseAlarmBudget, gallery: int = GALLERY, tail: ScoreTail = TAIL, seed: int = 1
) -> Thresholds:
    return lane_thresholds(budget, gallery, tail, GALLERY, np.random.default_rng(seed))


def test_the_budget_is_met_by_the_lanes_own_tail() -> None:
    found = thresholds(BUDGET)
    assert found.basis is CalibrationBasis.LANE
    assert found.match == TAIL.threshold(1e-3)
    assert found.expected_false_alarms_per_day == pytest.approx(2.0)
    assert found.expected_reviews_per_day == pytest.approx(40.0)
    low, high = found.false_alarms_interval or (0.0, 0.0)
    assert 0.5 < low < 2.0 < high < 5.0
    assert not found.is_extrapolated


def test_a_larger_gallery_costs_what_its_own_scores_would_show() -> None:
    found = thresholds(BUDGET, 4 * GALLERY)
    tops = normal_tops(400_000, np.random.default_rng(9), 4 * GALLERY)
    assert 0.5 <= float((tops >= found.match).mean()) / 1e-3 <= 2


def test_rarer_than_once_in_the_data_the_number_is_an_upper_bound() -> None:
    found = thresholds(FalseAlarmBudget(0.05, 2000))
    assert found.is_extrapolated
    assert found.false_alarms_interval is not None
    assert found.expected_false_alarms_per_day == found.false_alarms_interval[1] > 0.05


def test_more_reviews_than_the_tail_holds_are_not_asked_for() -> None:
    found = thresholds(FalseAlarmBudget(20.0, 2000, review_factor=1000.0))
    assert found.review == TAIL.start


@settings(max_examples=15, deadline=None)
@given(
    allowed=st.floats(0.05, 100),
    travellers=st.integers(100, 20_000),
    gallery=st.integers(250, 4000),
    factor=st.floats(1, 100),
)
def test_less_budget_more_travellers_and_more_references_need_a_higher_threshold(
    allowed: float, travellers: int, gallery: int, factor: float
) -> None:
    found = thresholds(FalseAlarmBudget(allowed, travellers, factor), gallery)
    assert found.review <= found.match
    for budget, size in (
        (FalseAlarmBudget(allowed / 2, travellers, factor), gallery),
        (FalseAlarmBudget(allowed, travellers * 2, factor), gallery),
        (FalseAlarmBudget(allowed, travellers, factor), gallery + 100),
    ):
        stricter = thresholds(budget, size)
        assert stricter.match >= found.match
        assert stricter.review >= found.review


@given(rate=st.floats(1e-9, 0.5), factor=st.floats(0.25, 4))
def test_rescaling_goes_there_and_back(rate: float, factor: float) -> None:
    assert rescaled(rescaled(rate, factor), 1 / factor) == pytest.approx(rate)
    assert rescaled(1.0, factor) == 1.0


@pytest.mark.parametrize(("rate", "tracks"), [(0.5, 500), (1e-2, 500), (1e-3, 5000), (1e-4, 50_000)])
def test_a_rarer_alarm_needs_more_tracks(rate: float, tracks: int) -> None:
    assert tracks_needed(rate) == tracks


def test_the_interval_holds_the_truth_nine_times_in_ten() -> None:
    truth = ScoreTail(0.3, 0.1, -0.05, 0.02, 5000)
    random = np.random.default_rng(3)
    held = 0
    for _ in range(40):
        shares = random.random(5000)
        tops = np.where(shares < 0.1, np.vectorize(truth.threshold)(shares), (1 - shares) / 3)
        low, high = tail_interval(fit_tail(tops), 1e-3, random).thresholds
        held += low <= truth.threshold(1e-3) <= high
    assert held >= 34


def in_force(
    armed: ArmedCalibration | None, contract: str = "c" * 16, size: int = GALLERY, days: int = 0
) -> Thresholds:
    when = (TODAY + timedelta(days=days), STALE_AFTER)
    return thresholds_in_force(BUDGET, PACK, armed, (contract, size), when)


def test_an_armed_calibration_is_in_force() -> None:
    assert in_force(ARMED).basis is CalibrationBasis.LANE
    assert in_force(ARMED, size=GALLERY + 1).match > in_force(ARMED).match
    assert in_force(ARMED) == in_force(ARMED)


@pytest.mark.parametrize("armed", [None, replace(ARMED, is_armed=False)])
def test_without_one_the_packs_is(armed: ArmedCalibration | None) -> None:
    assert in_force(armed) == thresholds_for(BUDGET, GALLERY, PACK)


@pytest.mark.parametrize(
    ("contract", "size", "days", "lapse"),
    [
        ("d" * 16, GALLERY, 0, Lapse.CONTRACT),
        ("c" * 16, GALLERY * 4 + 1, 0, Lapse.GALLERY),
        ("c" * 16, 0, 0, Lapse.GALLERY),
        ("c" * 16, GALLERY, 91, Lapse.STALE),
    ],
)
def test_one_that_lapsed_gives_way_to_the_packs_and_says_why(
    contract: str, size: int, days: int, lapse: Lapse
) -> None:
    found = in_force(ARMED, contract, size, days)
    assert found == replace(thresholds_for(BUDGET, size, PACK), lapse=lapse)
    assert found.basis is CalibrationBasis.PACK
