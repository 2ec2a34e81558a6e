"""A lane's decider that gives its scores to the keeper, and of a shadow lane nothing to anybody else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from edge_agent.alerts.alerting import StandingAlert
from edge_agent.crossings.crossings import DocumentRead
from edge_agent.decision.score_keeper import ScoreKeeper
from edge_agent.lane.decider import LaneDecider
from edge_agent.vision.pipeline import PipelineCounters, StepResult
from edge_agent.watchlists.watchlist import Watchlist
from hardware.frame import Frame


@dataclass(frozen=True, slots=True)
class WatchedLane:
    """Same frames, same decisions; what becomes of them is the keeper's."""

    decider: LaneDecider
    keeper: ScoreKeeper

    @property
    def counters(self) -> PipelineCounters:
        """What has been done so far."""
        return self.decider.counters

    @property
    def tracks_now(self) -> int:
        """Faces being followed."""
        return self.decider.tracks_now

    @property
    def unusable_now(self) -> int:
        """Faces in view that the guard has been asked to look at."""
        return self.decider.unusable_now

    def resume(self, standing: Sequence[StandingAlert]) -> None:
        """Take up the alerts that stood open when the edge was stopped."""
        self.decider.resume(standing)

    def read_document(self, read: DocumentRead) -> StepResult:
        """Take in that a document was read."""
        return self.keeper.watch(self.decider.read_document(read))

    def process(
        self, frame: Frame, watchlists: Sequence[Watchlist], late_at: datetime | None = None
    ) -> StepResult:
        """Take in one frame and search the lists in force."""
        return self.keeper.watch(self.decider.process(frame, watchlists, late_at))

    def pause(self, at: datetime) -> StepResult:
        """End every track: the edge is being stopped."""
        return self.keeper.watch(self.decider.pause(at))

    def finish(self, at: datetime) -> StepResult:
        """End every track and crossing: the stream has ended."""
        return self.keeper.watch(self.decider.finish(at))
