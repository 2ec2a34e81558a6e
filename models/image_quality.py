"""Pure: how well a detected face can be compared, before a network looks at it."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.face import Box, FaceDetection
from models.head_pose import yaw_ratio
from models.occlusion import covering
from models.ports import Image

MEASURING_SIDE = 128
"""Pixels; sharpness is measured on the face at this size, so that it also tells an enlarged small face."""

# From nothing to all: where little is left of the mated scores of degraded pictures, and where all is.
WIDTH_RANGE = (10.0, 64.0)
DETAIL_RANGE = (0.9, 14.0)
LUMA_RAMPS = (5.0, 36.0, 200.0, 245.0)
YAW_RANGE = (0.08, 0.55)
_SECOND_DIFFERENCES = tuple(
    np.array(rows, np.float32)
    for rows in (
        [[0, 0, 0], [1, -2, 1], [0, 0, 0]],
        [[0, 1, 0], [0, -2, 0], [0, 1, 0]],
        [[0.5, 0, 0], [0, -1, 0], [0, 0, 0.5]],
        [[0, 0, 0.5], [0, -1, 0], [0.5, 0, 0]],
    )
)
"""Across, down and along both diagonals."""


@dataclass(frozen=True, slots=True)
class FaceQuality:
    """What a lane measures of every face in every frame.

    `models.quality_components` has more, under the names of ISO/IEC 29794-5.
    """

    face_width: float
    """Pixels of the frame."""
    sharpness: float
    """Variance of the Laplacian of the face at 128x128; blurred below about 15, clear above about 30."""
    luma: float
    """Mean grey value, 0..255."""
    yaw_ratio: float
    """Nose beside the middle of the eyes, in eye distances: 0 frontal, beyond +-0.5 a profile."""
    unified: float
    """0..100, the geometric mean of width, least detail (twice), luma and turn judged separately."""
    least_detail: float = 0.0
    """Variance of the second difference of the face at 128x128, in the direction that has the least of it.

    A face that moves while the shutter is open stays sharp in one direction, and so does the Laplacian; this
    does not. Below about 3 the comparison score suffers; a clear face has 50 and more.
    """
    covering: float = 0.0
    """What hints at a mask, scarf or dark glasses, 0 to 10; from 1 on covered (`models.occlusion`)."""


def measure_quality(image: Image, detection: FaceDetection) -> FaceQuality:
    """Quality of one detected face; a face wholly outside the image has quality 0."""
    width = detection.box.width
    yaw = yaw_ratio(detection)
    face = _cut(image, detection.box)
    if face is None:
        return FaceQuality(width, 0.0, 0.0, yaw, 0.0)
    grey = cv2.cvtColor(_at_measuring_side(face), cv2.COLOR_BGR2GRAY)
    sharpness = float(cv2.Laplacian(grey, cv2.CV_32F).var())
    luma, detail = float(grey.mean()), least_detail(np.asarray(grey, np.uint8))
    unified = unified_quality(width, detail, luma, yaw)
    return FaceQuality(width, sharpness, luma, yaw, unified, detail, covering(image, detection))


def least_detail(grey: NDArray[np.uint8]) -> float:
    """Give the smallest of the variances of second differences in four directions."""
    differences = (cv2.filter2D(grey, cv2.CV_32F, kernel) for kernel in _SECOND_DIFFERENCES)
    return min(float(cv2.meanStdDev(difference)[1][0, 0]) ** 2 for difference in differences)


def unified_quality(face_width: float, detail: float, luma: float, yaw: float) -> float:
    """One number, 0..100; any element at its worst makes it 0."""
    dark, dim, bright, glaring = LUMA_RAMPS
    parts = (
        _rise(face_width, *WIDTH_RANGE),
        detail_share(detail),
        detail_share(detail),  # twice: nothing else costs as much of the score
        min(_rise(luma, dark, dim), 1.0 - _rise(luma, bright, glaring)),
        1.0 - _rise(abs(yaw), *YAW_RANGE),
    )
    return 100.0 * math.prod(parts) ** (1 / len(parts))


def detail_share(detail: float) -> float:
    """Judge a least detail: 0 blurred beyond use, 1 clear."""
    low, high = DETAIL_RANGE
    return _rise(math.log(max(detail, 1e-3)), math.log(low), math.log(high))


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
