"""Searches missed by a track's fused template beside those missed by its best frame and by its first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_agent.evaluation.data import read_data_set
from edge_agent.evaluation.rates import Scores, point_at, wilson
from edge_agent.vision.best_shot import BestShotPolicy, Sample, Samples, admit, improves
from edge_agent.vision.fusion import WeightedTemplate, fuse, likeness_of
from edge_agent.vision.photo import largest_face, read_photo
from edge_agent.vision.quality import QualityGate
from hardware.frame import Image
from models.engine import FaceEngine, load_engine
from models.image_quality import measure_quality
from models.template import Template
from tests.benchmarks.measurement import Measurement, not_measured
from tests.models.packs_here import is_here
from tests.resources import SHARED

NAME, UNIT, PACK = "template_fusion", "FNIR", "intel-0095"
PAIRS = SHARED / "data" / "faces" / "pairs"
FPIR = 0.01
WAYS = ("fused", "best", "first")
FRAMES, FRAMES_PER_S = 10, 6.0
WIDTHS = (40.0, 46.0)
"""Of the face, pixels: growing on the way to the camera."""
KEPT_WIDTH = 120.0
"""To which the faces of large pictures are shrunk once."""
START = datetime(2026, 1, 1, tzinfo=UTC)
RESAMPLES = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """One person's pictures, each cut out around the face, and the template of each."""

    faces: tuple[Image, ...]
    widths: tuple[float, ...]
    """Of the face on its picture, pixels."""
    templates: tuple[Template, ...]


@dataclass(slots=True)
class Tally:
    """Scores of every passage, by way; NaN where no frame was good enough."""

    own: dict[str, list[float]] = field(default_factory=lambda: {way: [] for way in WAYS})
    """With the person's reference, where nobody else is nearer."""
    others: dict[str, list[float]] = field(default_factory=lambda: {way: [] for way in WAYS})
    """The nearest of the others: the same search, had the person not been enrolled."""
    failures: int = 0
    """Passages without a frame that was good enough."""


def run(n: int = 300) -> Measurement:
    """Simulate passages by several pictures of one person, degraded as a lane degrades them."""
    if not (PAIRS.is_dir() and is_here(PACK)):
        return not_measured(NAME, UNIT, f"needs pack {PACK} and {PAIRS.name} beside the checkout")
    engine = load_engine(PACK)
    persons = [person for person in persons_of(engine) if len(person.faces) > 1]
    random = np.random.default_rng(1)
    tally = Tally()
    for number in range(n):
        note(tally, engine, persons, number % len(persons), random)
    own, others = as_arrays(tally.own), as_arrays(tally.others)
    points = {way: point_at(FPIR, own[way], others[way]) for way in WAYS}
    missed = {way: 1 - point.rate.value for way, point in points.items() if point is not None}
    if len(missed) < len(WAYS):
        return not_measured(NAME, UNIT, f"insufficient data: {n} passages cannot show an FPIR of {FPIR}")
    low, high = ratio_interval(own, others, random)
    spoken = ", ".join(f"{way} {missed[way]:.4f} {interval(missed[way], n)}" for way in WAYS)
    notes = (
        f"simulated passages of {len(persons)} persons at FPIR {FPIR}; no frame passed the gate, a miss for "
        f"all, in {tally.failures}; {spoken}; best over fused {low:.2f} to {high:.2f} (95 %); {PACK}"
    )
    return Measurement(NAME, UNIT, n, missed["fused"], missed["best"], notes)


def note(
    tally: Tally, engine: FaceEngine, persons: Sequence[Person], who: int, random: np.random.Generator
) -> None:
    """Enrol one picture of everybody, let one person pass in the others, and search in every way."""
    enrolled = [int(random.integers(len(person.faces))) for person in persons]
    gallery = np.stack([p.templates[e].vector for p, e in zip(persons, enrolled, strict=True)])
    probes = templates_of(engine, list(passage(persons[who], enrolled[who], random)))
    tally.failures += not probes
    for way in WAYS:
        probe = probes.get(way)
        scores = np.full(len(persons), np.nan) if probe is None else gallery @ probe.vector
        nearest = float(np.delete(scores, who).max())
        tally.others[way].append(nearest)
        tally.own[way].append(float(scores[who]) if scores[who] > nearest else np.nan)


def templates_of(engine: FaceEngine, frames: Sequence[Image]) -> Mapping[str, Template]:
    """Gate, choose best shots and fuse as a track does; beside it the best and the first frame alone."""
    policy, gate = BestShotPolicy(), QualityGate()
    shots: Samples = ()
    first: Sample | None = None
    for number, image in enumerate(frames):
        sample = sample_of(engine, gate, image, number)
        if sample is not None:
            first = first or sample
            if improves(shots, sample.quality, sample.stream_s, policy):
                shots = admit(shots, sample, policy)
    if first is None:
        return {}
    templates = engine.extractor.extract([shot.chip for shot in (*shots, first)])
    parts = [WeightedTemplate(t, s.quality) for t, s in zip(templates[:-1], shots, strict=True)]
    fused = fuse(parts, likeness_of(engine.calibration)).template
    return {"fused": fused, "best": templates[0], "first": templates[-1]}


def sample_of(engine: FaceEngine, gate: QualityGate, image: Image, number: int) -> Sample | None:
    """Take a frame's face if it is good enough to be searched."""
    face = largest_face(engine.detector.detect(image))
    if face is None:
        return None
    quality = measure_quality(image, face)
    if gate.reasons(quality):
        return None
    stream_s = number / FRAMES_PER_S
    at = START + timedelta(seconds=stream_s)
    chip = engine.extractor.align(image, face)
    return Sample(number, stream_s, at, quality.unified, chip, image)


def passage(person: Person, enrolled: int, random: np.random.Generator) -> Iterator[Image]:
    """Frames from a person's other pictures: small, moving, badly lit, noisy; compressed by the camera."""
    others = [number for number in range(len(person.faces)) if number != enrolled]
    gamma = random.uniform(0.6, 2.8)
    for number in range(FRAMES):
        chosen = int(random.choice(others))
        width = np.interp(number, (0, FRAMES - 1), WIDTHS)
        scale = width / person.widths[chosen]
        small = cv2.resize(person.faces[chosen], None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        yield degraded(np.asarray(small, np.uint8), gamma, random)


def degraded(image: Image, gamma: float, random: np.random.Generator) -> Image:
    """Blur by focus and by movement, darken, add noise, compress."""
    blurred = cv2.GaussianBlur(image, (0, 0), random.uniform(0.6, 1.8))
    length = int(random.integers(1, 9))
    moved = cv2.blur(blurred, (length, 1) if random.random() < 0.7 else (1, length))
    light = 255.0 * (np.asarray(moved, np.float64) / 255.0) ** gamma
    noisy = np.clip(light + random.normal(0, random.uniform(5, 18), light.shape), 0, 255).astype(np.uint8)
    coded = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, 70])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)


def persons_of(engine: FaceEngine) -> list[Person]:
    """Cut the face of every labelled picture out, with as much around it again."""
    data_set = read_data_set(PAIRS, None)
    by_name: dict[str, list[tuple[Image, float, Template]]] = {}
    for path, name in sorted(data_set.subjects.items()):
        by_name.setdefault(name, []).append(face_of(engine, path))
    return [Person(*zip(*pictures, strict=True)) for pictures in by_name.values()]


def face_of(engine: FaceEngine, path: Path) -> tuple[Image, float, Template]:
    """Cut the largest face of a picture out with its surroundings."""
    image = read_photo(path)
    face = largest_face(engine.detector.detect(image))
    assert face is not None, path
    [template] = engine.extractor.extract([engine.extractor.align(image, face)])
    (across, down), reach = face.box.centre, 1.1 * max(face.box.width, face.box.height)
    top, left = max(0, int(down - reach)), max(0, int(across - reach))
    around = image[top : int(down + reach), left : int(across + reach)]
    scale = min(1.0, KEPT_WIDTH / face.box.width)
    kept = cv2.resize(around, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(kept, np.uint8), face.box.width * scale, template


def ratio_interval(
    own: Mapping[str, Scores], others: Mapping[str, Scores], random: np.random.Generator
) -> tuple[float, float]:
    """FNIR of the best frame over that of the fused template, each at the FPIR, in 95 % of resamples."""
    ratios = []
    for _ in range(RESAMPLES):
        drawn = random.integers(0, len(own["best"]), len(own["best"]))
        points = [point_at(FPIR, own[way][drawn], others[way][drawn]) for way in ("best", "fused")]
        best, fused = (1 - point.rate.value for point in points if point is not None)
        ratios.append(best / max(fused, 1 / len(drawn)))
    low, high = np.quantile(ratios, (0.025, 0.975))
    return float(low), float(high)


def as_arrays(scores: Mapping[str, list[float]]) -> dict[str, NDArray[np.float64]]:
    """Make arrays of the lists."""
    return {way: np.array(values) for way, values in scores.items()}


def interval(share: float, n: int) -> str:
    """Wilson's, in words."""
    rate = wilson(round(share * n), n)
    return f"({rate.low:.4f} to {rate.high:.4f})"
