"""Cameras that fail, heal, freeze and change, over a loopback link, with the limits of a real lane."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge_agent.capture.limits import CaptureLimits
from edge_agent.capture.supervision import CameraCapture
from hardware.frame import Image
from sync.lane_messages import CameraState
from tests.edge_agent.capture.test_supervision import eventually
from tests.hardware.mjpeg_server import MjpegServer
from tests.hardware.unsteady_link import UnsteadyLink

pytestmark = pytest.mark.real

RECOVERY_S = 5.0
"""Of a machine that starts a process at once; what this one took for its first start comes on top."""
RATE = 15.0


def noise(seed: int, width: int = 160, height: int = 120) -> Image:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


SCENE = [noise(seed) for seed in range(8)]


def state(capture: CameraCapture) -> CameraState:
    return capture.state(datetime.now(UTC))


def is_live(capture: CameraCapture) -> bool:
    return state(capture).status == "live"


def live_after_s(capture: CameraCapture) -> float:
    began = time.monotonic()
    eventually(lambda: is_live(capture))
    return time.monotonic() - began


@pytest.mark.parametrize("break_link", [UnsteadyLink.cut, UnsteadyLink.go_dead], ids=["refused", "silent"])
def test_camera_is_back_within_five_seconds_of_its_link(break_link: Callable[[UnsteadyLink], None]) -> None:
    """Cut for so long that the pauses between attempts are the longest there are."""
    with (
        MjpegServer(SCENE, frames_per_second=RATE) as server,
        UnsteadyLink(server.url) as link,
        CameraCapture("gate", link.url) as capture,
    ):
        start_s = live_after_s(capture)
        break_link(link)
        eventually(lambda: state(capture).status == "blind")
        eventually(lambda: capture.restarts >= (4 if break_link is UnsteadyLink.cut else 1))
        frames = state(capture).frames
        link.heal()
        healed = time.monotonic()
        eventually(lambda: state(capture).frames > frames)
        assert time.monotonic() - healed < RECOVERY_S + start_s
        eventually(lambda: is_live(capture))


def test_a_link_that_dies_without_a_word_and_heals_at_once_is_back_within_five_seconds() -> None:
    """The connection stays open and mute: only the watchdog on the frames' age can notice."""
    with (
        MjpegServer(SCENE[:4] * 4, is_hanging=True) as server,
        CameraCapture("gate", server.url) as capture,
    ):
        start_s = live_after_s(capture)
        since, sent = time.monotonic(), 16
        eventually(lambda: state(capture).frames > sent)
        assert capture.restarts == 1
        assert time.monotonic() - since < RECOVERY_S + start_s


def test_one_bad_camera_never_disturbs_the_others(tmp_path: Path) -> None:
    junk = tmp_path / "junk.avi"
    junk.write_bytes(b"RIFF" + bytes(4000))
    with (
        MjpegServer(SCENE, frames_per_second=RATE) as server,
        UnsteadyLink(server.url) as mute,
        CameraCapture("good", server.url) as good,
        CameraCapture("mute", mute.url) as silent,
        CameraCapture("refusing", "rtsp://127.0.0.1:9/live") as refusing,
        CameraCapture("junk", f"replay:{junk}") as hopeless,
    ):
        eventually(lambda: is_live(good) and is_live(silent))
        mute.go_dead()
        eventually(lambda: refusing.restarts >= 3 and silent.restarts >= 1)
        assert state(hopeless).status == "failed"
        assert state(refusing).status == "connecting"
        assert (state(good).status, good.restarts) == ("live", 0)
        assert state(good).frames_per_second == pytest.approx(RATE, rel=0.3)


def test_a_frozen_picture_is_frozen_and_counted_until_it_moves() -> None:
    limits = replace(CaptureLimits(), frozen_s=0.5)
    still = [SCENE[0]] * 40
    with (
        MjpegServer([*still, *SCENE * 40], frames_per_second=30.0) as server,
        CameraCapture("gate", server.url, limits=limits) as capture,
    ):
        eventually(lambda: state(capture).status == "frozen")
        assert "repeated" in state(capture).detail
        assert state(capture).frame_age_ms is not None
        eventually(lambda: is_live(capture))
        assert capture.restarts == 0


def test_a_recording_of_a_still_picture_is_no_frozen_camera(tmp_path: Path) -> None:
    for number in range(30):
        cv2.imwrite(str(tmp_path / f"{number:03}.png"), SCENE[0])
    limits = replace(CaptureLimits(), frozen_s=0.2)
    with CameraCapture("gate", f"replay:{tmp_path}?loop=true", 15, limits=limits) as capture:
        eventually(lambda: state(capture).frames > 15)
        assert is_live(capture)


def test_a_camera_that_changes_its_resolution_goes_on_in_the_size_it_began_with() -> None:
    """OpenCV fits what follows to the size that it opened the stream with."""
    pictures = [*SCENE[:4], *(noise(seed, 320, 240) for seed in range(4))]
    with (
        MjpegServer(pictures, frames_per_second=RATE) as server,
        CameraCapture("gate", server.url) as capture,
    ):
        eventually(lambda: state(capture).frames > 2 * len(pictures))
        frame = capture.newest(-1)
        assert frame is not None
        assert (frame.width, frame.height) == (160, 120)
        assert (state(capture).status, capture.restarts) == ("live", 0)


@pytest.mark.parametrize(
    ("pictures", "reason"),
    [
        ([b"<html>404</html>" * 400] * 20, "cannot open|stopped sending"),
        ([noise(0, 160, 120).tobytes()] * 20, "cannot open|stopped sending"),
        ([noise(0, 320, 240)] * 20, "max_pixels"),
        ([np.full((32, 4128, 3), 90, np.uint8)] * 20, "4128x32 pixels is outside"),
    ],
    ids=["text", "unknown codec", "more pixels than set", "too wide"],
)
def test_a_bad_stream_is_named_and_tried_again(pictures: list[Image | bytes], reason: str) -> None:
    with (
        MjpegServer(pictures, frames_per_second=RATE) as server,
        CameraCapture("gate", server.url, max_pixels=160 * 120) as capture,
    ):
        eventually(lambda: capture.restarts >= 2)
        detail = state(capture).detail
        assert state(capture).status == "connecting"
        assert any(each in detail for each in reason.split("|")), detail
