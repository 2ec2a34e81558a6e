from datetime import UTC, datetime, timedelta

import pytest

from hardware.barrier import BarrierState, HoldCommand, OpenCommand
from hardware.errors import DeviceRefusedError, HardwareError
from hardware.simulated_barrier import BarrierTiming, SimulatedBarrier

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
OPEN = OpenCommand("officer-7", "", None)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


@pytest.fixture
def barrier() -> SimulatedBarrier:
    """Two seconds up, five open, two down."""
    return SimulatedBarrier(timing=BarrierTiming(moving_s=2.0, open_s=5.0))


@pytest.mark.parametrize(
    ("seconds", "state"),
    [
        (0.0, "opening"),
        (1.9, "opening"),
        (2.0, "open"),
        (6.9, "open"),
        (7.0, "closing"),
        (8.9, "closing"),
        (9.0, "closed"),
    ],
)
def test_arm_moves_in_its_time_and_closes_by_itself(
    barrier: SimulatedBarrier, seconds: float, state: str
) -> None:
    barrier.open(OPEN, at(0))
    assert barrier.state(at(seconds)) == state


@pytest.mark.parametrize(
    ("again", "open_from", "open_until"),
    [(1.0, 2.0, 7.0), (4.0, 4.0, 9.0), (8.0, 9.0, 14.0), (20.0, 22.0, 27.0)],
)
def test_second_command_continues_from_where_the_arm_is(
    barrier: SimulatedBarrier, again: float, open_from: float, open_until: float
) -> None:
    barrier.open(OPEN, at(0))
    barrier.open(OPEN, at(again))
    assert barrier.state(at(open_from)) is BarrierState.OPEN
    assert barrier.state(at(open_until - 0.01)) is BarrierState.OPEN
    assert barrier.state(at(open_until)) is BarrierState.CLOSING


def test_hold_during_an_opening_takes_effect_once_closed(barrier: SimulatedBarrier) -> None:
    barrier.open(OPEN, at(0))
    barrier.hold(HoldCommand("", alert_id="alert-1"), at(1))
    assert barrier.state(at(3)) is BarrierState.OPEN
    assert barrier.state(at(10)) is BarrierState.HELD


def test_key_beside_the_barrier_overrides_software_and_gives_it_back_closed(
    barrier: SimulatedBarrier,
) -> None:
    barrier.hold(HoldCommand("", alert_id="alert-1"), at(0))
    barrier.turn_key(is_manual=True)
    assert barrier.state(at(1)) is BarrierState.MANUAL
    with pytest.raises(DeviceRefusedError, match="manual"):
        barrier.open(OPEN, at(1))
    barrier.turn_key(is_manual=False)
    assert barrier.state(at(2)) is BarrierState.CLOSED


def test_broken_line_leaves_the_barrier_manual_even_when_mended(barrier: SimulatedBarrier) -> None:
    barrier.hold(HoldCommand("", alert_id="alert-1"), at(0))
    barrier.cut_link(is_cut=True)
    assert barrier.state(at(1)) is BarrierState.OFFLINE
    barrier.cut_link(is_cut=False)
    assert barrier.state(at(2)) is BarrierState.MANUAL


@pytest.mark.parametrize("timing", [(-1.0, 5.0), (1.0, float("nan"))])
def test_impossible_timing_is_refused(timing: tuple[float, float]) -> None:
    with pytest.raises(HardwareError, match="must not be negative"):
        BarrierTiming(*timing)
