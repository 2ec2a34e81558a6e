"""Behaviour of boxes and detections."""

import numpy as np
import pytest

from models.errors import ModelError
from models.face import Box, FaceDetection


def test_touching_boxes_do_not_overlap() -> None:
    assert Box(0, 0, 10, 10).intersection_over_union(Box(10, 0, 10, 10)) == 0.0


def test_overlap_is_shared_area_over_joint_area() -> None:
    assert Box(0, 0, 10, 10).intersection_over_union(Box(5, 0, 10, 10)) == pytest.approx(1 / 3)


@pytest.mark.parametrize("size", [(0, 5), (5, 0), (-1, 5), (float("nan"), 5)])
def test_box_without_area_is_refused(size: tuple[float, float]) -> None:
    with pytest.raises(ModelError, match="no area"):
        Box(0, 0, *size)


def test_centre_is_the_middle() -> None:
    assert Box(10, 20, 30, 40).centre == (25, 40)


@pytest.mark.parametrize("shape", [(4, 2), (10,), (5, 3)])
def test_detection_has_five_points(shape: tuple[int, ...]) -> None:
    with pytest.raises(ModelError, match="must be"):
        FaceDetection(Box(0, 0, 9, 9), np.zeros(shape, np.float32), 0.9)
