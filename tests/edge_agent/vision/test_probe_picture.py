"""The crop a person compares."""

import numpy as np
import pytest

from edge_agent.vision.probe_picture import MAX_WIDTH, cut_probe
from models.face import Box


def ramp(width: int = 640, height: int = 360) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    across = np.linspace(0, 255, width).astype(np.uint8)
    return np.repeat(np.repeat(across[None, :, None], height, axis=0), 3, axis=2)


def test_the_face_is_padded_on_every_side() -> None:
    assert cut_probe(ramp(), Box(200, 100, 100, 100)).shape == (170, 170, 3)


@pytest.mark.parametrize("box", [Box(-50, -50, 100, 100), Box(600, 330, 100, 100), Box(700, 400, 50, 50)])
def test_a_face_at_the_rim_gives_what_there_is(box: Box) -> None:
    probe = cut_probe(ramp(), box)
    assert probe.size > 0
    assert probe.shape[0] <= 170


def test_a_large_face_is_made_small() -> None:
    probe = cut_probe(ramp(1920, 1080), Box(400, 300, 500, 500))
    assert probe.shape == (MAX_WIDTH, MAX_WIDTH, 3)


def test_the_crop_does_not_hold_on_to_the_frame() -> None:
    image = ramp()
    probe = cut_probe(image, Box(200, 100, 100, 100))
    assert probe.base is None
    assert not np.shares_memory(probe, image)
