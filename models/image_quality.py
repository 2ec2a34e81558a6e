"""Pure: how well a detected face can be compared, before a network looks at it."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.errors import ModelError
from models.face import Box, FaceDetection
from models.ports import Image

MEASURING_SIDE = 128
"""Pixels; sharpness is measured on the face at this size, so that it also tells an enlarged small face."""

WIDTH_RANGE = (24.0, 96.0)
SHARPNESS_RANGE = (4.0, 72.0)
LUMA_RAMPS = (25.0, 75.0, 200.0, 245.0)
YAW_RANGE = (0.08, 0.55)


@dataclass(frozen=True, slots=True)
class FaceQuality:
    """Measurements of one face, after ISO/IEC 29794-5's quality elements."""

    face_width: float
    """Pixels of the frame."""
    sharpness: float
    """Variance of the Laplacian of the face at 128x128; blurred below about 15, clear above about 30."""
    luma: float
    """Mean grey value, 0..255."""
    yaw_ratio: float
    """Nose beside the middle of the eyes, in eye distances: 0 frontal, beyond +-0.5 a profile."""
    unified: float
    """0..100, the geometric mean of the four judged separately."""


def measure_quality(image: Image, detection: FaceDetection) -> FaceQuality:
    """Quality of one detected face; a face wholly outside the image has quality 0."""
    width = detection.box.width
    yaw = yaw_ratio(detection)
    face = _cut(image, detection.box)
    if face is None:
        return FaceQuality(width, 0.0, 0.0, yaw, 0.0)
    grey = cv2.cvtColor(_at_measuring_side(face), cv2.COLOR_BGR2GRAY)
    sharpness = float(cv2.Laplacian(grey, cv2.CV_32F).var())
    luma = float(grey.mean())
    return FaceQuality(width, sharpness, luma, yaw, unified_quality(width, sharpness, luma, yaw))


def unified_quality(face_width: float, sharpness: float, luma: float, yaw: float) -> float:
    """One number, 0..100; any element at its worst makes it 0."""
    dark, dim, bright, glaring = LUMA_RAMPS
    parts = (
        _rise(face_width, *WIDTH_RANGE),
        _rise(math.log(max(sharpness, 1e-3)), *(math.log(bound) for bound in SHARPNESS_RANGE)),
        min(_rise(luma, dark, dim), 1.0 - _rise(luma, bright, glaring)),
        1.0 - _rise(abs(yaw), *YAW_RANGE),
    )
    return 100.0 * math.prod(parts) ** (1 / len(parts))


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


def _at_measuring_side(face: Image) -> Image:
    # areas when shrinking: a linear sample of a large face takes its noise for sharpness
    shrinks = min(face.shape[:2]) > MEASURING_SIDE
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(face, (MEASURING_SIDE, MEASURING_SIDE), interpolation=how), np.uint8)


def _rise(value: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, (value - low) / (high - low)))


def _cut(image: Image, box: Box) -> Image | None:
    height, width = image.shape[:2]
    left, top = max(0, int(box.x)), max(0, int(box.y))
    right, bottom = min(width, math.ceil(box.x + box.width)), min(height, math.ceil(box.y + box.height))
    if right - left < 2 or bottom - top < 2:
        return None
    return image[top:bottom, left:right]
