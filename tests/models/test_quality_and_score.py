"""The unified quality tells beforehand which pictures will compare badly (error versus discard)."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from models.engine import FaceEngine, load_engine
from models.face import FaceDetection
from models.image_quality import measure_quality
from models.ports import Image
from models.template import Template, comparison_score
from tests.models.packs_here import needs_intel
from tests.resources import SHARED, needs_shared

PAIRS = SHARED / "data" / "faces" / "pairs"
FACE_WIDTH = 160
PICTURES = 12


def blur(image: Image, strength: float) -> Image:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 8 * strength), np.uint8)


def motion(image: Image, strength: float) -> Image:
    streak = np.full((1, round(31 * strength)), 1.0 / round(31 * strength), np.float32)
    return np.asarray(cv2.filter2D(image, -1, streak), np.uint8)


def darkness(image: Image, strength: float) -> Image:
    grain = np.random.default_rng(1).normal(0, 2, image.shape)
    return np.clip(image * (0.06 / strength) + grain, 0, 255).astype(np.uint8)


def distance(image: Image, strength: float) -> Image:
    scale = 22 / FACE_WIDTH / strength
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


Degradation = Callable[[Image, float], Image]
DEGRADATIONS: tuple[Degradation, ...] = (blur, motion, darkness, distance)
STRENGTHS = (0.3, 0.6, 1.0)


@dataclass(frozen=True)
class Measured:
    """Quality of the degraded probe and its score with another, clear picture of the same person."""

    quality: float
    score: float


def largest(engine: FaceEngine, image: Image) -> FaceDetection | None:
    return max(engine.detector.detect(image), key=lambda face: face.box.width, default=None)


def examined(engine: FaceEngine, image: Image) -> tuple[float, Template] | None:
    face = largest(engine, image)
    if face is None:
        return None
    (template,) = engine.extractor.extract([engine.extractor.align(image, face)])
    return measure_quality(image, face).unified, template


def enlarged(engine: FaceEngine, name: str) -> Image:
    """Read a picture, its face brought to one width."""
    image = np.asarray(cv2.imread(str(PAIRS / name)), np.uint8)
    face = largest(engine, image)
    assert face is not None
    scale = FACE_WIDTH / face.box.width
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


@cache
def measurements() -> dict[tuple[str, float], list[Measured]]:
    """Measure by degradation and strength; a face that was not found again is left out."""
    engine = load_engine("intel-0095")
    with (PAIRS / "master.csv").open(newline="") as file:
        pairs = [(row["file_x"], row["file_y"]) for row in csv.DictReader(file) if row["Decision"] == "Yes"]
    found: dict[tuple[str, float], list[Measured]] = {}
    for name, other in dict(pairs[:: len(pairs) // PICTURES]).items():
        clear, reference = enlarged(engine, name), examined(engine, enlarged(engine, other))
        assert reference is not None
        for degrade in DEGRADATIONS:
            for strength in STRENGTHS:
                probe = examined(engine, degrade(clear, strength))
                if probe is not None:
                    one = Measured(probe[0], comparison_score(probe[1], reference[1]))
                    found.setdefault((degrade.__name__, strength), []).append(one)
    return found


def ranks(values: NDArray[np.float64]) -> NDArray[np.intp]:
    return np.argsort(np.argsort(values))


@needs_shared
@needs_intel
@pytest.mark.parametrize("kind", [degrade.__name__ for degrade in DEGRADATIONS])
def test_stronger_degradation_has_lower_quality_and_lower_score(kind: str) -> None:
    by_strength = [measurements()[kind, strength] for strength in STRENGTHS]
    qualities = [np.mean([one.quality for one in each]) for each in by_strength]
    scores = [np.mean([one.score for one in each]) for each in by_strength]
    assert qualities == sorted(qualities, reverse=True)
    assert scores == sorted(scores, reverse=True)


@needs_shared
@needs_intel
def test_quality_goes_along_with_the_score() -> None:
    every = [one for each in measurements().values() for one in each]
    quality, score = (np.array([getattr(one, key) for one in every]) for key in ("quality", "score"))
    assert np.corrcoef(ranks(quality), ranks(score))[0, 1] > 0.5


@needs_shared
@needs_intel
def test_discarding_the_poorest_two_fifths_leaves_fewer_misses() -> None:
    every = sorted((one for each in measurements().values() for one in each), key=lambda one: one.quality)
    threshold = load_engine("intel-0095").calibration.score_at_fmr(1e-5)
    kept = every[2 * len(every) // 5 :]
    missed, still = (np.mean([one.score < threshold for one in some]) for some in (every, kept))
    assert missed > 0.1
    assert still < 0.6 * missed
