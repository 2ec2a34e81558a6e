"""Behaviour of face alignment."""

import cv2
import numpy as np
import pytest

from models.alignment import aligned_chip, chip_side, similarity
from models.errors import ModelError
from models.face import Box, FaceDetection
from tests.models.builders import FIVE_POINTS, face_at

ALIGNMENTS = [("omz-128", 128, (40.39, 59.08)), ("arcface-112", 112, (38.29, 51.70))]


@pytest.mark.parametrize(
    ("angle", "scale", "shift"), [(0, 1, (0, 0)), (30, 0.5, (9, -4)), (-170, 3, (50, 80))]
)
def test_similarity_recovers_rotation_scale_and_shift(
    angle: float, scale: float, shift: tuple[int, int]
) -> None:
    turn = cv2.getRotationMatrix2D((0, 0), angle, scale)
    turn[:, 2] += shift
    moved = (FIVE_POINTS @ turn[:, :2].T + turn[:, 2]).astype(np.float32)
    np.testing.assert_allclose(similarity(FIVE_POINTS, moved), turn, atol=1e-4)


def test_similarity_never_mirrors() -> None:
    mirrored = FIVE_POINTS * np.array([-1, 1], np.float32)
    assert np.linalg.det(similarity(FIVE_POINTS, mirrored)[:, :2]) > 0


def test_coinciding_landmarks_have_no_alignment() -> None:
    with pytest.raises(ModelError, match="coincide"):
        similarity(np.ones((5, 2), np.float32), FIVE_POINTS)


def test_landmarks_that_are_no_numbers_have_no_alignment() -> None:
    with pytest.raises(ModelError, match="not finite"):
        similarity(np.full((5, 2), np.nan, np.float32), FIVE_POINTS)


@pytest.mark.parametrize(("alignment", "side", "eye"), ALIGNMENTS)
def test_left_eye_comes_to_lie_where_the_template_has_it(
    alignment: str, side: int, eye: tuple[float, float]
) -> None:
    image = np.zeros((200, 200, 3), np.uint8)
    points = (FIVE_POINTS * 1.5 + 20).astype(np.float32)
    cv2.circle(image, tuple(map(int, points[0])), 4, (255, 255, 255), cv2.FILLED)
    chip = aligned_chip(image, face_at(Box(0, 0, 200, 200), points), alignment)
    rows, columns = np.nonzero(chip[:, :, 0] > 128)
    assert chip.shape == (side, side, 3)
    assert side == chip_side(alignment)
    # the template's proportions differ from the drawn face's, so the fit leaves a few pixels
    assert (columns.mean(), rows.mean()) == pytest.approx(eye, abs=6)


def test_beyond_the_image_the_chip_is_black() -> None:
    chip = aligned_chip(np.full((60, 60, 3), 255, np.uint8), face_at(Box(0, 0, 60, 60)), "omz-128")
    assert chip[-1].max() == 0
    assert chip.max() == 255


def test_unknown_alignment_is_named() -> None:
    with pytest.raises(ModelError, match="'omz-96'; there are arcface-112, omz-128"):
        chip_side("omz-96")


def test_dlib_landmarks_are_refused() -> None:
    face = FaceDetection(Box(0, 0, 9, 9), FIVE_POINTS, 0.9, "dlib-five-point")
    with pytest.raises(ModelError, match="needs five-point landmarks"):
        aligned_chip(np.zeros((9, 9, 3), np.uint8), face, "omz-128")
