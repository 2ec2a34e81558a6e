"""Whether collected scores may be armed."""

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
from numpy.typing import NDArray

from edge_agent.decision.calibration import FalseAlarmBudget
from edge_agent.decision.lane_calibration import tracks_needed
from edge_agent.decision.shadow import CollectedScores
from edge_agent.decision.shadow_judgement import Judgement, Readiness, armed_from, judge
from edge_agent.errors import ShadowError
from tests.edge_agent.score_sets import GALLERY, normal_tops

BUDGET = FalseAlarmBudget(2.0, 2000)
NEEDED = tracks_needed(1e-3)
AT = datetime(2026, 5, 5, tzinfo=UTC)
TOPS = normal_tops(NEEDED, np.random.default_rng(4)).astype(np.float32)


def scores(values: NDArray[np.float32], capped: int = 0) -> CollectedScores:
    return CollectedScores("wanted", "c" * 16, GALLERY, values, capped, 0, 3, date(2026, 5, 4), 0)


def judged(values: NDArray[np.float32], waiting: int = 0, capped: int = 0) -> Judgement:
    return judge(scores(values, capped), waiting, BUDGET, np.random.default_rng(1))


def test_enough_scores_are_ready_and_say_what_they_bring() -> None:
    found = judged(TOPS)
    assert found.readiness is Readiness.READY
    assert found.thresholds is not None
    assert found.match_interval is not None
    assert found.match_interval[0] < found.thresholds.match < found.match_interval[1]
    armed = armed_from(found, AT, "chief-1")
    assert (armed.list_id, armed.gallery_size, armed.armed_by) == ("wanted", GALLERY, "chief-1")
    assert armed.tail == found.tail


@pytest.mark.parametrize(
    ("values", "waiting", "capped", "readiness", "reason"),
    [
        (TOPS[:0], 0, 0, Readiness.COLLECTING, f"{NEEDED} more tracks"),
        (TOPS[:3], 0, 0, Readiness.COLLECTING, f"{NEEDED - 3} more tracks"),
        (TOPS[:-1], 0, 0, Readiness.COLLECTING, "1 more tracks"),
        (TOPS, 26, 0, Readiness.WAITING, "26 alerts have no settling answer, at most 25"),
        (TOPS, 0, 26, Readiness.UNFIT, "26 tracks reached the pack's match threshold"),
        (np.full(NEEDED, 0.2, np.float32), 0, 0, Readiness.UNFIT, "different values"),
        (np.full(NEEDED, np.nan, np.float32), 0, 0, Readiness.UNFIT, "not numbers"),
        (np.r_[TOPS, np.float32(1e30)], 0, 0, Readiness.UNFIT, "no comparison scores"),
    ],
)
def test_what_must_not_be_armed_says_why(
    values: NDArray[np.float32], waiting: int, capped: int, readiness: Readiness, reason: str
) -> None:
    found = judged(values, waiting, capped)
    assert found.readiness is readiness
    with pytest.raises(ShadowError, match=f"list wanted cannot be armed: .*{reason}"):
        armed_from(found, AT, "chief-1")


def test_too_few_tracks_show_their_draft_all_the_same() -> None:
    found = judged(TOPS[:2000])
    assert found.readiness is Readiness.COLLECTING
    assert found.thresholds is not None


def test_a_gallery_that_was_empty_is_no_reason_to_divide_by_nothing() -> None:
    found = judge(replace(scores(TOPS), gallery_size=0), 0, BUDGET, np.random.default_rng(1))
    assert armed_from(found, AT, "chief-1").gallery_size == 1
