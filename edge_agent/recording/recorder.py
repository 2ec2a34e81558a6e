"""Pure but for the networks and its tape: a lane's pipeline that writes down what it is told."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from edge_agent.alerts.alerting import LaneIdentity, StandingAlert
from edge_agent.crossings.crossings import DocumentRead
from edge_agent.decision.calibration import FalseAlarmBudget
from edge_agent.gallery.port import GalleryEntry
from edge_agent.recording.decision_stream import Decider
from edge_agent.recording.recording import (
    MOST_REFERENCES,
    AnyStep,
    DocumentNoted,
    Entry,
    Finished,
    Header,
    ListsInForce,
    Looked,
    Paused,
    Resumed,
    record_list,
)
from edge_agent.vision.observations import ObservedFaces, observe
from edge_agent.vision.pipeline import PipelineCounters, PipelinePolicy, StepResult
from edge_agent.watchlists.watchlist import Watchlist
from hardware.frame import Frame
from models.engine import FaceEngine
from sync.version import VERSION

ReferencesOf = Callable[[Watchlist], Sequence[GalleryEntry]]
"""Gives the enrolled templates of a list."""


class Tape(Protocol):
    """Takes a recording's entries, in order."""

    @property
    def is_running(self) -> bool:
        """Whether entries are still wanted."""

    def write(self, entry: Entry) -> None:
        """Append an entry."""

    def end(self) -> None:
        """Close the recording as a whole one; may be called twice."""

    def abandon(self, reason: str) -> None:
        """Give the recording up."""


def header_of(
    engine: FaceEngine,
    policy: PipelinePolicy,
    lane: LaneIdentity,
    budget: FalseAlarmBudget,
    started_at: datetime,
    reason: str,
) -> Header:
    """Put down what decisions rest on."""
    return Header(
        version=VERSION,
        started_at=started_at,
        reason=reason,
        lane=lane,
        policy=policy,
        budget=budget,
        pack=engine.pack,
        provider=engine.provider,
        contract=engine.extractor.contract,
        calibration=engine.calibration,
        has_attack_detector=engine.attack_detector is not None,
        attack_hint_threshold=engine.attack_hint_threshold,
        extracts_every_face=False,
    )


class RecordedLane:
    """Decides like `LanePipeline`, from observations that go to a tape; without the tape, as if not there.

    While it records, every usable face is extracted, so that other thresholds can be tried later.
    """

    def __init__(
        self,
        engine: FaceEngine,
        header: Header,
        new_id: Callable[[datetime], str],
        tape: Tape,
        references_of: ReferencesOf,
    ) -> None:
        self._engine = engine
        self._gate = None if header.extracts_every_face else header.policy.gate
        self._new_id = new_id
        self._tape = tape
        self._references_of = references_of
        self._ids: list[str] = []
        self._lists: tuple[Watchlist, ...] | None = None
        faces = ObservedFaces(header.contract, engine)
        self._decider = Decider(engine, header.policy, header.lane, self._noted_id, faces)
        self._pipeline = self._decider.pipeline
        tape.write(header)

    @property
    def counters(self) -> PipelineCounters:
        """What has been done so far."""
        return self._pipeline.counters

    @property
    def tracks_now(self) -> int:
        """Faces being followed."""
        return self._pipeline.tracks_now

    @property
    def unusable_now(self) -> int:
        """Faces in view that the guard has been asked to look at."""
        return self._pipeline.unusable_now

    def resume(self, standing: Sequence[StandingAlert]) -> None:
        """Take up the alerts that stood open when the edge was stopped."""
        self._pipeline.resume(standing)
        if self._tape.is_running:
            self._tape.write(Resumed(tuple(standing)))

    def process(
        self, frame: Frame, watchlists: Sequence[Watchlist], late_at: datetime | None = None
    ) -> StepResult:
        """Look at a frame, then decide from what was seen."""
        self._note_lists(watchlists)
        if not self._tape.is_running:
            self._decider.faces.show(None)
            return self._unrecorded(self._pipeline.process(frame, watchlists, late_at))
        observed = observe(self._engine, frame, self._gate)
        self._decider.faces.show(observed)
        step = self._pipeline.process(frame, watchlists, late_at)
        return self._write(Looked(frame=observed, late_at=late_at), step)

    def read_document(self, read: DocumentRead) -> StepResult:
        """Take in that a document was read."""
        step = self._pipeline.read_document(read)
        if not self._tape.is_running:
            return self._unrecorded(step)
        number = self._decider.number_of(read.key)
        return self._write(DocumentNoted(document=number, direction=read.direction, at=read.at), step)

    def pause(self, at: datetime) -> StepResult:
        """End every track, and with them the recording: the edge is being stopped."""
        step = self._write(Paused(at=at), self._pipeline.pause(at))
        self._tape.end()
        return step

    def finish(self, at: datetime) -> StepResult:
        """End every track and crossing: the stream has ended."""
        return self._write(Finished(at=at), self._pipeline.finish(at))

    def _write(self, entry: AnyStep, step: StepResult) -> StepResult:
        if not self._tape.is_running:
            return self._unrecorded(step)
        digest = self._decider.decisions(step).digest
        self._tape.write(msgspec.structs.replace(entry, ids=tuple(self._ids), digest=digest))
        self._ids.clear()
        return step

    def _unrecorded(self, step: StepResult) -> StepResult:
        self._decider.forget()
        self._ids.clear()
        return step

    def _noted_id(self, at: datetime) -> str:
        self._ids.append(self._new_id(at))
        return self._ids[-1]

    def _note_lists(self, lists: Sequence[Watchlist]) -> None:
        """Write the lists down when they are others than before; a version is replaced whole."""
        known = self._lists or ()
        is_same = len(known) == len(lists) and all(a is b for a, b in zip(known, lists, strict=False))
        if not self._tape.is_running or (is_same and self._lists is not None):
            return
        self._lists = tuple(lists)
        references = sum(watchlist.gallery.references for watchlist in lists)
        if references > MOST_REFERENCES:
            self._tape.abandon(
                f"the lists have {references} references, at most {MOST_REFERENCES} can be held"
            )
            return
        recorded = tuple(record_list(each, self._references_of(each)) for each in lists)
        self._tape.write(ListsInForce(recorded))
