"""Which frames are worth looking at."""

from collections.abc import Iterable

import numpy as np
import pytest

from edge_agent.vision.pace import Pace, PacePolicy
from hardware.frame import Frame
from sync.lane_messages import TrackView
from tests.edge_agent.passages import START

IMAGE = np.zeros((4, 4, 3), np.uint8)


def frame_at(stream_s: float, camera_id: str = "c1") -> Frame:
    return Frame(IMAGE, camera_id, 0, START, stream_s)


def track(status: str) -> TrackView:
    return TrackView(track_id=1, x=0.1, y=0.1, width=0.2, height=0.2, status=status)


def looks(pace: Pace, times: Iterable[float], *statuses: str) -> list[float]:
    """Offer frames; every look shows the same faces."""
    looked = []
    for stream_s in times:
        frame = frame_at(stream_s)
        if pace.wants(frame):
            looked.append(stream_s)
            pace.looked(frame, [track(status) for status in statuses])
    return looked


@pytest.mark.parametrize("status", ["non-match", "match", "review", "too-poor"])
def test_a_settled_face_is_looked_at_five_times_a_second(status: str) -> None:
    times = [n / 15 for n in range(31)]
    assert looks(Pace(PacePolicy()), times, status) == times[::3]


def test_an_empty_lane_too() -> None:
    times = [n / 15 for n in range(31)]
    assert looks(Pace(PacePolicy()), times) == times[::3]


def test_one_face_being_made_out_makes_every_frame_count() -> None:
    times = [n / 15 for n in range(31)]
    assert looks(Pace(PacePolicy()), times, "non-match", "searching") == times


def test_frame_times_that_jitter_a_little_lose_no_look() -> None:
    times = [0.0, 0.1995, 0.399, 0.5985]
    assert looks(Pace(PacePolicy()), times, "match") == times


def test_a_slow_camera_is_looked_at_in_every_frame() -> None:
    times = [n / 4 for n in range(9)]
    assert looks(Pace(PacePolicy()), times) == times


def test_a_clock_that_ran_back_is_looked_at() -> None:
    assert looks(Pace(PacePolicy()), [50.0, 3.0, 3.1, 3.2]) == [50.0, 3.0, 3.2]


def test_each_camera_has_its_own_pace() -> None:
    pace = Pace(PacePolicy())
    pace.looked(frame_at(1.0, "c1"), [track("match")])
    assert not pace.wants(frame_at(1.1, "c1"))
    assert pace.wants(frame_at(1.1, "c2"))
    assert (pace.shows_faces("c1"), pace.shows_faces("c2")) == (True, False)


def test_a_pace_of_nothing_looks_at_every_frame() -> None:
    times = [n / 30 for n in range(10)]
    assert looks(Pace(PacePolicy(look_every_s=0.0)), times) == times
