"""Pure: how often a stranger scores that high, from measured non-mated comparisons."""

import math
from dataclasses import dataclass

from models.errors import ModelError

Point = tuple[float, float]  # (comparison score, false match rate)


@dataclass(frozen=True, slots=True)
class ScoreCalibration:
    """Tail of the non-mated score distribution: false match rate (ISO/IEC 19795-1) by threshold.

    Between the points the rate is log-linear in the score. `fmr` never claims less than the floor, the
    smallest rate the points were measured at; `score_at_fmr` extrapolates beyond it, and `rests_on_data`
    tells whether it had to.
    """

    points: tuple[Point, ...]
    """(score, rate), scores rising and rates falling."""

    def __post_init__(self) -> None:
        """Two points at least, strictly monotone, rates in (0, 1]."""
        if len(self.points) < 2:
            raise ModelError(f"calibration needs two points or more, got {len(self.points)}")
        for score, rate in self.points:
            if not (math.isfinite(score) and 0 < rate <= 1):
                raise ModelError(f"calibration point ({score}, {rate}) is no score with a rate in (0, 1]")
        for (low, more), (high, less) in zip(self.points, self.points[1:], strict=False):
            if not (high > low and less < more):
                raise ModelError(f"calibration points ({low}, {more}) and ({high}, {less}) do not fall")

    @property
    def floor(self) -> float:
        """The smallest false match rate that was measured."""
        return self.points[-1][1]

    def rests_on_data(self, rate: float) -> bool:
        """Whether `score_at_fmr` of this rate lies within the measured points."""
        return self.floor <= rate <= self.points[0][1]

    def fmr(self, score: float) -> float:
        """Give the false match rate in [floor, 1] of a threshold at this score."""
        below, above = self._segment_of_score(score)
        return min(1.0, max(self.floor, math.exp(_along(score, below, above))))

    def score_at_fmr(self, rate: float) -> float:
        """Threshold with this false match rate; may exceed 1, which no comparison reaches."""
        if not 0 < rate <= 1:
            raise ModelError(f"false match rate {rate} is outside (0, 1]")
        below, above = self._segment_of_rate(rate)
        return _back(math.log(rate), below, above)

    def _segment_of_score(self, score: float) -> tuple[Point, Point]:
        index = sum(1 for point in self.points[1:-1] if point[0] <= score)
        return self.points[index], self.points[index + 1]

    def _segment_of_rate(self, rate: float) -> tuple[Point, Point]:
        index = sum(1 for point in self.points[1:-1] if point[1] >= rate)
        return self.points[index], self.points[index + 1]


def _along(score: float, below: Point, above: Point) -> float:
    share = (score - below[0]) / (above[0] - below[0])
    return math.log(below[1]) + share * (math.log(above[1]) - math.log(below[1]))


def _back(log_rate: float, below: Point, above: Point) -> float:
    share = (log_rate - math.log(below[1])) / (math.log(above[1]) - math.log(below[1]))
    return below[0] + share * (above[0] - below[0])
