"""Behaviour of presentation attack detection."""

import numpy as np
import pytest

from models.attack_detection import MiniFasDetector, ScaledNetwork, enlarged_crop
from models.errors import ModelError
from models.face import Box
from models.session import Session
from tests.models.builders import face_at, softmax_of_means


@pytest.mark.parametrize(
    ("box", "enlargement", "crop"),
    [
        (Box(40, 40, 20, 20), 2.0, (30, 30, 71, 71)),
        (Box(0, 0, 20, 20), 2.0, (0, 0, 41, 41)),
        (Box(80, 80, 20, 20), 2.0, (59, 59, 100, 100)),
        (Box(40, 40, 20, 20), 9.0, (0, 0, 100, 100)),
        (Box(-30, 40, 20, 20), 2.0, (0, 30, 41, 71)),
    ],
    ids=["inside", "corner", "far corner", "larger than the image", "outside"],
)
def test_enlarged_crop_stays_inside_the_image(
    box: Box, enlargement: float, crop: tuple[int, int, int, int]
) -> None:
    assert enlarged_crop(box, enlargement, 100, 100) == crop


def detector(*enlargements: float) -> MiniFasDetector:
    networks = [ScaledNetwork(Session(softmax_of_means(80), "small"), value) for value in enlargements]
    return MiniFasDetector(networks, 80)


def test_score_is_the_probability_of_the_live_class() -> None:
    green = np.zeros((100, 100, 3), np.uint8)
    green[:, :, 1] = 200
    assert detector(2.7).bona_fide_score(green, face_at(Box(40, 40, 20, 20))) == pytest.approx(1.0, abs=1e-6)


def test_scores_of_several_networks_are_averaged() -> None:
    image = np.zeros((100, 100, 3), np.uint8)
    image[40:60, 40:60, 1] = 30  # only the tight crop sees much of it
    box = face_at(Box(40, 40, 20, 20))
    tight, wide = detector(1.0).bona_fide_score(image, box), detector(4.0).bona_fide_score(image, box)
    assert tight > wide
    assert detector(1.0, 4.0).bona_fide_score(image, box) == pytest.approx((tight + wide) / 2)


def test_without_networks_there_is_no_detector() -> None:
    with pytest.raises(ModelError, match="one network or more"):
        MiniFasDetector([], 80)
