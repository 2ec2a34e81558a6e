"""Pure: whether a lane's collected scores can be armed, and what they would bring."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np

from edge_agent.decision.calibration import FalseAlarmBudget, Thresholds
from edge_agent.decision.lane_calibration import (
    ArmedCalibration,
    allowed_rate,
    lane_thresholds,
    tail_interval,
    tracks_needed,
)
from edge_agent.decision.score_tail import ScoreTail, fit_tail
from edge_agent.decision.shadow import CollectedScores
from edge_agent.errors import ShadowError, TailError

UNKNOWN_SHARE = 0.05
"""Of the scores in the tail that may be of people nobody has judged."""


class Readiness(StrEnum):
    """What keeps a calibration from being armed."""

    COLLECTING = "collecting"
    WAITING = "waiting"
    """For answers."""
    UNFIT = "unfit"
    """The scores have no tail."""
    READY = "ready"


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """What the collected scores of one list are good for."""

    collected: CollectedScores
    waiting: int
    """Alerts without a settling answer."""
    needed: int
    """Tracks, for this budget."""
    readiness: Readiness
    reason: str
    tail: ScoreTail | None = None
    thresholds: Thresholds | None = None
    match_interval: tuple[float, float] | None = None


def judge(
    collected: CollectedScores, waiting: int, budget: FalseAlarmBudget, random: np.random.Generator
) -> Judgement:
    """Fit what is there; the figures come with a reason as long as they must not be armed."""
    needed = tracks_needed(allowed_rate(budget))
    try:
        tail = fit_tail(collected.scores)
        interval = tail_interval(tail, allowed_rate(budget), random)
    except TailError as error:
        is_early = len(collected.scores) < needed
        state = Readiness.COLLECTING if is_early else Readiness.UNFIT
        reason = f"{needed - len(collected.scores)} more tracks are needed" if is_early else str(error)
        return Judgement(collected, waiting, needed, state, reason)
    state, reason = _readiness(collected, waiting, needed, tail)
    size = collected.gallery_size
    thresholds = lane_thresholds(budget, size, tail, size, random)
    return Judgement(collected, waiting, needed, state, reason, tail, thresholds, interval.thresholds)


def armed_from(judgement: Judgement, at: datetime, by: str) -> ArmedCalibration:
    """Make what is to be armed; raises `ShadowError` saying what is still missing."""
    if judgement.readiness is not Readiness.READY or judgement.tail is None:
        raise ShadowError(f"list {judgement.collected.list_id} cannot be armed: {judgement.reason}")
    collected = judgement.collected
    return ArmedCalibration(
        0,
        collected.list_id,
        collected.contract_id,
        max(1, collected.gallery_size),
        judgement.tail,
        collected.last_day,
        at,
        by,
    )


def _readiness(
    collected: CollectedScores, waiting: int, needed: int, tail: ScoreTail
) -> tuple[Readiness, str]:
    missing = needed - len(collected.scores)
    if missing > 0:
        return Readiness.COLLECTING, f"{missing} more tracks are needed"
    most = int(UNKNOWN_SHARE * tail.share * tail.scores)
    if waiting > most:
        return Readiness.WAITING, f"{waiting} alerts have no settling answer, at most {most} may be left"
    if collected.capped > most:
        return (
            Readiness.UNFIT,
            f"{collected.capped} tracks reached the pack's match threshold, at most {most} may, "
            "for nobody has judged them: run the lane with alerts and answer them",
        )
    return Readiness.READY, "ready to be armed"
