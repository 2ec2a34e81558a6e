"""Behaviour of score calibration."""

import pytest

from models.errors import ModelError
from models.score_calibration import ScoreCalibration

TAIL = ScoreCalibration(((0.3, 1e-2), (0.4, 1e-3), (0.6, 1e-4)))


@pytest.mark.parametrize(("score", "rate"), TAIL.points)
def test_measured_points_are_returned_exactly(score: float, rate: float) -> None:
    assert TAIL.fmr(score) == pytest.approx(rate)
    assert TAIL.score_at_fmr(rate) == pytest.approx(score)


def test_rate_is_log_linear_between_points() -> None:
    assert TAIL.fmr(0.5) == pytest.approx(10**-3.5)


def test_rate_never_rises_with_the_score() -> None:
    rates = [TAIL.fmr(step / 100) for step in range(-100, 101)]
    assert rates == sorted(rates, reverse=True)
    assert max(rates) == 1.0


def test_no_rate_below_the_floor_is_claimed() -> None:
    assert TAIL.fmr(0.99) == TAIL.floor == 1e-4


def test_threshold_beyond_the_floor_is_extrapolated_and_says_so() -> None:
    assert TAIL.score_at_fmr(1e-5) == pytest.approx(0.8)
    assert not TAIL.rests_on_data(1e-5)
    assert TAIL.rests_on_data(5e-4)


def test_threshold_may_lie_beyond_every_score() -> None:
    assert TAIL.score_at_fmr(1e-7) > 1.0


@pytest.mark.parametrize("rate", [0.0, -1e-3, 1.1, float("nan")])
def test_rate_outside_its_range_is_refused(rate: float) -> None:
    with pytest.raises(ModelError, match="outside"):
        TAIL.score_at_fmr(rate)


@pytest.mark.parametrize(
    "points",
    [
        (),
        ((0.3, 1e-2),),
        ((0.3, 1e-2), (0.3, 1e-3)),
        ((0.3, 1e-3), (0.4, 1e-2)),
        ((0.3, 0.0), (0.4, 1e-2)),
        ((float("nan"), 0.1), (0.4, 1e-2)),
    ],
)
def test_points_that_do_not_fall_are_refused(points: tuple[tuple[float, float], ...]) -> None:
    with pytest.raises(ModelError):
        ScoreCalibration(points)
