"""Pure: error rates by group of persons, where somebody has labelled them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_agent.evaluation.rates import Flags, Rate, Scores, wilson

FEW = 100
"""Comparisons of a group below which its rate is said to rest on few."""

Labels = NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class GroupRates:
    """Error rates inside one group at the threshold of all; None without any such comparison."""

    group: str
    false_match: Rate | None
    false_non_match: Rate | None

    @property
    def rests_on_few(self) -> bool:
        """Whether either rate has too few comparisons to be relied on."""
        return any(rate is None or rate.n < FEW for rate in (self.false_match, self.false_non_match))


def rates_by_group(
    scores: Scores, mated: Flags, labels: tuple[Labels, Labels], threshold: float
) -> tuple[GroupRates, ...]:
    """Judge the comparisons inside each group; `labels` (n,) of both sides, empty where unknown."""
    first, second = labels
    is_match = scores >= threshold
    found = []
    for group in sorted(set(first.tolist()) | set(second.tolist()) - {""}):
        inside = (first == group) & (second == group)
        if group:
            found.append(
                GroupRates(group, _rate(is_match[inside & ~mated]), _rate(~is_match[inside & mated]))
            )
    return tuple(found)


def worst_ratio(rates: tuple[Rate | None, ...]) -> float | None:
    """Highest over lowest; None where fewer than two are known or the lowest is 0: no ratio can be told."""
    values = [rate.value for rate in rates if rate is not None]
    return max(values) / min(values) if len(values) > 1 and min(values) > 0 else None


def _rate(errors: Flags) -> Rate | None:
    return wilson(int(errors.sum()), len(errors)) if len(errors) else None
