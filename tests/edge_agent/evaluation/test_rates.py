"""Error rates and their uncertainty."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.errors import EvaluationError
from edge_agent.evaluation.rates import (
    accuracy_by_folds,
    best_threshold,
    error_curve,
    open_set_scores,
    paired_p_value,
    point_at,
    stratified_folds,
    threshold_for,
    wilson,
)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        # Newcombe 1998, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_wilsons(hits: int, n: int, low: float, high: float) -> None:
    rate = wilson(hits, n)
    assert (rate.low, rate.high) == pytest.approx((low, high), abs=5e-5)
    assert rate.value == hits / n


def test_all_right_is_no_certainty() -> None:
    assert (wilson(10, 10).value, wilson(10, 10).high) == (1.0, 1.0)
    assert wilson(10, 10).low < 0.75


def test_no_trials_are_an_error() -> None:
    with pytest.raises(EvaluationError, match="at least one trial"):
        wilson(0, 0)


@pytest.mark.parametrize(
    ("scores", "mated", "threshold"),
    [
        ([0.1, 0.2, 0.6, 0.8], [0, 0, 1, 1], 0.4),
        ([0.1, 0.7, 0.6, 0.8], [0, 0, 1, 1], 0.65),
        ([0.5, 0.5, 0.9], [0, 1, 1], 0.7),
        ([0.1, 0.2, 0.6, np.nan], [0, 0, 1, 1], 0.4),
    ],
)
def test_the_best_threshold_is_in_the_middle_of_the_gap(
    scores: list[float], mated: list[int], threshold: float
) -> None:
    found = best_threshold(np.array(scores), np.array(mated, bool))
    right = (np.array(scores) >= found) == np.array(mated, bool)
    best = max(int(((np.array(scores) >= t) == np.array(mated, bool)).sum()) for t in np.linspace(0, 1, 1001))
    assert int(right.sum()) == best
    if best == len(scores) or np.isnan(scores).any():
        assert found == pytest.approx(threshold)


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=40))
def test_no_other_threshold_is_better(pairs: list[tuple[int, bool]]) -> None:
    scores = np.array([score / 20 for score, _ in pairs])
    mated = np.array([is_mated for _, is_mated in pairs])

    def right(threshold: float) -> int:
        return int(((scores >= threshold) == mated).sum())

    assert right(best_threshold(scores, mated)) == max(right(t) for t in np.arange(-0.525, 1.6, 0.025))


def test_a_missing_sample_counts_as_missed_not_as_forgotten() -> None:
    scores = np.array([0.9, 0.8, 0.9, np.nan, 0.1, 0.2, 0.1, np.nan])
    mated = np.array([True] * 4 + [False] * 4)
    accuracy = accuracy_by_folds(scores, mated, stratified_folds(mated))
    assert (accuracy.rate.value, accuracy.rate.n) == (7 / 8, 8)


def test_folds_hold_both_kinds() -> None:
    mated = np.array([True] * 38 + [False] * 262)
    folds = stratified_folds(mated)
    assert sorted(set(folds.tolist())) == list(range(10))
    assert all(mated[folds == fold].any() and not mated[folds == fold].all() for fold in range(10))


def test_few_pairs_make_few_folds() -> None:
    mated = np.array([True] * 3 + [False] * 50)
    assert sorted(set(stratified_folds(mated).tolist())) == [0, 1, 2]


def test_too_few_pairs_are_an_error() -> None:
    with pytest.raises(EvaluationError, match="1 mated and 5 non-mated pairs"):
        stratified_folds(np.array([True] + [False] * 5))


def test_no_more_strangers_pass_than_the_rate_allows() -> None:
    random = np.random.default_rng(1)
    strangers, mates = random.normal(0, 0.1, 1000), random.normal(0.5, 0.1, 400)
    for rate in (0.01, 0.001):
        point = point_at(rate, mates, strangers)
        assert point is not None
        assert (strangers >= point.threshold).sum() == round(1000 * rate)
        assert point.rate.value == (mates >= point.threshold).mean()


def test_equal_scores_of_strangers_pass_together_or_not_at_all() -> None:
    assert threshold_for(2, np.array([0.5, 0.5, 0.5, 0.1])) > 0.5


def test_a_rate_that_so_few_strangers_cannot_show_is_insufficient_data() -> None:
    strangers = np.linspace(0, 0.3, 262)
    assert point_at(0.01, np.array([0.9]), strangers) is not None
    assert point_at(0.001, np.array([0.9]), strangers) is None


def test_both_error_rates_are_counted_at_every_threshold() -> None:
    curve = error_curve(np.array([0.4, 0.8, np.nan]), np.array([0.1, 0.5]))
    at = {round(float(t), 3): i for i, t in enumerate(curve.thresholds)}
    assert curve.false_match[at[0.5]] == 0.5
    assert curve.false_non_match[at[0.5]] == pytest.approx(2 / 3)


def test_the_equal_error_rate_is_where_both_rates_meet() -> None:
    curve = error_curve(np.array([0.3, 0.6, 0.7, 0.8]), np.array([0.1, 0.2, 0.4, 0.5]))
    assert curve.equal_error_rate == 0.25


def test_the_curve_never_turns_back() -> None:
    random = np.random.default_rng(2)
    curve = error_curve(random.normal(0.5, 0.2, 5000), random.normal(0, 0.2, 9000))
    assert (np.diff(curve.false_match) <= 0).all()
    assert (np.diff(curve.false_non_match) >= 0).all()


def test_leave_one_out_finds_the_mate_and_the_nearest_stranger() -> None:
    vectors = np.array([[1, 0], [0.8, 0.6], [0, 1], [np.nan, np.nan]], np.float32)
    found = open_set_scores(vectors, ["a", "a", "b", "b"], block=2)
    # b's only mate was not acquired: missed. The last sample, not acquired itself: missed too.
    np.testing.assert_allclose(found.mated, [0.8, 0.8, np.nan, np.nan], atol=1e-6)
    np.testing.assert_allclose(found.strangers, [0.0, 0.6, 0.6, np.nan], atol=1e-6)


def test_a_mate_behind_a_stranger_is_not_rank_one() -> None:
    vectors = np.array([[1, 0], [0.6, 0.8], [0.8, 0.6]], np.float32)
    found = open_set_scores(vectors, ["a", "a", "b"])
    assert np.isnan(found.mated).all()


def test_only_pairs_on_which_both_differ_tell_them_apart() -> None:
    first = np.array([True] * 9 + [False] + [True] * 500)
    second = np.array([False] * 9 + [True] + [True] * 500)
    # Ten coins, nine or more alike: 22 of 1024.
    assert paired_p_value(first, second) == pytest.approx(22 / 1024)
    assert paired_p_value(first, first) == 1.0
