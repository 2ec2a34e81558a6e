"""Port: what the lane's loop needs of whoever decides: the pipeline, or the pipeline on record."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from edge_agent.alerts.alerting import StandingAlert
from edge_agent.crossings.crossings import DocumentRead
from edge_agent.vision.pipeline import PipelineCounters, StepResult
from edge_agent.watchlists.watchlist import Watchlist
from hardware.frame import Frame


class LaneDecider(Protocol):
    """Told what happens at one lane, in order, by one thread."""

    @property
    def counters(self) -> PipelineCounters:
        """What has been done so far."""

    @property
    def tracks_now(self) -> int:
        """Faces being followed."""

    @property
    def unusable_now(self) -> int:
        """Faces in view that the guard has been asked to look at."""

    def resume(self, standing: Sequence[StandingAlert]) -> None:
        """Take up the alerts that stood open when the edge was stopped."""

    def read_document(self, read: DocumentRead) -> StepResult:
        """Take in that a document was read."""

    def process(
        self, frame: Frame, watchlists: Sequence[Watchlist], late_at: datetime | None = None
    ) -> StepResult:
        """Take in one frame and search the lists in force."""

    def pause(self, at: datetime) -> StepResult:
        """End every track: the edge is being stopped."""

    def finish(self, at: datetime) -> StepResult:
        """End every track and crossing: the stream has ended."""
