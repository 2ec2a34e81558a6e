"""Behaviour of the quality components after ISO/IEC 29794-5."""

import cv2
import numpy as np
import pytest

from models.face import Box, FaceDetection
from models.ports import Image
from models.quality_components import QualityComponents, measure_components

SKIN = (130, 160, 200)
BOX = Box(60, 50, 180, 220)
POINTS = np.array([[110, 130], [190, 130], [150, 175], [120, 215], [180, 215]], np.float32)
STANDARD_NAMES = {
    "UnifiedQualityScore",
    "Sharpness",
    "InterEyeDistance",
    "HeadPoseYaw",
    "HeadPosePitch",
    "HeadPoseRoll",
    "LuminanceMean",
    "UnderExposurePrevention",
    "OverExposurePrevention",
    "IlluminationUniformity",
    "FaceOcclusionPrevention",
}


def drawn() -> Image:
    """Draw a skin-coloured oval with two eyes and a mouth; grain makes it sharp."""
    image = np.full((320, 300, 3), 200, np.uint8)
    cv2.ellipse(image, (150, 160), (88, 112), 0, 0, 360, SKIN, cv2.FILLED)
    for x in (110, 190):
        cv2.circle(image, (x, 130), 8, (40, 40, 40), cv2.FILLED)
    cv2.line(image, (128, 215), (172, 215), (90, 90, 150), 4)
    grain = np.random.default_rng(1).normal(0, 8, image.shape[:2])[:, :, None]
    return np.clip(image + grain, 0, 255).astype(np.uint8)


def measured(image: Image, points: object = POINTS, box: Box = BOX) -> QualityComponents:
    return measure_components(image, FaceDetection(box, np.asarray(points, np.float32), 0.9))


def test_components_have_the_standards_names_and_are_whole_numbers_of_a_hundred() -> None:
    named = measured(drawn()).named()
    assert set(named) == STANDARD_NAMES
    assert all(isinstance(value, int) and 0 <= value <= 100 for value in named.values())


def test_clear_face_gives_no_reason() -> None:
    assert measured(drawn()).reasons() == ()


def lit_from_the_side() -> Image:
    image = drawn().astype(np.float32)
    image[:, 150:] *= 0.3
    return image.astype(np.uint8)


def masked() -> Image:
    image = drawn()
    cv2.rectangle(image, (85, 180), (215, 268), (200, 140, 90), cv2.FILLED)
    return image


def turned(points: np.ndarray[tuple[int, int], np.dtype[np.float32]], nose_x: float) -> object:
    moved = points.copy()
    moved[2, 0] = nose_x
    return moved


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (measured(np.asarray(cv2.GaussianBlur(drawn(), (0, 0), 9), np.uint8)), "blurred"),
        (measured((drawn() * 0.08).astype(np.uint8)), "dark"),
        (measured(np.clip(drawn().astype(np.int32) * 4, 0, 255).astype(np.uint8)), "bright"),
        (measured(lit_from_the_side()), "uneven-light"),
        (measured(masked()), "covered"),
        (measured(drawn(), turned(POINTS, 205)), "turned"),
        (measured(drawn(), POINTS * 0.15, Box(9, 7, 27, 33)), "small"),
    ],
    ids=["blurred", "dark", "bright", "uneven-light", "covered", "turned", "small"],
)
def test_what_is_wrong_with_a_face_is_named(found: QualityComponents, reason: str) -> None:
    assert reason in found.reasons()


def test_head_on_its_side_is_tilted() -> None:
    middle = POINTS.mean(axis=0)
    quarter = np.array([[0.0, 1.0], [-1.0, 0.0]])
    assert "tilted" in measured(drawn(), (POINTS - middle) @ quarter + middle).reasons()


def test_landmarks_without_a_mouth_leave_components_out() -> None:
    points = np.array([(202, 130), (178, 130), (98, 130), (122, 130), (150, 185)], np.float32)
    named = measure_components(drawn(), FaceDetection(BOX, points, 0.9, "dlib-five-point")).named()
    assert set(named) == STANDARD_NAMES - {
        "HeadPosePitch",
        "IlluminationUniformity",
        "FaceOcclusionPrevention",
    }


def test_face_outside_the_picture_is_of_no_use() -> None:
    found = measured(drawn(), POINTS + 900, Box(960, 950, 180, 220))
    assert found.unified_quality_score == 0
    assert {"blurred", "dark", "bright"} & set(found.reasons())
