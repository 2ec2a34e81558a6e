"""Shell: collects the scores of ended tracks, and keeps a shadow lane from raising alerts."""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec

from edge_agent.alerts.effects import Effect, RaiseAlert
from edge_agent.decision.score_store import ScoreStore
from edge_agent.decision.shadow import NewScores, ScoreKey, TrackScore
from edge_agent.errors import StoreError
from edge_agent.vision.pipeline import StepResult
from sync.lane_messages import TrackView

log = logging.getLogger(__name__)

FLUSH_EVERY = timedelta(seconds=10)
SETTLE_EVERY = timedelta(minutes=10)
HUSHED = {"match": "searching", "review": "searching"}
"""What a shadow lane writes beside a face instead."""


class ScoreKeeper:
    """Between the lane's thread, which gives, and upkeep, which stores; scores only."""

    def __init__(self, store: ScoreStore, now: Callable[[], datetime], *, is_shadow: bool) -> None:
        self._store = store
        self._now = now
        self._lock = threading.Lock()
        self._new: dict[ScoreKey, NewScores] = {}
        self._flush_due: datetime | None = None
        self._settle_due: datetime | None = None
        self.is_shadow = is_shadow
        self.would_be_alerts = 0
        """That a shadow lane did not raise since it was started."""

    def watch(self, result: StepResult) -> StepResult:
        """Take the scores in; returns what is left to be done."""
        self._note(result.track_scores)
        if not self.is_shadow:
            return result
        self._count(result.effects)
        tracks = tuple(map(_hushed, result.tracks))
        return replace(result, tracks=tracks, effects=(), alerts_in_view=(), own_documents=())

    def step(self, now: datetime) -> None:
        """Store what came, now and then; raises `StoreError`, and keeps it for the next time."""
        if self._flush_due is None or now >= self._flush_due:
            self._flush_due = now + FLUSH_EVERY
            self.flush()
        if self._settle_due is None or now >= self._settle_due:
            self._settle_due = now + SETTLE_EVERY
            settled = self._store.settle(now)
            log.info("answers: %d settled", settled)

    def flush(self) -> None:
        """Store what came; raises `StoreError`, and keeps it for the next time."""
        with self._lock:
            new, self._new = self._new, {}
        try:
            if new:
                self._store.add(new)
        except StoreError:
            self._put_back(new)
            raise

    def _note(self, scores: Iterable[TrackScore]) -> None:
        day = self._now().date()
        with self._lock:
            for score in scores:
                if self.is_shadow or not score.is_alert:
                    key = ScoreKey.of(score, day)
                    self._new[key] = self._new.get(key, NewScores()).plus(score)

    def _count(self, effects: Iterable[Effect]) -> None:
        raised = Counter(effect.alert.outcome for effect in effects if isinstance(effect, RaiseAlert))
        self.would_be_alerts += raised.total()
        for outcome, number in raised.items():
            log.info("shadow lane: %d %s not raised", number, outcome)

    def _put_back(self, new: dict[ScoreKey, NewScores]) -> None:
        with self._lock:
            for key, scores in new.items():
                self._new[key] = self._new.get(key, NewScores()).merged(scores)


def _hushed(track: TrackView) -> TrackView:
    return msgspec.structs.replace(track, status=HUSHED.get(track.status, track.status))
