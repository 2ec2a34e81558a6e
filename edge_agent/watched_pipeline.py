"""A lane's pipeline that gives its scores to the keeper, and of a shadow lane nothing to anybody else."""

from collections.abc import Sequence
from datetime import datetime

from edge_agent.crossings import DocumentRead
from edge_agent.pipeline import LanePipeline, StepResult
from edge_agent.score_keeper import ScoreKeeper
from edge_agent.watchlist import Watchlist
from hardware.frame import Frame


class WatchedPipeline(LanePipeline):
    """Same frames, same decisions; what becomes of them is the keeper's."""

    keeper: ScoreKeeper | None = None

    def process(
        self, frame: Frame, watchlists: Sequence[Watchlist], late_at: datetime | None = None
    ) -> StepResult:
        """Take in one frame."""
        return self._watched(super().process(frame, watchlists, late_at))

    def pause(self, at: datetime) -> StepResult:
        """End every track."""
        return self._watched(super().pause(at))

    def finish(self, at: datetime) -> StepResult:
        """End every track and crossing."""
        # `pause`, which is part of it, was watched already.
        finished = super().finish(at)
        return finished if self.keeper is None else self.keeper.hushed(finished)

    def read_document(self, read: DocumentRead) -> StepResult:
        """Take in that a document was read."""
        return self._watched(super().read_document(read))

    def _watched(self, result: StepResult) -> StepResult:
        return result if self.keeper is None else self.keeper.watch(result)
