"""Following faces from frame to frame."""

from collections.abc import Iterator, Sequence
from itertools import count

import numpy as np
import pytest

from edge_agent.errors import EdgeError
from edge_agent.vision.tracking import Tracker, TrackerPolicy, TrackingStep, best_pairs, overlap
from models.face import Box, FaceDetection


def face(x: float, y: float = 100.0, side: float = 60.0, score: float = 0.9) -> FaceDetection:
    return FaceDetection(Box(x, y, side, side), np.zeros((5, 2), np.float32), score)


def tracker() -> Tracker:
    return Tracker(TrackerPolicy(), count(1).__next__)


def follow(frames: Sequence[Sequence[FaceDetection]], rate: float = 15.0) -> Iterator[TrackingStep]:
    following = tracker()
    for number, detections in enumerate(frames):
        yield following.update(detections, number / rate)


@pytest.mark.parametrize("rate", [5.0, 15.0, 30.0])
@pytest.mark.parametrize("speed", [0.0, 120.0, -300.0])
def test_a_walking_face_keeps_its_track(rate: float, speed: float) -> None:
    frames = [[face(600 + speed * number / rate)] for number in range(30)]
    tracks = [[seen.track_id for seen in step.seen] for step in follow(frames, rate)]
    assert tracks == [[1]] * 30


def test_faces_side_by_side_keep_their_tracks_in_whatever_order_they_come() -> None:
    def pair(number: int) -> list[FaceDetection]:
        faces = [face(100 + 4 * number), face(200 + 4 * number)]
        return faces if number % 2 == 0 else faces[::-1]

    for number, step in enumerate(follow([pair(number) for number in range(20)])):
        lefts = {seen.track_id: seen.detection.box.x for seen in step.seen}
        assert lefts == {1: 100.0 + 4 * number, 2: 200.0 + 4 * number}


def test_faces_that_cross_keep_their_tracks_by_their_motion() -> None:
    frames = [[face(100 + 20 * n, y=100), face(700 - 20 * n, y=150)] for n in range(30)]
    steps = list(follow(frames))
    last = {seen.track_id: seen.detection.box.y for seen in steps[-1].seen}
    assert last == {1: 100.0, 2: 150.0}


def test_a_weak_detection_carries_a_track_on_but_starts_none() -> None:
    frames = [[face(100)], [face(102, score=0.3), face(400, score=0.3)]]
    steps = list(follow(frames))
    assert [[seen.track_id for seen in step.seen] for step in steps] == [[1], [1]]


def test_a_face_hidden_for_half_a_second_comes_back_as_the_same_track() -> None:
    frames = [[face(100 + 6 * n)] if not 10 <= n < 17 else [] for n in range(30)]
    ids = {seen.track_id for step in follow(frames) for seen in step.seen}
    assert ids == {1}


def test_a_track_unseen_for_longer_than_allowed_has_ended_once() -> None:
    frames = [[face(100)] for _ in range(5)] + [[] for _ in range(30)]
    assert [track for step in follow(frames) for track in step.ended] == [1]


def test_a_far_jump_is_a_new_track() -> None:
    frames = [[face(100)], [face(100)], [face(500)]]
    assert [seen.track_id for seen in list(follow(frames))[-1].seen] == [2]


def test_a_clock_that_runs_back_is_refused() -> None:
    following = tracker()
    following.update([face(100)], 2.0)
    with pytest.raises(EdgeError, match=r"ran back from 2\.000 to 1\.000"):
        following.update([face(100)], 1.0)


def test_overlap_agrees_with_the_boxes_own() -> None:
    random = np.random.default_rng(1)
    first = [Box(*map(float, row)) for row in random.uniform(1, 50, (6, 4))]
    second = [Box(*map(float, row)) for row in random.uniform(1, 50, (4, 4))]

    def corners(boxes: Sequence[Box]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        return np.array([(b.x, b.y, b.x + b.width, b.y + b.height) for b in boxes])

    expected = [[a.intersection_over_union(b) for b in second] for a in first]
    np.testing.assert_allclose(overlap(corners(first), corners(second)), expected, atol=1e-12)


def test_the_greatest_overlaps_are_paired_first_and_each_face_once() -> None:
    overlaps = np.array([[0.9, 0.8], [0.85, 0.1]])
    assert best_pairs(overlaps, 0.2) == [(0, 0)]
    assert best_pairs(overlaps, 0.05) == [(0, 0), (1, 1)]
