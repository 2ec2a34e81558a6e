import pytest

from gui.frame_age import FrameAge


def test_before_the_first_picture_nothing_is_to_be_trusted() -> None:
    age = FrameAge()
    assert age.age_s(10.0) is None
    assert age.is_stale(10.0)


@pytest.mark.parametrize("clock_difference", [-86400.0, 0.0, 3600.0])
def test_clocks_that_differ_do_not_matter(clock_difference: float) -> None:
    age = FrameAge()
    for number in range(20):
        age.seen(number, number * 0.1 + clock_difference, number * 0.1 + 0.05)
    assert age.age_s(1.95) == pytest.approx(0.0, abs=1e-6)
    assert not age.is_stale(2.9)
    assert age.is_stale(3.01)


def test_the_same_picture_again_does_not_get_younger() -> None:
    age = FrameAge()
    age.seen(1, 0.0, 0.0)
    age.seen(1, 5.0, 5.0)
    assert age.age_s(5.0) == 5.0


def test_pictures_that_come_later_and_later_are_noticed() -> None:
    age = FrameAge()
    age.seen(1, 0.0, 0.1)
    age.seen(2, 1.0, 3.4)
    assert age.age_s(3.4) == pytest.approx(2.3)


def test_a_clock_set_back_heals_within_a_hundred_pictures() -> None:
    age = FrameAge()
    age.seen(0, 1000.0, 0.0)
    for number in range(1, 101):
        age.seen(number, 500.0 + number * 0.1, number * 0.1)
    assert not age.is_stale(10.0)


def test_without_a_time_the_arrival_counts() -> None:
    age = FrameAge()
    age.seen(1, None, 7.0)
    assert age.age_s(7.5) == 0.5
