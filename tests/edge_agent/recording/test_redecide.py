"""A recorded passage decided anew: bit for bit, under every hash seed, for any passage."""

import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge_agent.alerts.alerting import LaneIdentity, standing_of
from edge_agent.alerts.effects import RaiseAlert
from edge_agent.crossings.crossings import DocumentRead
from edge_agent.errors import RecordingError
from edge_agent.recording.decision_stream import alerts_raised
from edge_agent.recording.recording import Looked
from edge_agent.recording.redecide import redecide
from edge_agent.vision.pipeline import LanePipeline, PipelinePolicy, StepResult
from edge_agent.watchlists.watchlist import Watchlist
from hardware.frame import Frame
from models.fakes import fake_engine
from sync.messages import AlertRaised, AlertUpdated
from tests.edge_agent.passages import START, Walk, ids_in_order, passage, watchlist_of
from tests.edge_agent.taping import MemoryTape, taped, taped_lane

LISTED, STRANGER = 1, 7
WATCHLIST = watchlist_of({"a": [LISTED], "b": [2], "c": [3]})


def messages_of(steps: Iterable[StepResult]) -> list[AlertRaised | AlertUpdated]:
    return [e.alert if isinstance(e, RaiseAlert) else e.update for s in steps for e in s.effects]


def live(frames: Iterable[Frame], watchlists: Sequence[Watchlist]) -> list[StepResult]:
    lane = LanePipeline(fake_engine(), PipelinePolicy(), LaneIdentity("lane-1"), ids_in_order())
    return [*(lane.process(frame, watchlists) for frame in frames), lane.pause(START)]


def two_people() -> list[Frame]:
    return list(passage([Walk(LISTED), Walk(STRANGER, first=5, last=40, top=200)], 50))


def test_a_recorded_passage_is_decided_as_it_was() -> None:
    tape, steps = taped(two_people(), [WATCHLIST])
    same = redecide(tape.recording())
    assert same.first_difference is None
    assert same.digest == tape.recording().digest
    assert alerts_raised(same.steps) == [m for m in messages_of(steps) if isinstance(m, AlertRaised)]
    assert len(alerts_raised(same.steps)) == 1


def test_three_runs_are_one() -> None:
    tape, _ = taped(two_people(), [WATCHLIST])
    recording = tape.recording()
    assert len({redecide(recording).digest for _ in range(3)}) == 1


def test_recording_changes_no_decision() -> None:
    _, recorded = taped(two_people(), [WATCHLIST])
    plain = live(two_people(), [WATCHLIST])
    assert messages_of(recorded) == messages_of(plain)
    assert [step.tracks for step in recorded] == [step.tracks for step in plain]


def test_the_probe_of_a_recorded_lane_is_a_picture() -> None:
    _, steps = taped(two_people(), [WATCHLIST])
    [probe] = [e.probe for s in steps for e in s.effects if isinstance(e, RaiseAlert)]
    assert len(np.unique(probe)) > 2


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    walks=st.lists(
        st.builds(
            Walk,
            identity=st.integers(0, 9),
            first=st.integers(0, 10),
            last=st.integers(11, 25),
            top=st.sampled_from([10.0, 120.0, 230.0]),
            width=st.sampled_from([24.0, 48.0, 96.0]),
            speed=st.floats(0.0, 12.0),
            blur=st.sampled_from([0, 0, 9]),
        ),
        max_size=3,
        unique_by=lambda walk: walk.top,
    ),
    rate=st.sampled_from([5.0, 15.0]),
)
def test_any_passage_is_decided_as_it_was(walks: list[Walk], rate: float) -> None:
    tape, _ = taped(passage(walks, 26, rate=rate), [WATCHLIST])
    assert redecide(tape.recording()).first_difference is None


def test_documents_lists_restarts_and_late_frames_are_part_of_the_passage() -> None:
    tape = MemoryTape()
    lane = taped_lane(tape, bona_fide=0.25)
    earlier = messages_of(live(passage([Walk(2)], 20), [WATCHLIST]))[0]
    assert isinstance(earlier, AlertRaised)
    lane.resume([standing_of(earlier)])
    newer = watchlist_of({"a": [LISTED], "d": [STRANGER]}, version=2)
    for number, frame in enumerate(two_people()):
        if number == 2:
            lane.read_document(DocumentRead(b"k" * 32, "in", frame.captured_at))
        lists = [WATCHLIST] if number < 25 else [newer]
        lane.process(frame, lists, frame.captured_at + timedelta(seconds=1) if number == 30 else None)
    lane.finish(START + timedelta(minutes=1))
    lane.pause(START + timedelta(minutes=1))
    same = redecide(tape.recording())
    assert same.first_difference is None
    assert {alert.subject_id for alert in alerts_raised(same.steps)} == {"a", "d"}
    assert any(step.documents for step in same.steps)
    assert {alert.bona_fide_score for alert in alerts_raised(same.steps)} == {0.25}


def test_the_key_of_a_document_is_not_in_the_recording() -> None:
    tape = MemoryTape()
    lane = taped_lane(tape)
    frames = two_people()
    lane.process(frames[0], [WATCHLIST])
    lane.read_document(DocumentRead(b"secret-key-of-the-document", "in", START))
    lane.pause(START)
    assert b"secret-key" not in b"".join(msgspec.msgpack.encode(entry) for entry in tape.entries)


def test_a_changed_observation_is_noticed_at_its_step() -> None:
    tape, _ = taped(two_people(), [WATCHLIST])
    at = next(n for n, e in enumerate(tape.entries) if isinstance(e, Looked) and e.frame.sequence == 9)
    looked = tape.entries[at]
    assert isinstance(looked, Looked)
    face = looked.frame.faces[0]
    moved = msgspec.structs.replace(face, box=(face.box[0] + 1e-9, *face.box[1:]))
    frame = msgspec.structs.replace(looked.frame, faces=(moved, *looked.frame.faces[1:]))
    tape.entries[at] = msgspec.structs.replace(looked, frame=frame)
    assert redecide(tape.recording()).first_difference == 9


def test_an_extraction_that_was_never_made_is_named() -> None:
    blurred = list(passage([Walk(LISTED, blur=25)], 20))
    tape, _ = taped(blurred, [WATCHLIST])
    recording = tape.recording()
    policy = msgspec.convert(
        msgspec.to_builtins(recording.header.policy) | {"gate": {"min_sharpness": 0.0}}, PipelinePolicy
    )
    header = msgspec.structs.replace(recording.header, policy=policy)
    with pytest.raises(RecordingError, match=r"not recorded: template of face 0 in frame \d+ of camera c1"):
        redecide(type(recording)(recording.recording_id, header, recording.entries, recording.digest))


def test_after_the_tape_has_ended_the_lane_goes_on_unrecorded() -> None:
    tape = MemoryTape()
    lane = taped_lane(tape)
    frames = two_people()
    for number, frame in enumerate(frames):
        if number == 3:
            tape.end()
        lane.process(frame, [WATCHLIST])
    assert len([entry for entry in tape.entries if isinstance(entry, Looked)]) == 3
    assert redecide(tape.recording()).first_difference is None
    assert lane.counters.alerts == 1


PROGRAM = """
import sys
from pathlib import Path
from edge_agent.recording.file import read_recording
from edge_agent.recording.redecide import redecide
from tests.edge_agent.taping import SEAL
print(redecide(read_recording(Path(sys.argv[1]), SEAL)).digest)
"""


def test_hash_seeds_and_thread_counts_do_not_matter(tmp_path: Path) -> None:
    tape, _ = taped(two_people(), [WATCHLIST])
    path = tmp_path / "passage"
    path.write_bytes(tape.sealed())
    digests = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM, str(path)],
            env=os.environ
            | {"PYTHONHASHSEED": seed, "OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout.strip()
        for seed, threads in (("0", "1"), ("1", "2"), ("4242", "4"))
    }
    assert digests == {tape.recording().digest}
