"""Puts a lane on record when its settings say so."""

from collections.abc import Callable
from datetime import datetime, timedelta

from edge_agent.alerts.alerting import LaneIdentity
from edge_agent.decision.calibration import FalseAlarmBudget
from edge_agent.lane.decider import LaneDecider
from edge_agent.recording.recorder import RecordedLane, header_of
from edge_agent.recording.recording import references_of_subjects
from edge_agent.recording.tape import LaneTape, delete_expired
from edge_agent.settings import EdgeSettings, MatchingSection
from edge_agent.store.edge_store import EdgeStore
from edge_agent.vision.pipeline import LanePipeline, PipelinePolicy
from models.engine import FaceEngine
from sync.sealing import RowSeal


class LaneRecording:
    """What a lane has to do with recordings; by default nothing."""

    def __init__(
        self,
        settings: EdgeSettings,
        store: EdgeStore,
        seal: RowSeal,
        now: Callable[[], datetime],
        new_id: Callable[[datetime], str],
    ) -> None:
        """Begin the recording if one is asked for; raises `RecordingError` or `StoreError`."""
        self._settings = settings
        self._now = now
        self._new_id = new_id
        section = settings.recording
        self._tape = (
            LaneTape(settings.recordings, section, seal, store, now, new_id(now())) if section.on else None
        )

    def is_on(self) -> bool:
        """Whether everybody who passes is being recorded right now."""
        return self._tape is not None and self._tape.is_running

    def decider(self, engine: FaceEngine, policy: PipelinePolicy, lane: LaneIdentity) -> LaneDecider:
        """Build the lane's pipeline, on record or not."""
        if self._tape is None:
            return LanePipeline(engine, policy, lane, self._new_id)
        budget, reason = budget_of(self._settings.matching), self._settings.recording.reason
        header = header_of(engine, policy, lane, budget, self._now(), reason)
        return RecordedLane(engine, header, self._new_id, self._tape, references_of_subjects)

    def end(self) -> None:
        """Close the recording; may be called twice."""
        if self._tape is not None:
            self._tape.end()

    def expire(self, now: datetime) -> None:
        """Delete recordings that are over their time, also those of earlier runs."""
        delete_expired(self._settings.recordings, timedelta(hours=self._settings.recording.keep_hours), now)


def budget_of(matching: MatchingSection) -> FalseAlarmBudget:
    """Translate the settings into the lane's budget."""
    return FalseAlarmBudget(
        matching.allowed_false_alarms_per_day, matching.travellers_per_day, matching.review_factor
    )
