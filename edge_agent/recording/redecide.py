"""Pure: every decision of a recorded passage, made anew."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from edge_agent.crossings.crossings import DocumentRead
from edge_agent.recording.decision_stream import Decider, StepDecisions, chained
from edge_agent.recording.recording import (
    AnyStep,
    DocumentNoted,
    Header,
    ListsInForce,
    Looked,
    Paused,
    Recording,
    Resumed,
    searchable,
)
from edge_agent.vision.observations import ObservedFaces
from edge_agent.vision.pipeline import StepResult
from edge_agent.watchlists.watchlist import Watchlist
from models.engine import FaceEngine

NewId = Callable[[datetime], str]


@dataclass(frozen=True, slots=True)
class Redecided:
    """What the recorded passage came to this time."""

    steps: tuple[StepDecisions, ...]
    """One per recorded step."""
    digest: str
    first_difference: int | None
    """Number of the first step (from 0) whose decisions are not those of the recording; None: all equal."""


def redecide(recording: Recording, new_id: NewId | None = None) -> Redecided:
    """Decide anew from what was recorded, with the recorded ids or those of `new_id`.

    Raises `RecordingError` when a decision would need something that was never recorded.
    """
    header = recording.header
    faces = ObservedFaces(header.contract)
    ids = new_id or recorded_ids(recording)
    decider = Decider(_engine_of(header, faces), header.policy, header.lane, ids, faces)
    steps = tuple(_decided(decider, recording))
    digests = [step.digest for step in steps]
    differing = (n for n, step in enumerate(recording.steps) if step.digest != digests[n])
    return Redecided(steps, chained(digests), next(differing, None))


def recorded_ids(recording: Recording) -> NewId:
    """Give the recorded ids again, in order; beyond them, ids that say so."""
    ids = iter([id_ for step in recording.steps for id_ in step.ids])
    more = count(1)
    return lambda _at: next(ids, None) or f"unrecorded-{next(more)}"


def _decided(decider: Decider, recording: Recording) -> Iterator[StepDecisions]:
    lists: tuple[Watchlist, ...] = ()
    for entry in recording.entries:
        if isinstance(entry, ListsInForce):
            lists = tuple(searchable(each, recording.header.contract) for each in entry.lists)
        elif isinstance(entry, Resumed):
            decider.pipeline.resume(entry.standing)
        else:
            yield decider.decisions(_step(decider, entry, lists))


def _step(decider: Decider, entry: AnyStep, lists: tuple[Watchlist, ...]) -> StepResult:
    pipeline = decider.pipeline
    if isinstance(entry, Looked):
        decider.faces.show(entry.frame)
        return pipeline.process(entry.frame.blank(), lists, entry.late_at)
    if isinstance(entry, DocumentNoted):
        read = DocumentRead(entry.document.to_bytes(8, "big"), entry.direction, entry.at)
        step = pipeline.read_document(read)
        decider.number_of(read.key)
        return step
    return pipeline.pause(entry.at) if isinstance(entry, Paused) else pipeline.finish(entry.at)


def _engine_of(header: Header, faces: ObservedFaces) -> FaceEngine:
    attack = faces if header.has_attack_detector else None
    return FaceEngine(
        header.pack,
        faces,
        faces,
        attack,
        header.calibration,
        header.provider,
        attack_hint_threshold=header.attack_hint_threshold,
    )
