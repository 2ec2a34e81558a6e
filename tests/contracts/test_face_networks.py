"""What every face detector and template extractor promises, the fake and the real ones alike."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import pytest

from models.engine import FaceEngine, load_engine
from models.face import Box
from models.fakes import draw_fake_face, fake_engine
from models.ports import Image
from models.template import Template, comparison_score
from tests.models.packs_here import needs_dlib, needs_fused, needs_intel
from tests.resources import group_picture


@dataclass(frozen=True)
class Subject:
    """An engine and a scene in which it can see faces."""

    engine: FaceEngine
    scene: Image


def squares() -> Image:
    image = np.full((480, 640, 3), 90, np.uint8)
    for identity, left in enumerate((40, 240, 440)):
        draw_fake_face(image, identity, Box(left, 100, 150, 150))
    return image


def people() -> Image:
    image = cv2.imread(str(group_picture()))
    assert image is not None
    return np.asarray(image, np.uint8)


@cache
def subject_of(pack: str) -> Subject:
    return Subject(fake_engine(), squares()) if pack == "fake" else Subject(load_engine(pack), people())


@pytest.fixture(
    params=[
        "fake",
        pytest.param("intel-0095", marks=needs_intel),
        pytest.param("intel-0095+mobilefacenet", marks=needs_fused),
        pytest.param("dlib-pypi", marks=needs_dlib),
    ]
)
def subject(request: pytest.FixtureRequest) -> Subject:
    return subject_of(request.param)


def templates(subject: Subject, image: Image, most: int = 3) -> list[Template]:
    extractor = subject.engine.extractor
    faces = subject.engine.detector.detect(image)[:most]
    return extractor.extract([extractor.align(image, face) for face in faces])


def test_faces_come_best_first_with_scores_of_a_share(subject: Subject) -> None:
    scores = [face.score for face in subject.engine.detector.detect(subject.scene)]
    assert len(scores) >= 3
    assert scores == sorted(scores, reverse=True)
    assert min(scores) >= 0
    assert max(scores) <= 1


def test_landmarks_lie_in_or_near_their_box(subject: Subject) -> None:
    for face in subject.engine.detector.detect(subject.scene):
        margin = 0.2 * face.box.width
        low = np.array([face.box.x - margin, face.box.y - margin])
        high = low + np.array([face.box.width, face.box.height]) + 2 * margin
        assert (face.landmarks > low).all()
        assert (face.landmarks < high).all()


def test_scene_without_faces_is_an_empty_list(subject: Subject) -> None:
    assert subject.engine.detector.detect(np.full((240, 320, 3), 128, np.uint8)) == []


def test_image_is_left_as_it_was(subject: Subject) -> None:
    image = subject.scene.copy()
    templates(subject, image)
    np.testing.assert_array_equal(image, subject.scene)


@pytest.mark.parametrize(
    "view",
    [
        np.asfortranarray,
        lambda image: image[3:-5, 2:-7],
        lambda image: image[:, :, ::-1][:, :, ::-1],
    ],
    ids=["columns first", "cut out", "turned twice"],
)
def test_image_in_any_memory_layout_gives_the_same_templates(
    subject: Subject, view: Callable[[Image], Image]
) -> None:
    image = view(subject.scene)
    packed = np.ascontiguousarray(image)
    for one, other in zip(templates(subject, image), templates(subject, packed), strict=True):
        np.testing.assert_array_equal(one.vector, other.vector)


def test_chips_are_square_pictures_or_strips_of_them(subject: Subject) -> None:
    extractor = subject.engine.extractor
    (first, *_) = subject.engine.detector.detect(subject.scene)
    chip = extractor.align(subject.scene, first)
    assert chip.dtype == np.uint8
    assert chip.shape[2] == 3
    assert chip.shape[0] <= chip.shape[1] <= 2 * chip.shape[0]


def test_templates_are_of_the_extractors_contract_in_the_chips_order(subject: Subject) -> None:
    extractor = subject.engine.extractor
    faces = subject.engine.detector.detect(subject.scene)[:3]
    chips = [extractor.align(subject.scene, face) for face in faces]
    together = extractor.extract(chips)
    assert {template.contract for template in together} == {extractor.contract}
    for template, chip in zip(together, chips, strict=True):
        np.testing.assert_array_equal(template.vector, extractor.extract([chip])[0].vector)


def test_different_faces_stay_below_the_calibrated_threshold(subject: Subject) -> None:
    first, second, third = templates(subject, subject.scene)
    threshold = subject.engine.calibration.score_at_fmr(1e-3)
    assert max(comparison_score(first, second), comparison_score(first, third)) < threshold


def test_same_face_a_little_darker_stays_above_it(subject: Subject) -> None:
    darker = np.asarray(subject.scene * 0.9, np.uint8)
    threshold = subject.engine.calibration.score_at_fmr(1e-3)
    best, again = templates(subject, subject.scene), templates(subject, darker)
    assert max(comparison_score(best[0], template) for template in again) > threshold


def test_two_threads_may_share_an_engine(subject: Subject) -> None:
    other = np.ascontiguousarray(subject.scene[:, ::-1])
    images = [subject.scene, other] * 3
    with ThreadPoolExecutor(2) as threads:
        together = list(threads.map(lambda image: len(subject.engine.detector.detect(image)), images))
    assert together == [len(subject.engine.detector.detect(image)) for image in images]
