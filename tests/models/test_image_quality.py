"""Behaviour of the quality measurements."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from models.face import Box, FaceDetection, LandmarkLayout
from models.fakes import draw_fake_face
from models.head_pose import yaw_ratio
from models.image_quality import measure_quality, unified_quality

BOX = Box(40, 40, 120, 120)


def face(
    points: object = ((60, 80), (120, 80), (90, 110), (70, 140), (110, 140)),
    box: Box = BOX,
    layout: LandmarkLayout = "five-point",
) -> FaceDetection:
    return FaceDetection(box, np.array(points, np.float32), 0.9, layout)


def scene() -> NDArray[np.uint8]:
    image = np.full((200, 200, 3), 90, np.uint8)
    draw_fake_face(image, 3, BOX)
    return image


def test_blur_lowers_sharpness_and_quality() -> None:
    sharp = measure_quality(scene(), face())
    soft = measure_quality(np.asarray(cv2.GaussianBlur(scene(), (0, 0), 6), np.uint8), face())
    assert soft.sharpness < sharp.sharpness / 4
    assert soft.unified < sharp.unified


@pytest.mark.parametrize("across", [True, False], ids=["across", "down"])
def test_motion_blur_lowers_detail_and_quality_though_one_direction_stays_sharp(across: bool) -> None:
    streak = np.full((1, 25) if across else (25, 1), 1 / 25, np.float32)
    clear, moved = (measure_quality(image, face()) for image in (scene(), blurred(streak)))
    assert moved.sharpness > 30
    assert moved.least_detail < clear.least_detail / 20
    assert moved.unified < clear.unified - 10


def blurred(streak: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.asarray(cv2.filter2D(scene(), -1, streak), np.uint8)


def test_noise_of_a_large_blurred_face_does_not_pass_for_sharpness() -> None:
    large = np.asarray(cv2.resize(cv2.GaussianBlur(scene(), (0, 0), 6), None, fx=5, fy=5), np.float64)
    noisy = np.clip(large + np.random.default_rng(1).normal(0, 12, large.shape), 0, 255).astype(np.uint8)
    assert measure_quality(noisy, face(box=Box(200, 200, 600, 600))).sharpness < 60


def test_darkness_lowers_luma_and_quality() -> None:
    light, dark = measure_quality(scene(), face()), measure_quality(scene() // 5, face())
    assert dark.luma == pytest.approx(light.luma / 5, abs=1.5)
    assert dark.unified < light.unified


def test_clear_frontal_face_is_of_top_quality() -> None:
    assert measure_quality(scene(), face()).unified == pytest.approx(100.0)


def test_face_outside_the_picture_has_no_quality() -> None:
    assert measure_quality(scene(), face(box=Box(500, 500, 50, 50))).unified == 0.0


def test_face_partly_outside_is_measured_on_what_is_there() -> None:
    assert measure_quality(scene(), face(box=Box(-40, -40, 120, 120))).luma > 0


@pytest.mark.parametrize(
    ("nose_x", "expected"), [(90, 0.0), (120, 0.5), (60, -0.5)], ids=["frontal", "right", "left"]
)
def test_nose_beside_the_eyes_tells_the_turn(nose_x: float, expected: float) -> None:
    points = ((60, 80), (120, 80), (nose_x, 110), (70, 140), (110, 140))
    assert yaw_ratio(face(points)) == pytest.approx(expected)


def test_turn_is_measured_along_tilted_eyes() -> None:
    turn = np.array([[0.8, 0.6], [-0.6, 0.8]], np.float32)
    upright = np.array([[60, 80], [120, 80], [105, 110], [70, 140], [110, 140]], np.float32)
    assert yaw_ratio(face(upright @ turn)) == pytest.approx(yaw_ratio(face(upright)), abs=1e-5)


def test_dlib_landmarks_give_the_same_turn() -> None:
    points = ((130, 80), (110, 80), (50, 80), (70, 80), (105, 110))
    assert yaw_ratio(face(points, layout="dlib-five-point")) == pytest.approx(0.25)


def test_eyes_on_one_point_count_as_a_profile() -> None:
    assert yaw_ratio(face(((60, 80), (60, 80), (90, 110), (70, 140), (110, 140)))) == 1.0


@pytest.mark.parametrize(
    "worst", [(10, 80, 120, 0), (90, 0.5, 120, 0), (90, 80, 5, 0), (90, 80, 254, 0), (90, 80, 120, 0.8)]
)
def test_one_worst_element_makes_the_whole_worthless(worst: tuple[float, float, float, float]) -> None:
    assert unified_quality(*worst) == 0.0
