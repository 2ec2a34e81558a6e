"""Behaviour of the estimate of how a head is turned."""

import numpy as np
import pytest

from models.face import Box, FaceDetection
from models.head_pose import NOSE_DEPTH, NOSE_HEIGHT, head_pose
from tests.models.builders import face_at

# Eye distances: x to the image's right, y down, z towards the camera.
EYES_AND_MOUTH = [[-0.5, 0, 0], [0.5, 0, 0], [-0.4, 1, 0], [0.4, 1, 0]]
NOSE = [0, NOSE_HEIGHT, NOSE_DEPTH]


def seen(yaw: float = 0, pitch: float = 0, roll: float = 0) -> FaceDetection:
    """See a head of average shape from afar, turned by degrees."""
    points = np.array([*EYES_AND_MOUTH[:2], NOSE, *EYES_AND_MOUTH[2:]])
    a, b, c = np.radians([yaw, pitch, roll])
    sideways = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
    upwards = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    tilted = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    turned = points @ (tilted @ upwards @ sideways).T
    return face_at(Box(0, 0, 100, 100), (turned[:, :2] * 40 + 50).astype(np.float32))


@pytest.mark.parametrize("angle", [-40, -15, 0, 15, 40])
def test_angles_of_an_average_head_are_found(angle: float) -> None:
    assert head_pose(seen(yaw=angle)).yaw == pytest.approx(angle, abs=1)
    assert head_pose(seen(pitch=angle)).pitch == pytest.approx(angle, abs=1)
    assert head_pose(seen(roll=angle)).roll == pytest.approx(angle, abs=1)


def test_head_that_looks_straight_ahead_has_no_angle() -> None:
    pose = head_pose(seen())
    assert pose.pitch is not None
    np.testing.assert_allclose([pose.yaw, pose.pitch, pose.roll], 0, atol=1e-4)


def test_landmarks_without_a_mouth_give_no_pitch() -> None:
    points = np.array([(130, 80), (110, 80), (50, 80), (70, 80), (105, 110)], np.float32)
    pose = head_pose(FaceDetection(Box(40, 40, 120, 120), points, 0.9, "dlib-five-point"))
    assert pose.pitch is None
    assert pose.yaw > 10


def test_points_that_coincide_count_as_turned_away() -> None:
    pose = head_pose(face_at(Box(0, 0, 100, 100), np.full((5, 2), 50, np.float32)))
    assert abs(pose.yaw) > 50
    assert pose.pitch == 90
