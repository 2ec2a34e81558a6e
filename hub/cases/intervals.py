"""How sure a figure is: intervals of shares and counts, agreement beyond chance. Pure."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from sync.messages import Answer

Z = 1.959964
"""Of a two-sided 95 % interval."""
ENOUGH = 10
"""Fewer cases than this say nothing of a share: "insufficient data" is shown instead."""
_EXACT_UP_TO = 100
_ANSWERS = tuple(answer.value for answer in Answer)


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its 95 % interval after Wilson (1927); without enough data there is none."""

    count: int
    total: int

    def __post_init__(self) -> None:
        if not 0 <= self.count <= self.total:
            raise ValueError(f"{self.count} of {self.total} is no share")

    @property
    def is_enough(self) -> bool:
        """Whether the share may be shown."""
        return self.total >= ENOUGH

    @property
    def value(self) -> float | None:
        """0 to 1; None: insufficient data."""
        return self.count / self.total if self.is_enough else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Both ends, 0 to 1; None: insufficient data."""
        return self.bounds if self.is_enough else None

    @property
    def bounds(self) -> tuple[float, float]:
        """Both ends, however little there is; raises `ValueError` for a share of nothing."""
        if not self.total:
            raise ValueError("a share of nothing has no interval")
        n, share = self.total, self.count / self.total
        middle, weight = share + Z * Z / (2 * n), 1 + Z * Z / n
        half = Z * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
        return max(0.0, (middle - half) / weight), min(1.0, (middle + half) / weight)


@lru_cache(maxsize=4 * _EXACT_UP_TO)
def poisson_interval(count: int) -> tuple[float, float]:
    """95 % interval of a count's expectation: exact after Garwood (1936), Byar's formula for large counts."""
    if count > _EXACT_UP_TO:
        low_root = 1 - 1 / (9 * count) - Z / (3 * math.sqrt(count))
        high_root = 1 - 1 / (9 * (count + 1)) + Z / (3 * math.sqrt(count + 1))
        return count * low_root**3, (count + 1) * high_root**3
    low = 0.0 if count == 0 else _solve(lambda mean: 1 - _cumulative(count - 1, mean) - 0.025, count)
    return low, _solve(lambda mean: 0.025 - _cumulative(count, mean), count)


def _cumulative(count: int, mean: float) -> float:
    """Chance of at most `count` events; summed in logarithms, since large means underflow."""
    logs = [number * math.log(mean) - mean - math.lgamma(number + 1) for number in range(count + 1)]
    return math.fsum(math.exp(one) for one in logs)


def _solve(rising: Callable[[float], float], count: int) -> float:
    low, high = 1e-9, count + 10 * math.sqrt(count + 1) + 10
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (low, middle) if rising(middle) > 0 else (middle, high)
    return (low + high) / 2


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two people's blind answers agree."""

    pairs: int
    agreed: int
    kappa: float | None
    """Cohen (1960): 1 full agreement, 0 what chance gives; None: insufficient data, or all answers alike."""


def agreement_of(table: Mapping[tuple[str, str], int]) -> Agreement:
    """Compare answers given as counts by (guard's, supervisor's)."""
    pairs = sum(table.values())
    agreed = sum(table.get((one, one), 0) for one in _ANSWERS)
    if pairs < ENOUGH:
        return Agreement(pairs, agreed, None)
    by_chance = sum(
        sum(table.get((one, other), 0) for other in _ANSWERS)
        * sum(table.get((other, one), 0) for other in _ANSWERS)
        for one in _ANSWERS
    ) / (pairs * pairs)
    kappa = None if by_chance == 1 else (agreed / pairs - by_chance) / (1 - by_chance)
    return Agreement(pairs, agreed, kappa)
