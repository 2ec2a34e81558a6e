"""IO: dlib's HOG face finder, five-point shape predictor and residual network (King 2017).

dlib lets other Python threads run while it works, and its objects stand only one at a time: hence the locks.
"""

import math
import threading
from collections.abc import Sequence
from pathlib import Path

import cv2
import dlib
import numpy as np
from numpy.typing import NDArray

from models.errors import ModelError
from models.face import Box, FaceDetection
from models.ports import Chip, Image
from models.template import EmbeddingContract, Template, unit_template

CHIP_SIDE = 150
CHIP_PADDING = 0.25
SCORE_SCALE = 1.0
"""Of the HOG finder's margin, when it is squeezed into [0.5, 1]: it accepts from margin 0, and that is an
even score, so that its scores mean to a tracker what a network's do."""


class DlibDetector:
    """Finds upright faces from about 80 pixels on, from 40 in pictures that are enlarged first."""

    def __init__(
        self, shape_file: Path, *, score_threshold: float, max_side: int, enlarge_below: int
    ) -> None:
        self._finder = dlib.get_frontal_face_detector()
        self._shapes = _opened(dlib.shape_predictor, shape_file)
        self._margin = -SCORE_SCALE * math.log(2.0 * (1.0 - score_threshold))
        self._max_side, self._enlarge_below = max_side, enlarge_below
        self._one_at_a_time = threading.Lock()

    def detect(self, image: Image) -> list[FaceDetection]:
        """Find every face, best score first."""
        scale = self._scale(max(image.shape[:2]))
        colours = np.ascontiguousarray(image[:, :, ::-1])
        if scale != 1.0:
            colours = np.asarray(cv2.resize(colours, None, fx=scale, fy=scale), np.uint8)
        with self._one_at_a_time:
            found, margins, _ = self._finder.run(colours, 0, self._margin)
        faces = [
            self._face(colours, rectangle, margin, scale)
            for rectangle, margin in zip(found, margins, strict=True)
        ]
        return sorted(faces, key=lambda face: -face.score)

    def _scale(self, side: int) -> float:
        if self._max_side and side > self._max_side:
            return self._max_side / side
        return 2.0 if side < self._enlarge_below else 1.0

    def _face(
        self, colours: Image, rectangle: "dlib.rectangle", margin: float, scale: float
    ) -> FaceDetection:
        parts = self._shapes(colours, rectangle).parts()
        points = np.array([(point.x, point.y) for point in parts], np.float32) / scale
        sides = (rectangle.left(), rectangle.top(), rectangle.width(), rectangle.height())
        box = Box(*(float(side) / scale for side in sides))
        score = 1.0 - 0.5 * math.exp(-max(0.0, margin) / SCORE_SCALE)
        return FaceDetection(box, points.astype(np.float32), score, "dlib-five-point")


class DlibExtractor:
    """Extracts 128 features; cosine over their unit vectors."""

    def __init__(self, weights: Path, contract: EmbeddingContract) -> None:
        self._network = _opened(dlib.face_recognition_model_v1, weights)
        self._contract = contract
        self._one_at_a_time = threading.Lock()

    @property
    def contract(self) -> EmbeddingContract:
        """What its templates may be compared with."""
        return self._contract

    def align(self, image: Image, detection: FaceDetection) -> Chip:
        """Cut the face out upright, 150x150."""
        if detection.landmark_layout != "dlib-five-point":
            raise ModelError(
                f"dlib's alignment needs dlib-five-point landmarks, got {detection.landmark_layout}"
            )
        chip = dlib.get_face_chip(
            np.ascontiguousarray(image), _shape(detection), size=CHIP_SIDE, padding=CHIP_PADDING
        )
        return np.asarray(chip, np.uint8)

    def extract(self, chips: Sequence[Chip]) -> list[Template]:
        """Run the network on one chip at a time."""
        return [unit_template(self._features(chip), self._contract) for chip in chips]

    def _features(self, chip: Chip) -> NDArray[np.float64]:
        if chip.shape != (CHIP_SIDE, CHIP_SIDE, 3):
            raise ModelError(f"{self._contract.model_id} wants chips of {CHIP_SIDE} pixels, got {chip.shape}")
        colours = np.ascontiguousarray(chip[:, :, ::-1])
        with self._one_at_a_time:
            descriptor = self._network.compute_face_descriptor(colours)
        return np.asarray(descriptor, np.float64)


def _shape(detection: FaceDetection) -> "dlib.full_object_detection":
    box = detection.box
    rectangle = dlib.rectangle(*map(round, (box.x, box.y, box.x + box.width, box.y + box.height)))
    points = [dlib.point(round(float(x)), round(float(y))) for x, y in detection.landmarks]
    return dlib.full_object_detection(rectangle, points)


def _opened(kind: "type[dlib.shape_predictor]", path: Path) -> "dlib.shape_predictor":
    try:
        return kind(str(path))
    except RuntimeError as error:
        raise ModelError(f"{path}: dlib cannot read it: {error}") from error
