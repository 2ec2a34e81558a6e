"""A thousand reconnections and ten hours of passages, in accelerated time: nothing may grow."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache

import numpy as np
import pytest

from edge_agent.alerts.effects import RaiseAlert
from edge_agent.capture.limits import CaptureLimits
from edge_agent.capture.supervision import CameraCapture
from edge_agent.vision.pipeline import LaneIdentity, LanePipeline, PipelinePolicy
from edge_agent.watchlists.watchlist import Watchlist
from hardware.frame import Frame, Image
from models.engine import FaceEngine
from models.face import FaceDetection
from models.fakes import fake_engine
from tests.edge_agent.capture import test_supervision as test_capture
from tests.edge_agent.passages import START, Walk, ids_in_order, passage, watchlist_of
from tests.edge_agent.process_measure import held_now
from tests.hardware.mjpeg_server import MjpegServer

pytestmark = [pytest.mark.exhaustive, pytest.mark.timeout(7200)]

RECONNECTIONS = 1000
AT_ONCE = CaptureLimits(first_delay_s=0.0, longest_delay_s=0.0)

TEN_HOURS = 540_000
"""Frames at 15 a second, each with faces in it."""
PAUSE_S = 130.0
"""Of an empty lane between two groups: longer than a crossing's window, so that each raises anew."""
GROUP = (
    Walk(1),
    Walk(7, first=20, last=79),
    Walk(2, first=60, last=119, top=200),
    Walk(9, first=110, last=149),
)
FLAT = 0.02


def test_a_thousand_reconnections_leave_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_capture, "PATIENCE_S", 3600.0)
    picture = np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8)
    with MjpegServer([picture] * 3) as server, CameraCapture("gate", server.url, limits=AT_ONCE) as capture:
        test_capture.eventually(lambda: capture.restarts >= RECONNECTIONS // 10)
        before = held_now()
        test_capture.eventually(lambda: capture.restarts >= RECONNECTIONS)
        after = held_now()
        frames = server.requests
    assert frames >= RECONNECTIONS
    assert after.resident_mib <= before.resident_mib * (1 + FLAT)
    # One process comes or goes while we look: a pipe each way, and the server's thread and socket.
    assert after.files <= before.files + 3
    assert after.threads <= before.threads + 1
    assert (after.memory_files, after.mappings) == (before.memory_files, before.mappings)


def test_ten_hours_of_passages_keep_memory_flat() -> None:
    lane = LanePipeline(engine(), PipelinePolicy(), LaneIdentity("lane-1"), ids_in_order())
    lists = (watchlist_of({"a": [1], "b": [2], "c": [3]}),)
    alerts = 0
    for frame in endless(TEN_HOURS // 10):
        alerts += raised(lane, frame, lists)
    before = held_now()
    for frame in endless(TEN_HOURS - TEN_HOURS // 10, first=TEN_HOURS // 10):
        alerts += raised(lane, frame, lists)
    after = held_now()
    assert lane.counters.frames == TEN_HOURS
    assert lane.counters.faces >= TEN_HOURS
    assert alerts == 2 * (TEN_HOURS // 150)
    assert after.resident_mib == pytest.approx(before.resident_mib, rel=FLAT)
    assert (after.files, after.threads) == (before.files, before.threads)


def raised(lane: LanePipeline, frame: Frame, lists: tuple[Watchlist, ...]) -> int:
    return sum(isinstance(effect, RaiseAlert) for effect in lane.process(frame, lists).effects)


@cache
def group_frames() -> tuple[Frame, ...]:
    return tuple(passage(GROUP, 150))


class KnownDetector:
    """Finds in the group's pictures what the fake found in them before: only the pipeline is at work."""

    def __init__(self) -> None:
        finder = fake_engine().detector
        self._found = {id(frame.image): finder.detect(frame.image) for frame in group_frames()}

    def detect(self, image: Image) -> list[FaceDetection]:
        return self._found[id(image)]


def engine() -> FaceEngine:
    return replace(fake_engine(), detector=KnownDetector())


def endless(frames: int, first: int = 0) -> Iterator[Frame]:
    """Play the same group over and over on a clock that runs on."""
    drawn = group_frames()
    for number in range(first, first + frames):
        group, within = divmod(number, len(drawn))
        stream_s = group * (len(drawn) / 15 + PAUSE_S) + within / 15
        at = START + timedelta(seconds=stream_s)
        yield replace(drawn[within], sequence=number, stream_s=stream_s, captured_at=at)
