"""Behaviour of the YuNet detector."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from models.errors import ModelError
from models.face import FaceDetection
from models.ports import Image
from models.session import Session
from models.yunet import STRIDES, YuNetDetector, decode
from tests.models.builders import channel_means
from tests.models.packs_here import needs_intel
from tests.resources import SHARED, group_picture, needs_shared

WIDTH, HEIGHT = 64, 32


def outputs(stride: int = 8, cell: int = 0, **heads: float | list[float]) -> dict[str, NDArray[np.float32]]:
    """Silent outputs but for one cell of one stride."""
    silent: dict[str, NDArray[np.float32]] = {}
    for each in STRIDES:
        cells = (WIDTH // each) * (HEIGHT // each)
        for head, size in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10)):
            silent[f"{head}_{each}"] = np.zeros((1, cells, size), np.float32)
    for head, value in heads.items():
        silent[f"{head}_{stride}"][0, cell] = value
    return silent


def test_silent_outputs_have_no_faces() -> None:
    assert decode(outputs(), WIDTH, 0.6).shape == (0, 15)


def test_box_is_centred_on_its_cell_and_sized_exponentially() -> None:
    spoken = outputs(16, cell=5, cls=1, obj=0.64, bbox=[0.5, 0.25, np.log(2), 0], kps=[0.5] * 10)
    (candidate,) = decode(spoken, WIDTH, 0.6)
    # cell 5 of a grid of 4 columns: column 1, row 1
    np.testing.assert_allclose(candidate[:4], [24 - 16, 20 - 8, 32, 16], rtol=1e-6)
    np.testing.assert_allclose(candidate[4:14], [24] * 10)
    assert candidate[14] == pytest.approx(0.8)


def test_score_is_the_geometric_mean_and_must_reach_the_threshold() -> None:
    assert len(decode(outputs(cls=1, obj=0.35), WIDTH, 0.6)) == 0
    assert len(decode(outputs(cls=1, obj=0.37), WIDTH, 0.6)) == 1


def test_scores_beyond_one_are_cut_off() -> None:
    assert decode(outputs(cls=1.7, obj=1.2), WIDTH, 0.6)[0, 14] == 1.0


def test_another_network_is_refused_with_what_it_lacks() -> None:
    with pytest.raises(ModelError, match="no YuNet: it has no output bbox_16"):
        YuNetDetector(Session(channel_means("side"), "means"), 0.6)


def detector(max_side: int = 0) -> YuNetDetector:
    return YuNetDetector(
        Session((SHARED / "models" / "yunet_s_dynamic.onnx").read_bytes(), "yunet"), 0.6, max_side
    )


def picture(width: int = 640, height: int = 480) -> Image:
    image = cv2.imread(str(group_picture()))
    assert image is not None
    return np.asarray(cv2.resize(image, (width, height)), np.uint8)


def by_place(faces: list[FaceDetection]) -> NDArray[np.float32]:
    rows = [[f.box.x, f.box.y, f.box.width, f.box.height, *f.landmarks.ravel(), f.score] for f in faces]
    return np.array(sorted(rows), np.float32)


@needs_shared
@needs_intel
@pytest.mark.parametrize(("width", "height"), [(640, 480), (333, 257), (800, 554)])
def test_faces_are_those_that_opencv_finds(width: int, height: int) -> None:
    image = picture(width, height)
    reference = cv2.FaceDetectorYN.create(
        str(SHARED / "models" / "face_detection_yunet_2023mar.onnx"), "", (width, height), 0.6, 0.3
    )
    expected = np.array(sorted(reference.detect(image)[1].tolist()), np.float32)
    found = by_place(detector().detect(image))
    assert len(found) == 6
    np.testing.assert_allclose(found, expected, atol=0.5)


@needs_shared
@needs_intel
def test_shrunk_detection_gives_places_in_the_whole_picture() -> None:
    image = picture(1280, 886)
    whole, shrunk = detector().detect(image), detector(640).detect(image)
    assert len(whole) == len(shrunk) == 6
    overlaps = [max(face.box.intersection_over_union(other.box) for other in whole) for face in shrunk]
    assert min(overlaps) > 0.8


@needs_shared
@needs_intel
def test_pictures_of_changing_size_do_not_disturb_one_another() -> None:
    one = detector()
    first = by_place(one.detect(picture()))
    for side in ((1, 1), (33, 500), (640, 470)):
        one.detect(picture(*side))
    np.testing.assert_array_equal(by_place(one.detect(picture())), first)


@needs_shared
@needs_intel
def test_empty_scene_has_no_faces() -> None:
    assert detector().detect(np.full((240, 320, 3), 127, np.uint8)) == []
