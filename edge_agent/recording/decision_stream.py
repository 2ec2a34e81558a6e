"""Pure: every decision of one step as one value, and its digest, which differs when a single bit does."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import msgspec

from edge_agent.alerts.alerting import LaneIdentity
from edge_agent.alerts.effects import RaiseAlert
from edge_agent.decision.shadow import TrackScore
from edge_agent.vision.observations import ObservedFaces, plain
from edge_agent.vision.pipeline import LanePipeline, PipelinePolicy, StepResult
from edge_agent.vision.search_trace import SearchTrace
from models.engine import FaceEngine
from sync.lane_messages import TrackView
from sync.messages import AlertRaised, AlertUpdated


class StepDecisions(msgspec.Struct, frozen=True):
    """What a step decided; the probe pictures alone are left out."""

    tracks: tuple[TrackView, ...]
    searches: tuple[SearchTrace, ...]
    alerts: tuple[AlertRaised | AlertUpdated, ...]
    in_view: tuple[str, ...]
    documents: tuple[tuple[str, int], ...]
    """Crossing ids with the number of the document that is their traveller's own."""
    scores: tuple[TrackScore, ...]

    @property
    def digest(self) -> bytes:
        """Sixteen bytes of SHA-256 over the exact bits, floats as IEEE 754 doubles."""
        return hashlib.sha256(msgspec.msgpack.encode(self, enc_hook=plain)).digest()[:16]


def chained(digests: Iterable[bytes]) -> str:
    """Hex digest of a whole stream of step digests, in order."""
    return hashlib.sha256(b"".join(digests)).hexdigest()


class Decider:
    """The deciding half of a lane: a pipeline that is told what was seen instead of looking itself."""

    def __init__(
        self,
        engine: FaceEngine,
        policy: PipelinePolicy,
        lane: LaneIdentity,
        new_id: Callable[[datetime], str],
        faces: ObservedFaces,
    ) -> None:
        self._searches: list[SearchTrace] = []
        self._documents: dict[bytes, int] = {}
        self.faces = faces
        self.pipeline = LanePipeline(
            faces.in_place_of(engine),
            policy,
            lane,
            new_id,
            measure=faces.measure,
            on_search=self._searches.append,
        )

    def number_of(self, document: bytes) -> int:
        """Give a document's number, in the order of first reading: its key need not be written down."""
        return self._documents.setdefault(document, len(self._documents) + 1)

    def forget(self) -> None:
        """Drop what was noted: nobody is going to ask."""
        self._searches.clear()

    def decisions(self, step: StepResult) -> StepDecisions:
        """Put together what was decided since the last call."""
        searches = tuple(self._searches)
        self._searches.clear()
        return StepDecisions(
            tracks=step.tracks,
            searches=searches,
            alerts=_messages(step),
            in_view=step.alerts_in_view,
            documents=tuple((own.crossing_id, self.number_of(own.key)) for own in step.own_documents),
            scores=step.track_scores,
        )


def alerts_raised(steps: Sequence[StepDecisions]) -> list[AlertRaised]:
    """Every alert of a stream, in order."""
    return [alert for step in steps for alert in step.alerts if isinstance(alert, AlertRaised)]


def _messages(step: StepResult) -> tuple[AlertRaised | AlertUpdated, ...]:
    return tuple(e.alert if isinstance(e, RaiseAlert) else e.update for e in step.effects)
