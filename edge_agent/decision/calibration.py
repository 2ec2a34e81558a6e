"""Pure: from a budget of false alarms to the thresholds of one lane and list."""

import math
from dataclasses import dataclass
from enum import StrEnum

from edge_agent.errors import EdgeError
from models.score_calibration import ScoreCalibration

MOST_REVIEWED = 0.5
"""Share of travellers; a budget that sends more than this to review is a mistake."""
SEARCHES_PER_TRACK = 2.5
"""A track is searched again as its evidence grows; a stranger passes the highest of these searches.

Simulated (60,000 strangers, templates of one track 0.64 alike, fused from 1, 2, 3 and 5): 2.3 to 2.4 times
as often as a single search at FPIR 1e-2 and 1e-3.
"""


@dataclass(frozen=True, slots=True)
class FalseAlarmBudget:
    """How many wrong alerts a lane may cost a day."""

    allowed_per_day: float
    travellers_per_day: int
    review_factor: float = 20.0
    """Candidates worth a second look may come this many times as often as false matches."""
    searches_per_traveller: float = SEARCHES_PER_TRACK
    """Effective independent searches; 1 where each person is searched once."""

    def __post_init__(self) -> None:
        """Refuse a budget that no threshold can meet."""
        if not (math.isfinite(self.allowed_per_day) and self.allowed_per_day > 0):
            raise EdgeError(f"allowed false alarms per day must be above 0, got {self.allowed_per_day}")
        if self.travellers_per_day < 1:
            raise EdgeError(f"travellers per day must be at least 1, got {self.travellers_per_day}")
        for what in ("review_factor", "searches_per_traveller"):
            value = getattr(self, what)
            if not (math.isfinite(value) and value >= 1):
                raise EdgeError(f"{what.replace('_', ' ')} must be at least 1, got {value}")

    @property
    def searches_per_day(self) -> float:
        """Effective independent searches of the lane."""
        return self.travellers_per_day * self.searches_per_traveller


class CalibrationBasis(StrEnum):
    """Whose non-mated scores the thresholds rest on."""

    PACK = "pack"
    """The model pack's, measured elsewhere."""
    LANE = "lane"
    """The lane's own."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Comparison scores that part match, review and non-match, and what they cost."""

    match: float
    review: float
    expected_false_alarms_per_day: float
    """At the match threshold, by the calibration: what will come, not what was wished for."""
    expected_reviews_per_day: float
    """Travellers who are not listed, at or above the review threshold; false alarms included."""
    is_extrapolated: bool
    """The match threshold lies beyond the calibration's data; the expected number is then an upper bound."""
    false_alarms_interval: tuple[float, float] | None = None
    """Per day, with 95 % confidence; None of a pack's calibration, which says nothing of its own lanes."""
    basis: CalibrationBasis = CalibrationBasis.PACK
    lapse: str = ""
    """Why an armed calibration of the lane is not in force; empty when none is armed or it is."""

    def __post_init__(self) -> None:
        """Refuse a match that needs less than a review."""
        if not self.review <= self.match:
            raise EdgeError(f"review threshold {self.review} is above the match threshold {self.match}")


def false_positive_rate(false_match_rate: float, gallery_size: int) -> float:
    """FPIR of a search over `gallery_size` references: 1-(1-FMR)^N, comparisons taken as independent."""
    if false_match_rate >= 1.0:
        return 1.0 if gallery_size else 0.0
    return -math.expm1(gallery_size * math.log1p(-false_match_rate))


def false_match_rate(false_positive_rate: float, gallery_size: int) -> float:
    """FMR at which a search over `gallery_size` references has this FPIR; the inverse of the above."""
    return -math.expm1(math.log1p(-false_positive_rate) / max(1, gallery_size))


def thresholds_for(budget: FalseAlarmBudget, gallery_size: int, calibration: ScoreCalibration) -> Thresholds:
    """Thresholds that meet the budget for a gallery of `gallery_size` references.

    The expected numbers are read back from the calibration, so that a tail beyond its data shows in them.
    """
    searches = budget.searches_per_day
    allowed = min(budget.allowed_per_day / searches, MOST_REVIEWED)
    reviewed = min(allowed * budget.review_factor, MOST_REVIEWED)
    match_rate = false_match_rate(allowed, gallery_size)
    match = calibration.score_at_fmr(match_rate)
    review = min(match, calibration.score_at_fmr(false_match_rate(reviewed, gallery_size)))
    alarms = searches * false_positive_rate(calibration.fmr(match), gallery_size)
    reviews = searches * false_positive_rate(calibration.fmr(review), gallery_size)
    return Thresholds(match, review, alarms, reviews, not calibration.rests_on_data(match_rate))
