import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from edge_agent.capture.frame_ring import FrameRing, FrameRingError, RingShape, WriterNotes
from hardware.frame import Frame

SHAPE = RingShape(slots=3, max_pixels=64 * 48)
AT = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)


def frame(sequence: int, *, width: int = 64, height: int = 48) -> Frame:
    image = np.full((height, width, 3), sequence % 251, np.uint8)
    return Frame(image, "gate", sequence, AT, sequence / 15)


def written(ring: FrameRing, *sequences: int) -> None:
    for sequence in sequences:
        ring.write(frame(sequence), WriterNotes(monotonic_s=sequence / 15, frames_per_second=15.0))


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.fixture
def ring() -> FrameRing:
    return FrameRing.allocate(SHAPE)


def test_empty_ring_has_no_frame(ring: FrameRing) -> None:
    assert ring.newest("gate", -1) is None
    assert ring.mark() is None


def test_frame_comes_out_as_it_went_in(ring: FrameRing) -> None:
    sent = Frame(np.random.default_rng(1).integers(0, 256, (30, 50, 3), np.uint8), "gate", 7, AT, 0.4375)
    ring.write(sent, WriterNotes(1.0))
    got = ring.newest("gate", -1)
    assert got is not None
    assert np.array_equal(got.image, sent.image)
    assert (got.camera_id, got.sequence, got.captured_at, got.stream_s) == ("gate", 7, AT, 0.4375)


def test_newest_frame_wins(ring: FrameRing) -> None:
    written(ring, *range(10))
    got = ring.newest("gate", -1)
    assert got is not None
    assert got.sequence == 9
    assert (got.image == 9).all()


def test_no_frame_twice(ring: FrameRing) -> None:
    written(ring, 0, 1)
    assert ring.newest("gate", 1) is None


def test_frame_is_a_copy_that_later_writes_leave_alone(ring: FrameRing) -> None:
    written(ring, 0)
    got = ring.newest("gate", -1)
    written(ring, 1, 2, 3, 4)
    assert got is not None
    assert (got.image == 0).all()


def test_frame_under_the_pen_is_discarded(ring: FrameRing) -> None:
    written(ring, 0, 1, 2, 3)
    ring._slots[0]["begun"] += SHAPE.slots  # the writer has come round to the newest slot
    assert ring.newest("gate", -1) is None
    assert ring.mark() is None


def test_writer_that_died_half_way_leaves_the_last_whole_frame(ring: FrameRing) -> None:
    written(ring, 0, 1)
    ring._slots[2]["begun"] = 3
    got = ring.newest("gate", -1)
    assert got is not None
    assert got.sequence == 1


def test_second_mapping_sees_the_same_frames(ring: FrameRing) -> None:
    other = FrameRing(os.dup(ring.descriptor), SHAPE)
    written(ring, 5)
    mark = other.mark()
    assert mark is not None
    assert (mark.sequence, mark.captured_at, mark.stream_s, mark.frames_per_second) == (5, AT, 5 / 15, 15.0)
    other.close()
    assert ring.newest("gate", -1) is not None


def test_frame_larger_than_a_slot_is_refused_by_name(ring: FrameRing) -> None:
    with pytest.raises(FrameRingError, match=r"camera gate: frame of 65x48 .* 3072 pixels set as max_pixels"):
        ring.write(frame(0, width=65), WriterNotes(0.0))


@pytest.mark.parametrize(
    ("slots", "max_pixels", "reason"),
    [(2, 100, "2 slots"), (65, 100, "65 slots"), (4, 0, "0 pixels"), (4, 10**9, "pixels")],
)
def test_impossible_shape_is_refused(slots: int, max_pixels: int, reason: str) -> None:
    with pytest.raises(FrameRingError, match=reason):
        RingShape(slots, max_pixels)


def test_ring_beyond_the_memory_available_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge_agent.capture.frame_ring._available_bytes", lambda: SHAPE.total_bytes * 2 - 2)
    with pytest.raises(FrameRingError, match="more than half"):
        FrameRing.allocate(SHAPE)


def test_ring_that_the_kernel_refuses_is_one_error_and_no_open_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(descriptor: int, offset: int, length: int) -> None:
        raise OSError(28, "No space left on device")

    before = open_files()
    monkeypatch.setattr("os.posix_fallocate", refuse)
    with pytest.raises(FrameRingError, match="No space left on device"):
        FrameRing.allocate(SHAPE)
    assert open_files() == before


def test_closing_twice_is_harmless(ring: FrameRing) -> None:
    ring.close()
    ring.close()


WRITER = """
import sys
import numpy as np
from datetime import UTC, datetime
from edge_agent.capture.frame_ring import FrameRing, RingShape, WriterNotes
from hardware.frame import Frame

ring = FrameRing(int(sys.argv[1]), RingShape(slots=3, max_pixels=64 * 48))
for sequence in range(1, 10_000_000):
    image = np.full((48, 64, 3), sequence % 251, np.uint8)
    ring.write(Frame(image, "gate", sequence, datetime.now(UTC), 0.0), WriterNotes(0.0))
"""


def test_reader_that_is_overtaken_all_the_time_never_gets_a_torn_frame(ring: FrameRing) -> None:
    """Another process writes without pause; each frame is of one grey level, so a torn one would show."""
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(ring.descriptor)], pass_fds=[ring.descriptor]
    )
    last, seen = -1, 0
    try:
        while seen < 200 and writer.poll() is None:
            got = ring.newest("gate", last)
            if got is None:
                continue
            assert (got.image == got.sequence % 251).all()
            assert got.sequence > last
            last, seen = got.sequence, seen + 1
    finally:
        writer.kill()
        writer.wait()
    assert seen == 200
