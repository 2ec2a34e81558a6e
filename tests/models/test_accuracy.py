"""The packs tell the labelled pairs apart, and agree with the figures of their manifests."""

import csv
from functools import cache

import cv2
import numpy as np
import pytest

from models.engine import FaceEngine, load_engine
from models.template import Template, comparison_score
from tests.models.packs_here import needs_dlib, needs_fused, needs_intel
from tests.resources import SHARED, needs_shared

PAIRS = SHARED / "data" / "faces" / "pairs"
PACKS = [
    pytest.param("intel-0095", 0.99, marks=needs_intel),
    pytest.param("intel-0095+mobilefacenet", 0.99, marks=needs_fused),
    pytest.param("dlib-pypi", 0.97, marks=needs_dlib),
]


def template_of(engine: FaceEngine, name: str) -> Template | None:
    """Extract the template of the largest face; None when none is found."""
    image = cv2.imread(str(PAIRS / name))
    assert image is not None, name
    picture = np.asarray(image, np.uint8)
    faces = engine.detector.detect(picture)
    if not faces:
        return None
    largest = max(faces, key=lambda face: face.box.width * face.box.height)
    return engine.extractor.extract([engine.extractor.align(picture, largest)])[0]


@cache
def scores(pack: str) -> tuple[list[float], list[float], int]:
    """Mated scores, non-mated scores, pictures without a face."""
    with (PAIRS / "master.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    engine = load_engine(pack)
    names = sorted({row[key] for row in rows for key in ("file_x", "file_y")})
    templates = {name: template_of(engine, name) for name in names}
    split: dict[str, list[float]] = {"Yes": [], "No": []}
    for row in rows:
        one, other = templates[row["file_x"]], templates[row["file_y"]]
        if one is not None and other is not None:
            split[row["Decision"]].append(comparison_score(one, other))
    return split["Yes"], split["No"], sum(template is None for template in templates.values())


@needs_shared
@pytest.mark.parametrize(("pack", "wanted"), PACKS)
def test_best_threshold_tells_the_pairs_apart(pack: str, wanted: float) -> None:
    mated, non_mated, failures = scores(pack)
    thresholds = sorted([*mated, *non_mated])
    right = [sum(s >= t for s in mated) + sum(s < t for s in non_mated) for t in thresholds]
    assert failures == 0
    assert max(right) / len(thresholds) >= wanted


@needs_shared
@pytest.mark.parametrize(("pack", "wanted"), PACKS)
def test_calibrated_threshold_lets_few_strangers_through(pack: str, wanted: float) -> None:
    mated, non_mated, _ = scores(pack)
    threshold = load_engine(pack).calibration.score_at_fmr(1e-3)
    assert sum(score >= threshold for score in non_mated) <= 1
    assert sum(score >= threshold for score in mated) >= 0.9 * len(mated)
