"""Behaviour of the dlib adapters."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from models.dlib_faces import DlibDetector, DlibExtractor
from models.engine import FaceEngine, load_engine
from models.errors import ModelError
from models.face import Box
from models.head_pose import yaw_ratio
from models.ports import Image
from models.template import EmbeddingContract, comparison_score
from tests.models.builders import face_at
from tests.models.packs_here import needs_dlib
from tests.resources import group_picture

CONTRACT = EmbeddingContract("resnet", "0" * 64, "dlib-chip-150", "rgb", 128)


@pytest.fixture(scope="module")
def engine() -> FaceEngine:
    return load_engine("dlib-pypi")


@pytest.fixture(scope="module")
def picture() -> Image:
    image = cv2.imread(str(group_picture()))
    assert image is not None
    return np.asarray(image, np.uint8)


@needs_dlib
def test_every_face_of_the_group_is_found_best_first(engine: FaceEngine, picture: Image) -> None:
    faces = engine.detector.detect(picture)
    scores = [face.score for face in faces]
    assert len(faces) == 6
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score < 1 for score in scores)
    assert {face.landmark_layout for face in faces} == {"dlib-five-point"}
    assert all(abs(yaw_ratio(face)) < 0.5 for face in faces)


@needs_dlib
def test_face_in_a_small_picture_is_found_enlarged_and_placed_in_the_original(
    engine: FaceEngine, picture: Image
) -> None:
    small = np.asarray(cv2.resize(picture, None, fx=0.49, fy=0.49, interpolation=cv2.INTER_AREA), np.uint8)
    faces = engine.detector.detect(small)
    assert len(faces) == 6
    assert all(20 < face.box.width < 100 for face in faces)
    assert all(face.landmarks.min() >= 0 and face.landmarks.max() <= max(small.shape) for face in faces)


@needs_dlib
def test_same_face_scores_above_every_other_one(engine: FaceEngine, picture: Image) -> None:
    extractor = engine.extractor
    dimmed = np.asarray(picture * 0.8, np.uint8)
    chips = [extractor.align(picture, face) for face in engine.detector.detect(picture)[:3]]
    again = extractor.align(dimmed, engine.detector.detect(picture)[0])
    first, second, third, same = extractor.extract([*chips, again])
    assert comparison_score(first, same) > 0.97
    assert max(comparison_score(first, second), comparison_score(first, third)) < 0.93


@needs_dlib
def test_landmarks_of_another_layout_are_refused(engine: FaceEngine, picture: Image) -> None:
    with pytest.raises(ModelError, match="needs dlib-five-point landmarks"):
        engine.extractor.align(picture, face_at(Box(0, 0, 90, 90)))


@needs_dlib
def test_chip_of_another_size_is_refused(engine: FaceEngine) -> None:
    with pytest.raises(ModelError, match="wants chips of 150 pixels"):
        engine.extractor.extract([np.zeros((112, 112, 3), np.uint8)])


def test_file_that_dlib_cannot_read_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.dat"
    broken.write_bytes(b"no weights")
    with pytest.raises(ModelError, match=r"broken.dat: dlib cannot read it"):
        DlibExtractor(broken, CONTRACT)
    with pytest.raises(ModelError, match=r"broken.dat: dlib cannot read it"):
        DlibDetector(broken, score_threshold=0.55, max_side=0, enlarge_below=0)
