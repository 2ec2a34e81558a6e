import socket
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from hardware.camera_source import open_camera
from hardware.errors import CameraError
from hardware.live_camera import LiveCamera
from hardware.video_reader import open_stream
from tests.hardware.mjpeg_server import MjpegServer
from tests.hardware.recordings import number_of, numbered


def ticking(step_s: float) -> Callable[[], float]:
    """Make a clock that moves by `step_s` each time it is read."""
    ticks = count()
    return lambda: next(ticks) * step_s


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        (None, [0, 1, 2, 3, 4, 5]),
        (100.0, [0, 1, 2, 3, 4, 5]),
        (25.0, [0, 4, 8, 12, 16, 20]),
        (22.0, [0, 4, 9, 13, 18, 22]),
    ],
)
def test_camera_faster_than_asked_is_thinned(rate: float | None, expected: list[int]) -> None:
    """The server sends as fast as it can; the clock says a hundred frames a second."""
    with MjpegServer([numbered(n) for n in range(30)]) as server:
        camera = LiveCamera(
            "gate", "loopback", lambda: open_stream(server.url), rate, monotonic=ticking(0.01)
        )
        camera.open()
        frames = [camera.read() for _ in range(6)]
        camera.close()
    assert [number_of(frame.image) for frame in frames if frame is not None] == expected
    assert [frame.sequence for frame in frames if frame is not None] == [0, 1, 2, 3, 4, 5]


def test_stream_clock_counts_from_opening() -> None:
    with MjpegServer([numbered(n) for n in range(6)]) as server:
        camera = LiveCamera("gate", "loopback", lambda: open_stream(server.url), monotonic=ticking(0.25))
        camera.open()
        clock = [frame.stream_s for frame in (camera.read(), camera.read()) if frame is not None]
        camera.close()
    assert clock == [0.25, 0.5]


@pytest.mark.parametrize("scheme", ["rtsp", "http"])
def test_refused_connection_is_an_error_at_once_and_hides_the_password(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    camera = open_camera(f"{scheme}://guard:hush@127.0.0.1:{port}/live", "gate")
    began = time.monotonic()
    with pytest.raises(CameraError, match=rf"camera gate: cannot open {scheme}://\*\*\*@127") as caught:
        camera.open()
    assert time.monotonic() - began < 4.5
    assert "hush" not in str(caught.value)


def test_missing_device_is_an_error_that_names_it() -> None:
    camera = open_camera("usb:97", "gate", 15)
    with pytest.raises(CameraError, match="camera gate: cannot open /dev/video97"):
        camera.open()


def test_failing_camera_is_quiet_on_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    for source in ("usb:97", "rtsp://127.0.0.1:9/live"):
        with pytest.raises(CameraError):
            open_camera(source, "gate").open()
    assert capfd.readouterr().err == ""


def test_failing_camera_is_quiet_in_a_process_that_wrote_a_video_before(tmp_path: Path) -> None:
    """FFmpeg takes its level from whoever comes first: not this process, whose other tests came before."""
    order = (
        "from pathlib import Path\n"
        "from hardware.video_reader import open_stream\n"
        "from tests.hardware.recordings import write_video\n"
        f"write_video(Path({str(tmp_path / 'video.avi')!r}), 1)\n"
        "assert open_stream('rtsp://127.0.0.1:9/live') is None\n"
    )
    done = subprocess.run([sys.executable, "-c", order], capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_camera_that_falls_silent_is_an_error_within_the_time_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hardware.video_reader.READ_TIMEOUT_MS", 1000)
    with MjpegServer([numbered(1)] * 60, is_hanging=True) as server:
        camera = open_camera(server.url, "gate")
        camera.open()
        began = time.monotonic()
        with pytest.raises(CameraError, match="stopped sending"):
            list(iter(camera.read, None))
        assert time.monotonic() - began < 4.5
        camera.close()
