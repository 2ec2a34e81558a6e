"""Who comes back into sight."""

from datetime import UTC, datetime

import numpy as np
import pytest

from edge_agent.vision.lost_tracks import LostTracks
from edge_agent.vision.track_record import TrackRecord
from models.fakes import FAKE_CONTRACT
from models.template import Template, unit_template

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def face(*weights: float) -> Template:
    vector = np.zeros(FAKE_CONTRACT.dimension)
    vector[: len(weights)] = weights
    return unit_template(vector, FAKE_CONTRACT)


def record(track_id: int, shown: Template | None) -> TrackRecord:
    return TrackRecord(track_id, "c1", NOON, face=shown)


def test_the_track_that_showed_the_face_comes_back_once() -> None:
    lost = LostTracks(2.0, 0.5)
    first, second = record(1, face(1)), record(2, face(0, 1))
    lost.add(first, 0.0)
    lost.add(second, 0.0)
    assert lost.take_alike(face(0.1, 1)) is second
    assert lost.take_alike(face(0.1, 1)) is None
    assert lost.take_all() == (first,)


@pytest.mark.parametrize(("weights", "is_back"), [((1.0, 0.0), True), ((1, 1), True), ((1, 2), False)])
def test_only_a_face_alike_enough_comes_back(weights: tuple[float, float], is_back: bool) -> None:
    lost = LostTracks(2.0, 0.5)
    lost.add(record(1, face(1)), 0.0)
    assert (lost.take_alike(face(*weights)) is not None) == is_back


def test_the_most_alike_comes_back_first() -> None:
    lost = LostTracks(2.0, 0.5)
    near, nearer = record(1, face(1, 0.5)), record(2, face(1, 0.1))
    lost.add(near, 0.0)
    lost.add(nearer, 0.1)
    assert [lost.take_alike(face(1)), lost.take_alike(face(1))] == [nearer, near]


def test_a_track_never_extracted_is_nobody() -> None:
    lost = LostTracks(2.0, 0.5)
    lost.add(record(1, None), 0.0)
    assert lost.take_alike(face(1)) is None


def test_whom_nobody_continues_is_given_up_in_time() -> None:
    lost = LostTracks(2.0, 0.5)
    early, late = record(1, face(1)), record(2, face(0, 1))
    lost.add(early, 0.0)
    lost.add(late, 1.0)
    assert lost.take_expired(2.0) == ()
    assert lost.take_expired(2.1) == (early,)
    assert lost.take_alike(face(1)) is None
    assert lost.take_expired(9.0) == (late,)


def test_without_a_window_nobody_comes_back() -> None:
    lost = LostTracks(-0.5, 0.5)
    lost.add(record(1, face(1)), 1.0)
    assert len(lost.take_expired(1.0)) == 1
