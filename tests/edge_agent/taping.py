"""Builders: a drawn passage on record, in memory."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from edge_agent.alerts.alerting import LaneIdentity
from edge_agent.recording.decision_stream import chained
from edge_agent.recording.recorder import RecordedLane, header_of
from edge_agent.recording.recording import (
    AnyStep,
    Ended,
    Entry,
    Recording,
    decode_recording,
    encode_entry,
    opening_of,
    references_of_subjects,
    seal_entry,
)
from edge_agent.vision.pipeline import PipelinePolicy, StepResult
from edge_agent.watchlists.watchlist import Watchlist
from hardware.frame import Frame
from models.fakes import fake_engine
from sync.sealing import RowSeal
from tests.edge_agent.passages import BUDGET, START, ids_in_order

SEAL = RowSeal(bytes(range(32)))
RECORDING_ID = "0195c000-0000-7000-8000-000000000001"


@dataclass(slots=True)
class MemoryTape:
    """Keeps the entries."""

    entries: list[Entry] = field(default_factory=list)
    is_running: bool = True
    abandoned: str = ""

    def write(self, entry: Entry) -> None:
        self.entries.append(entry)

    def end(self) -> None:
        if self.is_running:
            digests = [entry.digest for entry in self.entries if isinstance(entry, AnyStep)]
            self.entries.append(Ended(chained(digests)))
        self.is_running = False

    def abandon(self, reason: str) -> None:
        self.is_running, self.abandoned = False, reason

    def sealed(self) -> bytes:
        """Give the bytes that a file would have."""
        entries = [
            seal_entry(SEAL, RECORDING_ID, number, encode_entry(entry))
            for number, entry in enumerate(self.entries)
        ]
        return opening_of(RECORDING_ID) + b"".join(entries)

    def recording(self) -> Recording:
        """Open what was recorded, through its sealed form."""
        return decode_recording(self.sealed(), SEAL, "recording x")


def taped_lane(
    tape: MemoryTape,
    policy: PipelinePolicy | None = None,
    new_id: Callable[[datetime], str] | None = None,
    *,
    every_face: bool = False,
    bona_fide: float | None = None,
) -> RecordedLane:
    """Build a lane of the fake engine on record."""
    engine = fake_engine(bona_fide=bona_fide)
    lane = LaneIdentity("lane-1")
    header = header_of(engine, policy or PipelinePolicy(), lane, BUDGET, START, "builders' passage")
    header = msgspec.structs.replace(header, extracts_every_face=every_face)
    return RecordedLane(engine, header, new_id or ids_in_order(), tape, references_of_subjects)


def taped(
    frames: Iterable[Frame], watchlists: Sequence[Watchlist], *, every_face: bool = False
) -> tuple[MemoryTape, list[StepResult]]:
    """Record frames to the end of the passage."""
    tape = MemoryTape()
    lane = taped_lane(tape, every_face=every_face)
    steps = [lane.process(frame, watchlists) for frame in frames]
    steps.append(lane.pause(START))
    return tape, steps
