import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge_agent.capture.frame_ring import FrameRingError
from edge_agent.capture.limits import CaptureLimits
from edge_agent.capture.supervision import CameraCapture
from hardware.errors import CameraSourceError
from hardware.frame import Frame
from tests.hardware.mjpeg_server import MjpegServer
from tests.hardware.recordings import numbered

PATIENCE_S = 30.0
EAGER = CaptureLimits(stale_s=1.5, blind_s=0.5, flat_s=0.5, first_delay_s=0.05, longest_delay_s=0.2)


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "not within the deadline"
        time.sleep(0.005)


def status(capture: CameraCapture) -> str:
    return capture.state(datetime.now(UTC)).status


def next_frame(capture: CameraCapture, after: int = -1) -> Frame:
    found: list[Frame] = []

    def look() -> bool:
        frame = capture.newest(after)
        if frame is not None:
            found.append(frame)
        return bool(found)

    eventually(look)
    return found[0]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "picture.png"
    cv2.imwrite(str(path), np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8))
    return path


@pytest.fixture
def endless(picture: Path) -> str:
    return f"pan:{picture}?seconds=60&gap=0&size=80x60&loop=true"


def is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{process_id}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"


@pytest.mark.parametrize("source", ["replay:/nowhere.mp4", "carrier-pigeon", "pan:/nowhere.jpg"])
def test_hopeless_source_is_refused_before_anything_starts(source: str) -> None:
    with pytest.raises(CameraSourceError, match="camera gate"):
        CameraCapture("gate", source)


def test_ring_that_cannot_be_had_is_refused() -> None:
    with pytest.raises(FrameRingError, match="slots"):
        CameraCapture("gate", "usb:0", slots=1)


def test_camera_is_connecting_then_live(endless: str) -> None:
    with CameraCapture("gate", endless, 15) as capture:
        assert status(capture) == "connecting"
        first = next_frame(capture)
        assert (first.camera_id, first.width, first.height) == ("gate", 80, 60)
        state = capture.state(datetime.now(UTC))
        assert state.status == "live"
        assert state.frame_age_ms is not None
        assert state.frames > 0


def test_skipped_frames_count_as_dropped(endless: str) -> None:
    with CameraCapture("gate", endless, 60) as capture:
        first = next_frame(capture)
        eventually(lambda: capture.state(datetime.now(UTC)).frames > first.sequence + 5)
        second = next_frame(capture, first.sequence)
        state = capture.state(datetime.now(UTC))
    assert state.dropped == second.sequence - 1  # all of them but the two that were read
    assert second.sequence - first.sequence > 1


def test_recording_ends_and_says_so(picture: Path) -> None:
    source = f"pan:{picture}?seconds=0.3&gap=0&size=80x60"
    with CameraCapture("gate", source, 30) as capture:
        eventually(lambda: status(capture) == "ended")
        assert capture.state(datetime.now(UTC)).frames == 9
        assert capture.restarts == 0
        last = capture.newest(-1)
    assert last is not None
    assert last.sequence == 8


def test_recording_that_cannot_be_decoded_fails_for_good(tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video" * 100)
    with CameraCapture("gate", f"replay:{broken}") as capture:
        eventually(lambda: status(capture) == "failed")
        assert "not a video that can be decoded" in capture.state(datetime.now(UTC)).detail
        assert capture.restarts == 0


def test_frame_beyond_max_pixels_fails_with_the_setting_to_change(endless: str) -> None:
    with CameraCapture("gate", endless, max_pixels=79 * 60) as capture:
        eventually(lambda: status(capture) == "failed")
        assert "max_pixels" in capture.state(datetime.now(UTC)).detail


def test_killed_process_is_replaced_and_numbers_and_clock_go_on(endless: str) -> None:
    with CameraCapture("gate", endless, 15, limits=EAGER) as capture:
        before = next_frame(capture)
        process_id = capture.process_id
        assert process_id is not None
        os.kill(process_id, signal.SIGKILL)
        eventually(lambda: capture.restarts == 1)
        after = next_frame(capture, before.sequence)
        eventually(lambda: status(capture) == "live")
        assert after.sequence > before.sequence
        assert after.stream_s > before.stream_s
        assert capture.process_id != process_id


def test_restarts_leave_no_files_open_and_no_process_behind(endless: str) -> None:
    def open_files() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = open_files()
    killed: list[int] = []
    with CameraCapture("gate", endless, 15, limits=EAGER) as capture:
        for count in range(3):
            eventually(lambda: capture.process_id not in {None, *killed})
            assert capture.process_id is not None
            killed.append(capture.process_id)
            os.kill(killed[-1], signal.SIGKILL)
            eventually(lambda count=count: capture.restarts == count + 1)  # type: ignore[misc]
    assert open_files() == before
    assert not any(is_running(process_id) for process_id in killed)


def test_hanging_process_is_blind_then_killed_and_replaced(endless: str) -> None:
    with CameraCapture("gate", endless, 15, limits=EAGER) as capture:
        next_frame(capture)
        process_id = capture.process_id
        assert process_id is not None
        os.kill(process_id, signal.SIGSTOP)
        eventually(lambda: status(capture) == "blind")
        eventually(lambda: capture.restarts == 1)
        eventually(lambda: status(capture) == "live")
        assert not is_running(process_id)


def test_unreachable_camera_keeps_connecting_and_says_why() -> None:
    with CameraCapture("gate", "rtsp://guard:hush@127.0.0.1:9/live", limits=EAGER) as capture:
        eventually(lambda: capture.restarts >= 2)
        state = capture.state(datetime.now(UTC))
    assert state.status == "connecting"
    assert "cannot open rtsp://***@127.0.0.1:9/live" in state.detail


def test_camera_that_drops_the_connection_comes_back() -> None:
    with (
        MjpegServer([numbered(n) for n in range(8)]) as server,
        CameraCapture("gate", server.url, limits=EAGER) as capture,
    ):
        first = next_frame(capture)
        eventually(lambda: capture.restarts >= 2)
        later = next_frame(capture, first.sequence)
        assert later.sequence > first.sequence
        assert later.stream_s > first.stream_s
        assert status(capture) != "failed"


def test_covered_lens_counts_as_blind(tmp_path: Path) -> None:
    black = tmp_path / "black.png"
    cv2.imwrite(str(black), np.zeros((60, 80, 3), np.uint8))
    source = f"pan:{black}?seconds=60&size=80x60"
    with CameraCapture("gate", source, 15, limits=EAGER) as capture:
        eventually(lambda: "one colour" in capture.state(datetime.now(UTC)).detail)
        assert status(capture) == "blind"


def test_stopping_ends_the_process_and_keeps_the_counts(endless: str) -> None:
    capture = CameraCapture("gate", endless, 15)
    capture.start()
    next_frame(capture)
    process_id = capture.process_id
    assert process_id is not None
    capture.stop()
    capture.stop()
    assert not is_running(process_id)
    assert capture.newest(-1) is None
    assert status(capture) == "ended"
    assert capture.state(datetime.now(UTC)).frames > 0


PARENT = """
import sys, time
from edge_agent.capture.supervision import CameraCapture

capture = CameraCapture("gate", sys.argv[1], 15)
capture.start()
while capture.newest(-1) is None:
    time.sleep(0.005)
print(capture.process_id, flush=True)
time.sleep(60)
"""


def test_capture_process_goes_when_its_parent_is_killed(endless: str) -> None:
    command = [sys.executable, "-c", PARENT, endless]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        process_id = int(parent.stdout.readline())
        assert is_running(process_id)
        parent.kill()
    eventually(lambda: not is_running(process_id))


def test_failure_of_the_supervision_itself_is_seen(endless: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(order: object) -> None:
        raise RuntimeError("out of luck")

    monkeypatch.setattr("edge_agent.capture.supervision.CaptureChild", fail)
    with CameraCapture("gate", endless) as capture:
        eventually(lambda: status(capture) == "failed")
        assert "supervision" in capture.state(datetime.now(UTC)).detail


def test_capture_process_imports_neither_networks_nor_servers() -> None:
    """It starts for each camera and each restart, so it must start fast and stay small."""
    listing = "import sys, edge_agent.capture.process; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True)
    packages = {name.partition(".")[0] for name in done.stdout.split()}
    assert packages >= {"cv2", "hardware"}
    assert packages.isdisjoint(
        {"faiss", "onnxruntime", "models", "starlette", "uvicorn", "sqlite_utils", "msgspec"}
    )


@pytest.mark.parametrize(("failures", "longest"), [(1, 0.25), (2, 0.5), (3, 1.0), (4, 2.0), (500, 2.0)])
def test_delay_doubles_to_a_limit_with_jitter_of_half(failures: int, longest: float) -> None:
    delays = [CaptureLimits().delay_s(failures, random.Random(seed)) for seed in range(50)]
    assert longest / 2 <= min(delays) < max(delays) <= longest
    assert max(delays) - min(delays) > longest / 4


@pytest.mark.parametrize(("rate", "limit"), [(None, 2.0), (15, 2.0), (0.5, 6.0)])
def test_slow_camera_gets_longer_limits(rate: float | None, limit: float) -> None:
    assert CaptureLimits().for_rate(2.0, rate) == limit
