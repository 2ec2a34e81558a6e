"""From a budget of false alarms to thresholds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from edge_agent.decision.calibration import (
    SEARCHES_PER_TRACK,
    FalseAlarmBudget,
    Thresholds,
    false_match_rate,
    false_positive_rate,
    thresholds_for,
)
from edge_agent.errors import EdgeError
from models.score_calibration import ScoreCalibration

CALIBRATION = ScoreCalibration(((0.347, 1e-3), (0.433, 1e-4), (0.509, 1e-5), (0.579, 1e-6)))


@pytest.mark.parametrize(("rate", "size"), [(1e-6, 1), (1e-6, 10_000), (1e-3, 500), (0.2, 3)])
def test_the_rate_of_a_search_follows_from_its_comparisons(rate: float, size: int) -> None:
    assert false_positive_rate(rate, size) == pytest.approx(1 - (1 - rate) ** size)
    assert false_match_rate(false_positive_rate(rate, size), size) == pytest.approx(rate)


def test_an_empty_gallery_alarms_falsely_never() -> None:
    assert false_positive_rate(0.5, 0) == 0.0


def test_thresholds_meet_the_budget_within_the_calibrations_data() -> None:
    thresholds = thresholds_for(FalseAlarmBudget(0.2, 2000, searches_per_traveller=1.0), 10, CALIBRATION)
    assert thresholds.match == pytest.approx(0.509, abs=1e-4)
    assert thresholds.expected_false_alarms_per_day == pytest.approx(0.2, rel=1e-3)
    assert thresholds.expected_reviews_per_day == pytest.approx(4.0, rel=1e-2)
    assert not thresholds.is_extrapolated


def test_beyond_the_data_the_expected_number_is_an_upper_bound() -> None:
    thresholds = thresholds_for(FalseAlarmBudget(0.2, 2000, searches_per_traveller=1.0), 1000, CALIBRATION)
    assert thresholds.is_extrapolated
    assert thresholds.match > 0.579
    assert thresholds.expected_false_alarms_per_day == pytest.approx(2000 * false_positive_rate(1e-6, 1000))


def test_the_budget_holds_for_tracks_that_are_searched_again_as_their_evidence_grows() -> None:
    random = np.random.default_rng(4)
    gallery = _unit(random.standard_normal((50, 64)))
    strangers = _unit(random.standard_normal((20_000, 1, 64)))
    views = _unit(strangers + 0.75 * _unit(random.standard_normal((20_000, 5, 64))))
    tops = [(_unit(views[:, :used].sum(axis=1)) @ gallery.T).max(axis=1) for used in (1, 2, 3, 5)]
    allowed = 1e-2
    per_search = float(np.quantile(tops[0], 1 - allowed / SEARCHES_PER_TRACK))
    assert float((np.max(tops, axis=0) >= per_search).mean()) <= 1.1 * allowed


def _unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True), np.float64)


@given(
    allowed=st.floats(0.01, 50),
    travellers=st.integers(1, 50_000),
    size=st.integers(0, 100_000),
    factor=st.floats(1, 100),
)
def test_a_larger_gallery_and_a_smaller_budget_need_a_higher_threshold(
    allowed: float, travellers: int, size: int, factor: float
) -> None:
    budget = FalseAlarmBudget(allowed, travellers, factor)
    thresholds = thresholds_for(budget, size, CALIBRATION)
    assert thresholds.review <= thresholds.match
    assert thresholds_for(budget, size + 1000, CALIBRATION).match >= thresholds.match
    stricter = thresholds_for(FalseAlarmBudget(allowed / 2, travellers, factor), size, CALIBRATION)
    assert stricter.match >= thresholds.match


def test_the_promised_rate_holds_for_simulated_strangers() -> None:
    random = np.random.default_rng(11)
    size, searches = 20, 40_000
    # Strangers whose scores have exactly the calibration's tail between its points.
    calibration = ScoreCalibration(((0.0, 1.0), (0.6, 1e-6)))
    tops = (0.6 * np.log(random.uniform(size=(searches, size))) / np.log(1e-6)).max(axis=1)
    thresholds = thresholds_for(FalseAlarmBudget(20.0, 2000, searches_per_traveller=1.0), size, calibration)
    alarms_per_day = float((tops >= thresholds.match).mean()) * 2000
    assert alarms_per_day == pytest.approx(thresholds.expected_false_alarms_per_day, rel=0.2)


@pytest.mark.parametrize(
    ("budget", "reason"),
    [
        ((0.0, 2000, 20.0), "above 0"),
        ((float("nan"), 2000, 20.0), "above 0"),
        ((0.2, 0, 20.0), "at least 1"),
        ((0.2, 2000, 0.5), "review factor"),
        ((0.2, 2000, 20.0, 0.5), "searches per traveller"),
    ],
)
def test_a_budget_nobody_can_meet_is_refused(budget: tuple[float, ...], reason: str) -> None:
    with pytest.raises(EdgeError, match=reason):
        FalseAlarmBudget(*budget)  # type: ignore[arg-type]


def test_a_review_above_the_match_is_refused() -> None:
    with pytest.raises(EdgeError, match="above the match threshold"):
        Thresholds(0.4, 0.5, 0.1, 0.1, False)
