"""What a lane learns of its strangers: one score per ended track and list."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from edge_agent.decision.shadow import TrackScore
from edge_agent.vision.pipeline import LaneIdentity, LanePipeline, PipelinePolicy, StepResult
from edge_agent.watchlists.watchlist import Watchlist
from models.fakes import fake_engine
from tests.edge_agent.passages import START, Walk, ids_in_order, passage, template_of, watchlist_of

LISTED, STRANGER = 1, 7
WATCHLIST = watchlist_of({"a": [LISTED], "b": [2]}, version=4)


def scores(walks: Sequence[Walk], watchlists: Sequence[Watchlist] = (WATCHLIST,)) -> list[TrackScore]:
    lane = LanePipeline(fake_engine(), PipelinePolicy(), LaneIdentity("lane-1"), ids_in_order())
    steps: list[StepResult] = [lane.process(frame, watchlists) for frame in passage(walks)]
    assert not any(step.track_scores for step in steps[:3])
    steps.append(lane.finish(START + timedelta(hours=1)))
    return [score for step in steps for score in step.track_scores]


def test_a_stranger_leaves_one_score_when_the_track_ends() -> None:
    [score] = scores([Walk(STRANGER)])
    best = WATCHLIST.gallery.search(template_of(STRANGER), 1)[0].comparison_score
    assert score.score == pytest.approx(best, abs=0.1)
    assert (score.list_id, score.list_version, score.gallery_size) == ("wanted", 4, 2)
    assert score.contract_id == WATCHLIST.contract.contract_id
    assert not score.is_alert


def test_a_listed_persons_score_is_marked() -> None:
    by_alert = {score.is_alert: score for score in scores([Walk(LISTED, top=20), Walk(STRANGER, top=200)])}
    assert by_alert[True].score >= by_alert[True].match_threshold == WATCHLIST.thresholds.match
    assert by_alert[False].score < WATCHLIST.thresholds.review


@pytest.mark.parametrize("watchlists", [(), (watchlist_of({}),)])
def test_without_anybody_to_be_alike_there_is_no_score(watchlists: Sequence[Watchlist]) -> None:
    assert scores([Walk(STRANGER)], watchlists) == []
