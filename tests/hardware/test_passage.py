import numpy as np
import pytest

from hardware.errors import CameraSourceError
from hardware.frame import Image
from hardware.passage import GREY, Passage, PassagePlan

PLAN = PassagePlan(seconds=2.0, gap=1.0, width=64, height=48)


def ramp(width: int, height: int) -> Image:
    """Brightness grows from left to right, so that a pan shows."""
    row = np.linspace(40, 220, width)
    return np.repeat(np.tile(row, (height, 1))[:, :, None], 3, axis=2).astype(np.uint8)


@pytest.fixture(scope="module")
def passage() -> Passage:
    return Passage([ramp(300, 100), ramp(300, 100)], PLAN)


@pytest.mark.parametrize(
    ("stream_s", "index"),
    [
        (-0.1, None),
        (0.0, 0),
        (1.99, 0),
        (2.0, None),
        (2.99, None),
        (3.0, 1),
        (4.99, 1),
        (5.0, None),
        (6.0, None),
    ],
)
def test_ground_truth_of_a_single_passage(stream_s: float, index: int | None) -> None:
    assert PLAN.index_at(stream_s, pictures=2) == index


def test_ground_truth_of_a_looping_passage_repeats() -> None:
    looping = PassagePlan(seconds=2.0, gap=1.0, is_looping=True)
    moments = np.arange(0, 6, 0.25)
    once = [looping.index_at(float(at), 2) for at in moments]
    assert once == [looping.index_at(float(at) + 600, 2) for at in moments]
    assert not looping.is_over(1e6, 2)


def test_passage_is_over_after_the_last_gap() -> None:
    assert not PLAN.is_over(5.99, 2)
    assert PLAN.is_over(6.0, 2)


def test_frame_depends_on_the_clock_alone(passage: Passage) -> None:
    other = Passage([ramp(300, 100), ramp(300, 100)], PLAN)
    for stream_s in (0.0, 1.4, 2.5, 4.2):
        assert np.array_equal(passage.image_at(stream_s), other.image_at(stream_s))


def test_two_frames_differ_by_noise_even_in_the_empty_lane(passage: Passage) -> None:
    first, second = passage.image_at(2.2), passage.image_at(2.3)
    assert not np.array_equal(first, second)
    assert abs(float(first.mean()) - GREY) < 0.07 * GREY
    assert first.std() < 4


def test_window_pans_one_way_and_back_for_the_next_picture(passage: Passage) -> None:
    there = [float(passage.image_at(at).mean()) for at in (0.0, 1.0, 1.95)]
    back = [float(passage.image_at(3.0 + at).mean()) for at in (0.0, 1.0, 1.95)]
    assert there == sorted(there)
    assert back == sorted(back, reverse=True)
    assert there[-1] - there[0] > 30


def test_window_narrows() -> None:
    """A picture of the frame's own shape cannot pan until the window is smaller than it."""
    passage = Passage([ramp(640, 480)], PLAN)
    start, end = passage.image_at(0.0), passage.image_at(1.99)
    contrast = [
        float(image.mean(axis=(0, 2))[-8:].mean() - image.mean(axis=(0, 2))[:8].mean())
        for image in (start, end)
    ]
    assert contrast[1] < 0.9 * contrast[0]


@pytest.mark.parametrize("size", [(16, 16), (3000, 40), (40, 3000), (64, 48)])
def test_any_picture_fills_the_frame(size: tuple[int, int]) -> None:
    image = Passage([ramp(*size)], PLAN).image_at(1.0)
    assert image.shape == (48, 64, 3)
    assert image.dtype == np.uint8


@pytest.mark.parametrize(
    ("plan", "reason"),
    [
        ({"seconds": 0.0}, "seconds 0.0"),
        ({"seconds": float("nan")}, "seconds nan"),
        ({"gap": -1.0}, "gap -1.0"),
        ({"width": 15}, "size 15x480"),
        ({"height": 5000}, "size 640x5000"),
    ],
)
def test_impossible_plan_is_refused(plan: dict[str, float], reason: str) -> None:
    with pytest.raises(CameraSourceError, match=reason):
        PassagePlan(**plan)  # type: ignore[arg-type]


def test_passage_without_pictures_is_refused() -> None:
    with pytest.raises(CameraSourceError, match="at least one picture"):
        Passage([], PLAN)
