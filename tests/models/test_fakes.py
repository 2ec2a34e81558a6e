"""Behaviour of the fake engine that other packages test with."""

import itertools

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from models.errors import ModelError
from models.face import Box
from models.fakes import draw_fake_face, fake_engine
from models.template import Template, comparison_score

BOX = Box(100, 60, 80, 80)


def scene(identity: int = 1, box: Box = BOX, grey: int = 90) -> NDArray[np.uint8]:
    image = np.full((240, 320, 3), grey, np.uint8)
    draw_fake_face(image, identity, box)
    return image


def template_in(image: NDArray[np.uint8]) -> Template:
    engine = fake_engine()
    (face,) = engine.detector.detect(image)
    return engine.extractor.extract([engine.extractor.align(image, face)])[0]


def test_drawn_face_is_found_where_it_was_drawn() -> None:
    (face,) = fake_engine().detector.detect(scene())
    assert face.box == BOX


def test_picture_without_faces_has_none() -> None:
    assert fake_engine().detector.detect(np.zeros((48, 64, 3), np.uint8)) == []


def test_largest_face_comes_first() -> None:
    image = scene(box=Box(10, 10, 40, 40))
    draw_fake_face(image, 2, Box(150, 50, 100, 100))
    assert [face.box.width for face in fake_engine().detector.detect(image)] == [100, 40]


def test_identities_are_orthogonal() -> None:
    templates = [template_in(scene(identity)) for identity in range(0, 63, 7)]
    scores = [comparison_score(*pair) for pair in itertools.combinations(templates, 2)]
    assert max(map(abs, scores)) < 0.05


def test_identities_beyond_the_orthogonal_ones_stay_apart() -> None:
    templates = [template_in(scene(identity)) for identity in (3, 100, 5000, 9999)]
    assert max(comparison_score(*pair) for pair in itertools.combinations(templates, 2)) < 0.45


@pytest.mark.parametrize("side", [32, 60, 150])
def test_identity_survives_noise_and_scale(side: int) -> None:
    noise = np.random.default_rng(5).normal(0, 12, (240, 320, 3))
    noisy = np.clip(scene(9, Box(70, 40, side, side)) + noise, 0, 255).astype(np.uint8)
    assert comparison_score(template_in(scene(9)), template_in(noisy)) > 0.9


def test_identity_survives_jpeg() -> None:
    packed = cv2.imencode(".jpg", scene(4))[1]
    unpacked = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
    assert comparison_score(template_in(scene(4)), template_in(unpacked)) > 0.9


def test_face_leaving_the_picture_is_drawn_in_part() -> None:
    (face,) = fake_engine().detector.detect(scene(box=Box(-20, 60, 80, 80)))
    assert (face.box.x, face.box.width) == (0, 60)


def test_featureless_chip_has_no_template() -> None:
    with pytest.raises(ModelError, match="no template"):
        fake_engine().extractor.extract([np.full((64, 64, 3), 7, np.uint8)])


def test_attack_detector_is_there_only_when_asked_for() -> None:
    (face,) = fake_engine().detector.detect(scene())
    asked = fake_engine(bona_fide=0.2).attack_detector
    assert fake_engine().attack_detector is None
    assert asked is not None
    assert asked.bona_fide_score(scene(), face) == 0.2
