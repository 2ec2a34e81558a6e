"""What every camera does, whatever stands behind it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from hardware.camera import Camera
from hardware.camera_source import open_camera
from hardware.errors import CameraError
from hardware.fakes import FakeCamera
from hardware.frame import Frame
from tests.hardware.mjpeg_server import MjpegServer
from tests.hardware.recordings import numbered, write_gif, write_pictures, write_video

FRAMES = 6


def fake(folder: Path) -> Camera:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return FakeCamera([Frame(numbered(n), "gate", n, at, n / 15) for n in range(FRAMES)], "gate")


def replayed(folder: Path) -> Camera:
    return open_camera(f"replay:{write_video(folder / 'clip.avi', FRAMES)}", "gate", paced=False)


def paced(folder: Path) -> Camera:
    return open_camera(f"replay:{write_video(folder / 'clip.avi', FRAMES, 60.0)}", "gate")


def animated(folder: Path) -> Camera:
    return open_camera(f"replay:{write_gif(folder / 'clip.gif', FRAMES)}", "gate", paced=False)


def pictures(folder: Path) -> Camera:
    return open_camera(f"replay:{write_pictures(folder / 'clip', FRAMES)}", "gate", paced=False)


def panning(folder: Path) -> Camera:
    cv2.imwrite(str(folder / "face.png"), np.full((60, 80, 3), 90, np.uint8))
    return open_camera(f"pan:{folder}/face.png?seconds=0.3&gap=0.1&size=64x48", "gate", paced=False)


def read_all(camera: Camera) -> int:
    count = 0
    while camera.read() is not None:
        count += 1
    return count


RECORDED = [fake, replayed, paced, animated, pictures, panning]


def name_of(make: Callable[[Path], Camera] | None) -> str:
    return "live" if make is None else make.__name__


@contextmanager
def sending() -> Iterator[Camera]:
    with MjpegServer([numbered(n) for n in range(FRAMES)]) as server:
        yield open_camera(server.url, "gate")


@pytest.fixture(params=[*RECORDED, None], ids=name_of)
def camera(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Camera]:
    with nullcontext(request.param(tmp_path)) if request.param else sending() as camera:
        yield camera
        camera.close()


def test_it_is_a_camera_and_knows_its_name(camera: Camera) -> None:
    assert isinstance(camera, Camera)
    assert camera.camera_id == "gate"


def test_frames_are_numbered_from_zero_with_a_clock_that_never_runs_back(camera: Camera) -> None:
    camera.open()
    frames = [camera.read() for _ in range(4)]
    sequences = [frame.sequence for frame in frames if frame is not None]
    clock = [frame.stream_s for frame in frames if frame is not None]
    assert sequences == [0, 1, 2, 3]
    assert clock == sorted(clock)
    assert clock[0] >= 0


def test_frames_carry_the_camera_and_an_aware_time(camera: Camera) -> None:
    camera.open()
    frame = camera.read()
    assert frame is not None
    assert frame.camera_id == "gate"
    assert frame.captured_at.tzinfo is not None
    assert (frame.width, frame.height) == (64, 48)


def test_frames_do_not_share_memory(camera: Camera) -> None:
    camera.open()
    first, second = camera.read(), camera.read()
    assert first is not None
    assert second is not None
    assert not np.shares_memory(first.image, second.image)


@pytest.mark.parametrize("make", RECORDED, ids=name_of)
def test_recording_ends_with_none_and_stays_ended(make: Callable[[Path], Camera], tmp_path: Path) -> None:
    recorded = make(tmp_path)
    recorded.open()
    assert read_all(recorded) == FRAMES
    assert recorded.read() is None


def test_live_camera_that_stops_sending_is_an_error_and_can_be_opened_again() -> None:
    with sending() as live:
        for _ in range(2):
            live.open()
            with pytest.raises(CameraError, match="stopped sending"):
                read_all(live)


def test_reading_before_opening_is_an_error(camera: Camera) -> None:
    with pytest.raises(CameraError, match="not open"):
        camera.read()


def test_reading_after_closing_is_an_error(camera: Camera) -> None:
    camera.open()
    camera.close()
    with pytest.raises(CameraError, match="not open"):
        camera.read()


def test_closing_twice_or_unopened_is_harmless(camera: Camera) -> None:
    camera.close()
    camera.open()
    camera.close()
    camera.close()


def test_reopening_starts_anew(camera: Camera) -> None:
    for _ in range(2):
        camera.open()
        frame = camera.read()
        assert frame is not None
        assert frame.sequence == 0
        camera.close()
