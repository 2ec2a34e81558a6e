"""Pure: what one frame came to."""

from dataclasses import dataclass

from edge_agent.alerts.effects import Effect
from edge_agent.crossings.crossings import OwnDocument
from edge_agent.decision.shadow import TrackScore
from sync.lane_messages import TrackView


@dataclass(frozen=True, slots=True, eq=False)
class StepResult:
    """What one frame came to."""

    tracks: tuple[TrackView, ...]
    effects: tuple[Effect, ...]
    alerts_in_view: tuple[str, ...] = ()
    """Ids of the open alerts whose subject is in this very frame."""
    own_documents: tuple[OwnDocument, ...] = ()
    """Documents that are known to be a listed traveller's own, as long as the track lasts."""
    track_scores: tuple[TrackScore, ...] = ()
    """The best score in each list of the tracks that ended."""
