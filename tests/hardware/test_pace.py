import pytest

from hardware.errors import CameraSourceError
from hardware.pace import Pace


class Clock:
    """A clock that only moves when somebody sleeps or works."""

    def __init__(self) -> None:
        self.at = 100.0

    def now(self) -> float:
        return self.at

    def pass_time(self, seconds: float) -> None:
        self.at += seconds


def pace(clock: Clock, *, is_live: bool = True) -> Pace:
    return Pace(10.0, is_live=is_live, monotonic=clock.now, sleep=clock.pass_time)


def test_frames_come_when_their_time_has_come() -> None:
    clock = Clock()
    live = pace(clock)
    moments = [(live.due(sequence), round(clock.at, 6)) for sequence in range(4)]
    assert moments == [(0, 100.0), (1, 100.1), (2, 100.2), (3, 100.3)]


def test_short_delay_is_caught_up_without_loss() -> None:
    clock = Clock()
    live = pace(clock)
    live.due(0)
    clock.pass_time(0.55)
    assert [live.due(sequence) for sequence in (1, 2, 3, 4, 5)] == [1, 2, 3, 4, 5]
    assert clock.at == pytest.approx(100.55)
    live.due(6)
    assert clock.at == pytest.approx(100.6)


def test_long_delay_skips_frames_like_a_live_camera() -> None:
    clock = Clock()
    live = pace(clock)
    live.due(0)
    clock.pass_time(5.0)
    assert live.due(1) == 50


def test_unpaced_reader_never_waits_and_never_skips() -> None:
    clock = Clock()
    lossless = pace(clock, is_live=False)
    clock.pass_time(60.0)
    assert [lossless.due(sequence) for sequence in range(3)] == [0, 1, 2]
    assert clock.at == 160.0


@pytest.mark.parametrize("rate", [0.0, -5.0, 241.0, float("nan")])
def test_impossible_rate_is_refused(rate: float) -> None:
    with pytest.raises(CameraSourceError, match="frames per second"):
        Pace(rate, is_live=True)
