"""Pure: turns a face upright into the pose a network was trained on."""

import cv2
import numpy as np
from numpy.typing import NDArray

from models.errors import ModelError
from models.face import FaceDetection, Landmarks
from models.ports import Chip, Image

Transform = NDArray[np.float64]  # (2, 3)

# Where the five points of an aligned face lie, in shares of the chip's side.
# omz-128: documentation of face-reidentification-retail-0095, Open Model Zoo.
_OMZ = (
    (0.31556875, 0.4615741071428571),
    (0.6826229166666667, 0.4615741071428571),
    (0.5002625, 0.6405053571428571),
    (0.349471875, 0.8246919642857142),
    (0.6534364583333333, 0.8246919642857142),
)
# arcface-112: Deng et al., ArcFace; also OpenCV's SFace. Pixels of a chip of 112.
_ARCFACE = (
    (38.2946, 51.6963),
    (73.5318, 51.5014),
    (56.0252, 71.7366),
    (41.5493, 92.3655),
    (70.7299, 92.2041),
)
_TEMPLATES: dict[str, tuple[int, Landmarks]] = {
    "omz-128": (128, np.array(_OMZ, np.float32) * 128),
    "arcface-112": (112, np.array(_ARCFACE, np.float32)),
}


def chip_side(alignment: str) -> int:
    """Pixels of a chip's side under this alignment; raises `ModelError` for a name that is not known."""
    return _template(alignment)[0]


def alignment_points(alignment: str) -> Landmarks:
    """Where the five points lie on the chip, pixels; raises `ModelError` for a name that is not known."""
    return _template(alignment)[1]


def aligned_chip(image: Image, detection: FaceDetection, alignment: str) -> Chip:
    """Cut the face out, its landmarks where the alignment wants them; black beyond the image."""
    if detection.landmark_layout != "five-point":
        raise ModelError(f"alignment {alignment} needs five-point landmarks, got {detection.landmark_layout}")
    side, target = _template(alignment)
    transform = similarity(detection.landmarks, target)
    return np.asarray(cv2.warpAffine(image, transform, (side, side), flags=cv2.INTER_LINEAR), np.uint8)


def similarity(source: Landmarks, target: Landmarks) -> Transform:
    """Rotation, scale and shift, (2, 3), that brings source points closest to target points.

    Least squares after Umeyama (1991); raises `ModelError` when the source points coincide.
    """
    source_mean, target_mean = source.mean(axis=0, dtype=np.float64), target.mean(axis=0, dtype=np.float64)
    source_rest, target_rest = source - source_mean, target - target_mean
    variance = float((source_rest**2).sum())
    if not np.isfinite(variance) or variance < 1e-9:
        raise ModelError("landmarks coincide or are not finite: no alignment")
    left, strengths, right = np.linalg.svd(target_rest.T @ source_rest)
    signs = np.array([1.0, np.sign(np.linalg.det(left) * np.linalg.det(right)) or 1.0])
    linear = left @ np.diag(signs) @ right * float(strengths @ signs) / variance
    return np.column_stack([linear, target_mean - linear @ source_mean])


def _template(alignment: str) -> tuple[int, Landmarks]:
    if alignment not in _TEMPLATES:
        raise ModelError(f"no alignment {alignment!r}; there are {', '.join(sorted(_TEMPLATES))}")
    return _TEMPLATES[alignment]
