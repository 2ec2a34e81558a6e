"""Many views of the people on the real pictures: warped, mirrored, small, blurred, badly lit, compressed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_agent.vision.photo import read_photo
from hardware.frame import Image
from models.alignment import similarity
from models.engine import FaceEngine
from models.face import Box, FaceDetection
from models.image_quality import measure_quality
from models.template import Template
from tests.resources import SHARED

FOLDERS = tuple(SHARED / "data" / "faces" / name for name in ("pairs", "portraits"))
SAME_PERSON = 0.5
"""Two faces from this score on are taken for one person's: strangers beyond it cannot be seen here."""
LEAST_WIDTH = 40.0
SIDE = 160
"""Of the cut-out face with its surroundings, pixels."""
PLACES = np.array([[62, 70], [98, 70], [80, 90], [65, 110], [95, 110]], np.float32)
"""Of the landmarks on it."""
BATCH = 32


@dataclass(frozen=True, slots=True, eq=False)
class Sitter:
    """One face of one picture."""

    name: str
    person: int
    """The same for every face of a person."""
    face: Image
    """Upright, (SIDE, SIDE, 3)."""
    template: Template
    """Of the picture as it is."""


def sitters(engine: FaceEngine) -> list[Sitter]:
    """Every face large enough on the pictures, and who is who by likeness."""
    found = [(path, image, face) for path in _pictures() for image, face in _faces(engine, read_photo(path))]
    chips = [engine.extractor.align(image, face) for _, image, face in found]
    templates = extracted(engine, chips)
    persons = _persons(np.stack([template.vector for template in templates]))
    return [
        Sitter(f"{path.stem}-{number}", int(person), _upright(image, face), template)
        for number, ((path, image, face), person, template) in enumerate(
            zip(found, persons, templates, strict=True)
        )
    ]


def views(engine: FaceEngine, sitter: Sitter, count: int, random: np.random.Generator) -> list[Template]:
    """Templates of so many degraded views of one face."""
    return extracted(engine, [_chip(engine, sitter.face, random) for _ in range(count)])


def extracted(engine: FaceEngine, chips: Sequence[Image]) -> list[Template]:
    """Extract in batches."""
    starts = range(0, len(chips), BATCH)
    return [
        template for start in starts for template in engine.extractor.extract(chips[start : start + BATCH])
    ]


def _pictures() -> Iterator[Path]:
    for folder in FOLDERS:
        yield from (path for path in sorted(folder.iterdir()) if path.suffix in {".jpg", ".png"})


def _faces(engine: FaceEngine, image: Image) -> Iterator[tuple[Image, FaceDetection]]:
    for face in engine.detector.detect(image):
        if face.box.width >= LEAST_WIDTH and measure_quality(image, face).unified > 30:
            yield image, face


def _persons(vectors: NDArray[np.float32]) -> NDArray[np.int64]:
    """Give those alike, or alike to one that is, the same number."""
    persons = np.arange(len(vectors))
    alike = vectors @ vectors.T >= SAME_PERSON
    for one, other in zip(*np.nonzero(alike), strict=True):
        persons[persons == persons[other]] = persons[one]
    return persons


def _upright(image: Image, face: FaceDetection) -> Image:
    transform = similarity(face.landmarks, PLACES)
    return np.asarray(cv2.warpAffine(image, transform, (SIDE, SIDE), flags=cv2.INTER_AREA), np.uint8)


def _chip(engine: FaceEngine, face: Image, random: np.random.Generator) -> Image:
    warp = _warp(random)
    warped = cv2.warpAffine(face, warp, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE)
    points = np.asarray(cv2.transform(PLACES[None], warp)[0] + random.normal(0, 0.7, (5, 2)), np.float32)
    if random.random() < 0.5:
        warped = warped[:, ::-1]
        points = np.stack([SIDE - 1 - points[:, 0], points[:, 1]], axis=1)[[1, 0, 2, 4, 3]]
    scale = random.uniform(0.35, 0.9)
    small = _seen_badly(cv2.resize(warped, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), random)
    return engine.extractor.align(small, _detection(np.asarray(points * scale, np.float32)))


def _detection(points: NDArray[np.float32]) -> FaceDetection:
    left, top = points.min(axis=0)
    right, bottom = points.max(axis=0)
    return FaceDetection(Box(left, top, right - left, bottom - top), points, 0.9)


def _warp(random: np.random.Generator) -> NDArray[np.float64]:
    """Turn, shear and stretch about the middle: what a turned head does to a picture, roughly."""
    turn = np.radians(random.normal(0, 7))
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    bend = np.array([[random.uniform(0.82, 1.05), random.normal(0, 0.06)], [random.normal(0, 0.04), 1.0]])
    linear, middle = spin @ bend, np.array([SIDE / 2, SIDE / 2])
    return np.column_stack([linear, middle - linear @ middle])


def _seen_badly(image: object, random: np.random.Generator) -> Image:
    blurred = cv2.GaussianBlur(np.asarray(image, np.uint8), (0, 0), random.uniform(0.3, 1.6))
    light = 255.0 * (np.asarray(blurred, np.float64) / 255.0) ** random.uniform(0.6, 2.2)
    noisy = light * random.uniform(0.7, 1.1) + random.normal(0, random.uniform(2, 12), light.shape)
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(45, 90))]
    coded = cv2.imencode(".jpg", np.clip(noisy, 0, 255).astype(np.uint8), quality)[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
