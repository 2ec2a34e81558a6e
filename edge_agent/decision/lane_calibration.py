"""Pure: thresholds from a lane's own non-mated track scores, and when they may be trusted."""

import math
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

import numpy as np

from edge_agent.decision.calibration import (
    MOST_REVIEWED,
    CalibrationBasis,
    FalseAlarmBudget,
    Thresholds,
    thresholds_for,
)
from edge_agent.decision.score_tail import ScoreTail, refits
from models.score_calibration import ScoreCalibration

EVENTS_NEEDED = 5
"""False alarms the collected tracks would have held at the allowed rate.

Simulated over normal, mixed and t-distributed tails: with 5 the achieved rate lies within a factor of 2 of
the allowed one in 90 to 95 of 100 lanes, with 3 in 74 to 84, with 10 in 98 or more.
"""
FEWEST_TRACKS = 500
MOST_RESCALED = 4.0
"""Growth of the gallery beyond which its non-mated scores have to be collected anew."""
REFITS = 200
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class ArmedCalibration:
    """A tail that somebody put in force for one lane and list."""

    serial: int
    """Counts every arming and disarming of this list."""
    list_id: str
    contract_id: str
    gallery_size: int
    """Of which the scores were collected."""
    tail: ScoreTail
    last_day: date
    """Of the newest scores."""
    armed_at: datetime
    armed_by: str
    is_armed: bool = True


class Lapse(StrEnum):
    """Why an armed calibration is not in force."""

    CONTRACT = "contract-changed"
    GALLERY = "gallery-changed"
    STALE = "stale"


def tracks_needed(rate: float) -> int:
    """Return how many non-mated tracks it takes to set a threshold for this rate."""
    return max(FEWEST_TRACKS, math.ceil(EVENTS_NEEDED / rate - 1e-9))


def allowed_rate(budget: FalseAlarmBudget) -> float:
    """Share of travellers who may cost a false alarm: FPIR per track, however often it is searched."""
    return min(budget.allowed_per_day / budget.travellers_per_day, MOST_REVIEWED)


def rescaled(rate: float, factor: float) -> float:
    """FPIR in a gallery `factor` times as large at the same threshold, comparisons taken as independent."""
    return 1.0 if rate >= 1.0 else -math.expm1(factor * math.log1p(-rate))


def lapse_of(
    armed: ArmedCalibration, contract_id: str, gallery_size: int, today: date, stale_after: timedelta
) -> Lapse | None:
    """Say why this calibration must not be used for a gallery today; None when it may."""
    if armed.contract_id != contract_id:
        return Lapse.CONTRACT
    if not 1 / MOST_RESCALED <= gallery_size / armed.gallery_size <= MOST_RESCALED:
        return Lapse.GALLERY
    return Lapse.STALE if today - armed.last_day > stale_after else None


def lane_thresholds(
    budget: FalseAlarmBudget,
    gallery_size: int,
    tail: ScoreTail,
    tail_gallery_size: int,
    random: np.random.Generator,
) -> Thresholds:
    """Thresholds that meet the budget in a gallery of `gallery_size` references, by the lane's own tail.

    Rarer than once in the collected tracks, the expected number is the interval's upper end.
    """
    growth = max(1, gallery_size) / max(1, tail_gallery_size)
    allowed = rescaled(allowed_rate(budget), 1 / growth)
    reviewed = rescaled(min(allowed_rate(budget) * budget.review_factor, MOST_REVIEWED), 1 / growth)
    a_day = budget.travellers_per_day
    match = tail.threshold(allowed)
    review = min(match, tail.threshold(reviewed))
    interval = tail_interval(tail, allowed, random)
    low, high = (a_day * rescaled(rate, growth) for rate in interval.rates)
    is_extrapolated = allowed * tail.scores < 1.0
    alarms = a_day * rescaled(tail.rate(match), growth)
    return Thresholds(
        match,
        review,
        max(alarms, high) if is_extrapolated else alarms,
        a_day * rescaled(tail.rate(review), growth),
        is_extrapolated,
        (low, high),
        CalibrationBasis.LANE,
    )


@dataclass(frozen=True, slots=True)
class TailInterval:
    """What 95 of 100 lanes would find if the fitted tail were the truth."""

    thresholds: tuple[float, float]
    rates: tuple[float, float]
    """That those thresholds really have."""


def tail_interval(tail: ScoreTail, rate: float, random: np.random.Generator) -> TailInterval:
    """Parametric bootstrap of the threshold set for a rate."""
    thresholds = [refit.threshold(rate) for refit in refits(tail, random, REFITS)]
    outside = [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2]
    low, high = (float(value) for value in np.quantile(thresholds, outside))
    return TailInterval((low, high), (tail.rate(high), tail.rate(low)))


def thresholds_in_force(
    budget: FalseAlarmBudget,
    pack: ScoreCalibration,
    armed: ArmedCalibration | None,
    gallery: tuple[str, int],
    when: tuple[date, timedelta],
) -> Thresholds:
    """Thresholds by the lane's calibration, or by the pack's where none is armed or it has lapsed.

    `gallery` is contract id and number of references, `when` today and how old scores may be.
    """
    contract_id, size = gallery
    if armed is None or not armed.is_armed:
        return thresholds_for(budget, size, pack)
    lapse = lapse_of(armed, contract_id, size, *when)
    if lapse is not None:
        return replace(thresholds_for(budget, size, pack), lapse=lapse)
    random = np.random.default_rng(armed.serial)
    return lane_thresholds(budget, size, armed.tail, armed.gallery_size, random)
