"""Collecting scores beside the frames, and keeping a shadow lane quiet."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from edge_agent.alerts.effects import RaiseAlert
from edge_agent.decision.score_keeper import FLUSH_EVERY, ScoreKeeper
from edge_agent.decision.score_store import ScoreStore
from edge_agent.decision.shadow import TrackScore
from edge_agent.errors import StoreError
from edge_agent.vision.pipeline import StepResult
from sync.lane_messages import TrackView
from tests.edge_agent.shell_builders import NOW, opened_store, raised

STRANGER = TrackScore("wanted", 3, "0" * 16, 2, 0.3, False, 0.5)
ALERTED = replace(STRANGER, score=0.7, is_alert=True)
TRACKS = tuple(
    TrackView(track_id=number, x=0, y=0, width=0.1, height=0.1, status=status)
    for number, status in enumerate(("match", "review", "non-match", "too-poor"))
)
RESULT = StepResult(
    TRACKS,
    (RaiseAlert(raised(), np.zeros((2, 2, 3), np.uint8)),),
    ("alert-1",),
    track_scores=(STRANGER, ALERTED),
)


def collected_by(tmp_path: Path, *, is_shadow: bool) -> tuple[StepResult, list[float], ScoreKeeper]:
    with opened_store(tmp_path) as opened:
        store = ScoreStore(opened.store, opened.vault)
        keeper = ScoreKeeper(store, lambda: NOW, is_shadow=is_shadow)
        left = keeper.watch(RESULT)
        keeper.step(NOW)
        scores = [round(float(score), 3) for day in store.days("wanted") for score in day.scores]
    return left, scores, keeper


def test_a_lane_keeps_what_raised_no_alert_and_shows_everything(tmp_path: Path) -> None:
    left, scores, keeper = collected_by(tmp_path, is_shadow=False)
    assert left is RESULT
    assert scores == [0.3]
    assert keeper.would_be_alerts == 0


def test_a_shadow_lane_shows_nobody_and_counts(tmp_path: Path) -> None:
    left, scores, keeper = collected_by(tmp_path, is_shadow=True)
    assert (left.effects, left.alerts_in_view) == ((), ())
    assert [track.status for track in left.tracks] == ["searching", "searching", "non-match", "too-poor"]
    assert scores == [0.3, 0.5]
    assert keeper.would_be_alerts == 1


def test_scores_are_written_now_and_then(tmp_path: Path) -> None:
    with opened_store(tmp_path) as opened:
        store = ScoreStore(opened.store, opened.vault)
        keeper = ScoreKeeper(store, lambda: NOW, is_shadow=False)
        keeper.step(NOW)
        keeper.watch(RESULT)
        keeper.step(NOW + FLUSH_EVERY - timedelta(seconds=1))
        assert store.days("wanted") == []
        keeper.step(NOW + FLUSH_EVERY)
        assert len(store.days("wanted")) == 1


class FailingOnce(ScoreStore):
    """A store whose first write fails."""

    has_failed = False

    def add(self, new: object) -> None:
        if not self.has_failed:
            self.has_failed = True
            raise StoreError("store: disk I/O error")
        super().add(new)  # type: ignore[arg-type]

    def settle(self, now: datetime) -> int:
        return 0


def test_a_store_that_fails_costs_no_score(tmp_path: Path) -> None:
    with opened_store(tmp_path) as opened:
        store = FailingOnce(opened.store, opened.vault)
        keeper = ScoreKeeper(store, lambda: NOW, is_shadow=False)
        keeper.watch(RESULT)
        with pytest.raises(StoreError):
            keeper.flush()
        keeper.watch(RESULT)
        keeper.flush()
        assert [len(day.scores) for day in store.days("wanted")] == [2]
