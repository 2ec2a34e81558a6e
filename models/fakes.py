"""Pure: a face engine without weights: faces are framed squares whose pattern is their identity."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from models.engine import FaceEngine
from models.face import Box, FaceDetection
from models.ports import Chip, Image
from models.score_calibration import ScoreCalibration
from models.template import EmbeddingContract, Template, unit_template

CELLS = 8
DIMENSION = CELLS * CELLS
FRAME_SHARE = 0.08
"""Thickness of the magenta frame, in face widths; it is what the fake detector looks for."""
SMALLEST_FACE = 16

FAKE_CONTRACT = EmbeddingContract(
    model_id="fake-squares", sha256="0" * 64, alignment="fake-square", colour_order="bgr", dimension=DIMENSION
)
FAKE_HINT_THRESHOLD = 0.3
FAKE_CALIBRATION = ScoreCalibration(((0.2, 1e-2), (0.3, 1e-3), (0.4, 1e-4), (0.5, 1e-5), (0.6, 1e-6)))
_LANDMARKS = np.array([[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.35, 0.8], [0.65, 0.8]], np.float32)


def draw_fake_face(image: Image, identity: int, box: Box) -> None:
    """Paint a face into the image, in place; identities 0..62 are orthogonal, greater ones nearly.

    Keep faces apart, 16 pixels or wider, and the background free of magenta.
    """
    left, top = round(box.x), round(box.y)
    right, bottom = round(box.x + box.width), round(box.y + box.height)
    cv2.rectangle(image, (left, top), (right - 1, bottom - 1), (255, 0, 255), cv2.FILLED)
    edge = max(2, round(box.width * FRAME_SHARE))
    cells = np.where(_pattern(identity) > 0, 185, 65).astype(np.uint8).reshape(CELLS, CELLS)
    inside = (right - left - 2 * edge, bottom - top - 2 * edge)
    grey = np.asarray(cv2.resize(cells, inside, interpolation=cv2.INTER_NEAREST), np.uint8)
    _paste(image, np.repeat(grey[:, :, None], 3, axis=2), left + edge, top + edge)


def fake_engine(*, bona_fide: float | None = None, degradations: tuple[str, ...] = ()) -> FaceEngine:
    """Build an engine for tests and simulations; with `bona_fide`, its attack detector always says that."""
    attack = None if bona_fide is None else FakeAttackDetector(bona_fide)
    threshold = None if bona_fide is None else FAKE_HINT_THRESHOLD
    parts = FakeFaceDetector(), FakeTemplateExtractor(), attack, FAKE_CALIBRATION
    return FaceEngine("fake", *parts, "fake", degradations, threshold)


@dataclass(frozen=True, slots=True)
class FakeFaceDetector:
    """Finds magenta frames."""

    def detect(self, image: Image) -> list[FaceDetection]:
        """Find every frame, largest first."""
        blue, green, red = (image[:, :, channel] for channel in range(3))
        mask = ((blue > 150) & (red > 150) & (green < 100)).astype(np.uint8)
        rows = cv2.connectedComponentsWithStats(mask, connectivity=8)[2][1:]
        boxes = [Box(*map(float, row[:4])) for row in rows if min(row[2], row[3]) >= SMALLEST_FACE]
        boxes.sort(key=lambda box: (-box.width * box.height, box.x, box.y))
        return [FaceDetection(box, _landmarks_in(box), 0.99) for box in boxes]


@dataclass(frozen=True, slots=True)
class FakeTemplateExtractor:
    """Reads the pattern inside the frame."""

    @property
    def contract(self) -> EmbeddingContract:
        """Of the fake's templates."""
        return FAKE_CONTRACT

    def align(self, image: Image, detection: FaceDetection) -> Chip:
        """Cut out the inside of the frame, 64x64."""
        box = detection.box
        edge = max(2, round(box.width * FRAME_SHARE))
        left, top = max(0, round(box.x) + edge), max(0, round(box.y) + edge)
        inside = image[top : round(box.y + box.height) - edge, left : round(box.x + box.width) - edge]
        return np.asarray(cv2.resize(inside, (64, 64), interpolation=cv2.INTER_AREA), np.uint8)

    def extract(self, chips: Sequence[Chip]) -> list[Template]:
        """Read the cells' brightness without their common part."""
        return [_template_of(chip) for chip in chips]


@dataclass(frozen=True, slots=True)
class FakeAttackDetector:
    """Says what it was told to say."""

    score: float

    def bona_fide_score(self, image: Image, detection: FaceDetection) -> float:
        """Give the score it was made with."""
        return self.score


def _template_of(chip: Chip) -> Template:
    cells = cv2.resize(chip, (CELLS, CELLS), interpolation=cv2.INTER_AREA).mean(axis=2).ravel()
    return unit_template(cells - cells.mean(), FAKE_CONTRACT)


def _landmarks_in(box: Box) -> NDArray[np.float32]:
    corner, size = np.array([box.x, box.y], np.float32), np.array([box.width, box.height], np.float32)
    return np.asarray(corner + _LANDMARKS * size, np.float32)


def _paste(image: Image, patch: Image, left: int, top: int) -> None:
    height, width = image.shape[:2]
    right, bottom = min(width, left + patch.shape[1]), min(height, top + patch.shape[0])
    x, y = max(0, left), max(0, top)
    if right > x and bottom > y:
        image[y:bottom, x:right] = patch[y - top : bottom - top, x - left : right - left]


@cache
def _orthogonal_patterns() -> NDArray[np.int8]:
    rows = np.ones((1, 1), np.int8)
    while len(rows) < DIMENSION:
        rows = np.block([[rows, rows], [rows, -rows]]).astype(np.int8)
    return rows[1:, np.random.default_rng(0).permutation(DIMENSION)]


def _pattern(identity: int) -> NDArray[np.int8]:
    patterns = _orthogonal_patterns()
    if 0 <= identity < len(patterns):
        return np.asarray(patterns[identity], np.int8)
    return np.random.default_rng(abs(identity)).choice(np.array([-1, 1], np.int8), DIMENSION)
