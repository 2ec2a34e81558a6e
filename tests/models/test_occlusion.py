"""Behaviour of the hint that something covers a face."""

import cv2
import numpy as np
import pytest

from models.face import Box, FaceDetection, LandmarkLayout
from models.image_quality import measure_quality
from models.occlusion import MOST, covering
from models.ports import Image
from tests.models.coverings import COVERINGS, MASKS, covered
from tests.models.test_quality_components import BOX, POINTS, SKIN, drawn

FACE = FaceDetection(BOX, POINTS, 0.9)
NOTICED = [each for each in COVERINGS if each != "skin-coloured"]
BLUE = MASKS["blue"]


def masked(colour: tuple[int, int, int], top: int = 165) -> Image:
    image = drawn()
    cv2.ellipse(image, (150, 205), (80, 205 - top), 0, 180, 360, colour, cv2.FILLED)
    cv2.rectangle(image, (70, 200), (230, 285), colour, cv2.FILLED)
    return image


def test_an_uncovered_face_gives_no_hint() -> None:
    assert covering(drawn(), FACE) < 1


@pytest.mark.parametrize("name", NOTICED)
def test_a_mask_in_another_colour_than_the_skin_and_dark_glasses_are_noticed(name: str) -> None:
    assert covering(covered(drawn(), FACE, name), FACE) >= 1


def test_what_has_the_colour_of_skin_is_missed() -> None:
    assert covering(masked(SKIN, top=165), FACE) < 1


def test_a_scarf_over_the_mouth_alone_is_noticed() -> None:
    assert covering(masked(BLUE, top=190), FACE) >= 1


@pytest.mark.parametrize("light", [0.35, 0.6, 1.2])
def test_light_that_falls_on_the_whole_face_covers_nothing(light: float) -> None:
    dimmed = np.clip(drawn() * light, 0, 255).astype(np.uint8)
    assert covering(dimmed, FACE) < 1


def test_a_black_picture_covers_as_much_as_can_be_said_and_no_more() -> None:
    assert 0 <= covering(np.zeros_like(drawn()), FACE) <= MOST


def test_a_face_that_the_edge_cuts_off_is_not_judged() -> None:
    cut = masked(BLUE)[:230]
    assert covering(cut, FACE) == 0


@pytest.mark.parametrize(
    ("points", "layout"), [(POINTS, "dlib-five-point"), (np.ones((5, 2), np.float32), "five-point")]
)
def test_landmarks_that_say_too_little_give_no_hint(points: Image, layout: LandmarkLayout) -> None:
    assert covering(masked(BLUE), FaceDetection(BOX, np.asarray(points), 0.9, layout)) == 0


def test_quality_carries_the_hint() -> None:
    assert measure_quality(masked(BLUE), FACE).covering >= 1
    assert measure_quality(drawn(), FaceDetection(Box(900, 900, 50, 50), POINTS, 0.9)).covering == 0
