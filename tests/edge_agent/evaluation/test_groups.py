"""Error rates by group."""

import numpy as np
import pytest

from edge_agent.evaluation.groups import FEW, rates_by_group, worst_ratio
from edge_agent.evaluation.rates import wilson


def test_only_comparisons_inside_a_group_count_for_it() -> None:
    scores = np.array([0.9, 0.2, 0.6, 0.1, 0.9, np.nan])
    mated = np.array([True, True, False, False, False, True])
    first, second = np.array(["a", "a", "a", "a", "a", "b"]), np.array(["a", "a", "a", "a", "b", "b"])
    a, b = rates_by_group(scores, mated, (first, second), 0.5)
    assert a.false_match is not None
    assert a.false_non_match is not None
    assert (a.group, a.false_match.value, a.false_non_match.value) == ("a", 0.5, 0.5)
    # A face that was not acquired is missed; without pairs of strangers nothing is told of them.
    assert (b.false_match, b.false_non_match) == (None, wilson(1, 1))
    assert b.rests_on_few


def test_persons_without_a_group_are_in_none() -> None:
    labels = np.array(["", "a"])
    rates = rates_by_group(np.array([0.9, 0.9]), np.array([True, True]), (labels, labels), 0.5)
    assert [each.group for each in rates] == ["a"]


def test_enough_comparisons_of_both_kinds_are_not_few() -> None:
    scores = np.concatenate([np.full(FEW, 0.9), np.full(FEW, 0.1)])
    labels = np.full(2 * FEW, "a")
    [a] = rates_by_group(scores, scores > 0.5, (labels, labels), 0.5)
    assert not a.rests_on_few


@pytest.mark.parametrize(("hits", "ratio"), [([2, 8], 4.0), ([0, 8], None), ([5], None), ([], None)], ids=str)
def test_a_ratio_is_told_only_where_there_is_one(hits: list[int], ratio: float | None) -> None:
    assert worst_ratio((None, *(wilson(each, 100) for each in hits))) == ratio
