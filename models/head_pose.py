"""Pure: how a head is turned, estimated from five landmarks."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelError
from models.face import FaceDetection

NOSE_DEPTH = 0.6
"""How far the nose's tip stands before the eyes, in eye distances; of an average face."""
NOSE_HEIGHT = 0.49
"""Where the nose's tip lies between eyes and mouth of a face that looks straight ahead."""


@dataclass(frozen=True, slots=True)
class HeadPose:
    """Angles in degrees; 0 is straight ahead.

    An estimate from one rigid average face: of real heads, whose noses differ, expect to be ten degrees off.
    """

    yaw: float
    """Positive: the nose points to the image's right."""
    pitch: float | None
    """Positive: the nose points up; None for landmarks without a mouth."""
    roll: float
    """Positive: clockwise in the image."""


def head_pose(detection: FaceDetection) -> HeadPose:
    """Estimate the three angles of a detected face."""
    left, right = eye_centres(detection)
    across = right - left
    yaw = math.degrees(math.atan(yaw_ratio(detection) / NOSE_DEPTH))
    roll = math.degrees(math.atan2(float(across[1]), float(across[0])))
    return HeadPose(yaw, _pitch(detection), roll)


def yaw_ratio(detection: FaceDetection) -> float:
    """Signed head turn estimated from the landmarks; positive: the nose points to the image's right."""
    left, right = eye_centres(detection)
    across = right - left
    distance = float(np.hypot(*across))
    if distance < 1e-6:
        return 1.0
    nose = detection.landmarks[4 if detection.landmark_layout == "dlib-five-point" else 2]
    return float((nose - (left + right) / 2) @ across) / distance**2


def eye_centres(detection: FaceDetection) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Centres of the eyes on the image's left and right, each (2,), pixels."""
    points = detection.landmarks
    if detection.landmark_layout == "five-point":
        return points[0], points[1]
    if detection.landmark_layout == "dlib-five-point":
        return points[2:4].mean(axis=0), points[0:2].mean(axis=0)
    raise ModelError(f"unknown landmark layout {detection.landmark_layout!r}")


def _pitch(detection: FaceDetection) -> float | None:
    if detection.landmark_layout != "five-point":
        return None
    eyes, nose, mouth = (
        detection.landmarks[:2].mean(0),
        detection.landmarks[2],
        detection.landmarks[3:].mean(0),
    )
    down = mouth - eyes
    height = float(down @ down)
    if height < 1e-6:
        return 90.0
    share = float((nose - eyes) @ down) / height
    return math.degrees(math.atan((NOSE_HEIGHT - share) / NOSE_DEPTH))
