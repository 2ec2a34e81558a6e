"""The tail of non-mated scores."""

from collections.abc import Callable
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from edge_agent.decision.score_tail import MOST_EXCEEDANCES, ScoreTail, fit_tail, refits
from edge_agent.errors import TailError
from tests.edge_agent.score_sets import heavy_tops, mixed_tops, normal_tops

Tops = Callable[[int, np.random.Generator], NDArray[np.float64]]
TAILS: tuple[Tops, ...] = (normal_tops, mixed_tops, heavy_tops)
SEEDS = 20


def achieved(tops: Tops, tracks: int, rate: float, seed: int) -> float:
    """FPIR on 400,000 held-out tracks of the threshold fitted to `tracks` others."""
    random = np.random.default_rng(seed)
    threshold = fit_tail(tops(tracks, random)).threshold(rate)
    return float((tops(400_000, random) >= threshold).mean())


@pytest.mark.parametrize("shape", [-0.3, -0.05, 0.0, 0.2])
def test_a_known_tail_is_found_again(shape: float) -> None:
    tail = ScoreTail(0.3, 0.1, shape, 0.02, 200_000)
    scores = np.r_[np.linspace(0, 0.3, 180_000), 0.3 + _excesses(shape, 0.02, 20_000)]
    fitted = fit_tail(scores)
    assert fitted.scores == 200_000
    assert fitted.share == pytest.approx(MOST_EXCEEDANCES / 200_000)
    assert fitted.threshold(1e-3) == pytest.approx(tail.threshold(1e-3), abs=2e-3)
    assert fitted.shape == pytest.approx(shape, abs=0.15)


@given(
    shape=st.floats(-0.5, 0.5),
    scale=st.floats(1e-3, 0.1),
    rates=st.tuples(st.floats(1e-6, 0.1), st.floats(1e-6, 0.1)),
)
def test_a_smaller_rate_needs_a_higher_threshold(
    shape: float, scale: float, rates: tuple[float, float]
) -> None:
    tail = ScoreTail(0.3, 0.1, shape, scale, 1000)
    low, high = sorted(rates)
    assert tail.threshold(low) >= tail.threshold(high) >= tail.start
    assert tail.rate(tail.threshold(low)) == pytest.approx(low, rel=1e-6)


def test_beyond_the_end_of_a_tail_there_is_nobody() -> None:
    tail = ScoreTail(0.3, 0.1, -0.5, 0.02, 1000)
    assert tail.rate(0.35) == 0.0
    assert tail.rate(0.1) == tail.rate(0.3) == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("scores", "reason"),
    [
        ([], "0 scores are too few"),
        ([0.1, 0.2, 0.3], "3 scores are too few"),
        ([0.25] * 5000, "1 different values"),
        ([0.1] * 4990 + [0.4] * 10, "2 different values"),
        (np.r_[np.linspace(0, 1, 5000), np.nan], "1 of 5001 scores are not numbers"),
        (np.r_[np.linspace(0, 1, 5000), np.inf, -np.inf], "2 of 5002 scores are not numbers"),
        (np.r_[np.linspace(0, 1, 5000), 1e300], "no comparison scores"),
        (np.r_[np.linspace(0, 1, 5000), -1e9], "no comparison scores"),
    ],
)
def test_scores_without_a_tail_are_named(scores: object, reason: str) -> None:
    with pytest.raises(TailError, match=reason):
        fit_tail(scores)  # type: ignore[arg-type]


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=400), st.integers(0, 3))
def test_any_scores_give_a_tail_or_a_reason(scores: list[float], copies: int) -> None:
    with suppress(TailError):
        tail = fit_tail(scores * copies)
        assert tail.threshold(1e-3) >= tail.threshold(1e-2) >= tail.start


def test_scores_rounded_to_a_hundredth_still_have_a_tail() -> None:
    scores = normal_tops(20_000, np.random.default_rng(3))
    assert fit_tail(np.round(scores, 2)).threshold(1e-3) == pytest.approx(
        fit_tail(scores).threshold(1e-3), abs=0.02
    )


def test_no_tail_is_refused() -> None:
    for wrong in ((np.nan, 0.1, 0.0, 0.1), (0.3, 0.0, 0.0, 0.1), (0.3, 0.1, 0.0, 0.0)):
        with pytest.raises(TailError, match="describe no tail"):
            ScoreTail(*wrong, 100)


def test_the_bootstrap_is_repeated_by_its_seed() -> None:
    tail = fit_tail(normal_tops(5000, np.random.default_rng(1)))
    first, second = (list(refits(tail, np.random.default_rng(7), 5)) for _ in range(2))
    assert first == second
    assert len(set(first)) == 5


def test_a_threshold_from_ten_thousand_tracks_keeps_its_promise() -> None:
    assert 0.5 <= achieved(normal_tops, 10_000, 1e-3, 5) / 1e-3 <= 2


@pytest.mark.exhaustive
@pytest.mark.parametrize("tops", TAILS)
@pytest.mark.parametrize(("rate", "tracks"), [(1e-2, 2000), (1e-3, 20_000)])
def test_held_out_tracks_pass_within_a_factor_of_two_of_the_set_rate(
    tops: Tops, rate: float, tracks: int
) -> None:
    ratios = [achieved(tops, tracks, rate, seed) / rate for seed in range(SEEDS)]
    print(tops.__name__, rate, tracks, " ".join(f"{ratio:.2f}" for ratio in sorted(ratios)))  # noqa: T201
    assert all(0.5 <= ratio <= 2 for ratio in ratios)


def _excesses(shape: float, scale: float, count: int) -> NDArray[np.float64]:
    shares = (np.arange(count) + 0.5) / count
    log_ratio = -np.log(shares)
    return scale * (log_ratio if shape == 0 else np.expm1(shape * log_ratio) / shape)
