"""What every barrier does."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from hardware.barrier import Barrier, BarrierState, HoldCommand, OpenCommand
from hardware.errors import DeviceRefusedError, HardwareError
from hardware.fakes import FakeBarrier
from hardware.simulated_barrier import BarrierTiming, SimulatedBarrier

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(seconds=1)
PLAIN = OpenCommand("officer-7", "", None)
FOR_ALERT = HoldCommand("", alert_id="alert-1")


def simulated() -> SimulatedBarrier:
    return SimulatedBarrier(timing=BarrierTiming(moving_s=0.0, open_s=60.0))


def unplugged_fake() -> FakeBarrier:
    barrier = FakeBarrier()
    barrier.be(BarrierState.OFFLINE)
    return barrier


def unplugged_simulated() -> SimulatedBarrier:
    barrier = simulated()
    barrier.cut_link(is_cut=True)
    return barrier


@pytest.fixture(params=[FakeBarrier, simulated], ids=["fake", "simulated"])
def barrier(request: pytest.FixtureRequest) -> Barrier:
    make: Callable[[], Barrier] = request.param
    return make()


@pytest.fixture(params=[unplugged_fake, unplugged_simulated], ids=["fake", "simulated"])
def unplugged(request: pytest.FixtureRequest) -> Barrier:
    make: Callable[[], Barrier] = request.param
    return make()


def test_it_is_a_barrier_that_starts_closed(barrier: Barrier) -> None:
    assert isinstance(barrier, Barrier)
    assert barrier.name == "barrier"
    assert barrier.state(NOW) is BarrierState.CLOSED


def test_it_opens_on_an_officers_command_and_repeating_is_harmless(barrier: Barrier) -> None:
    barrier.open(PLAIN, NOW)
    barrier.open(PLAIN, LATER)
    assert barrier.state(LATER) is BarrierState.OPEN


@pytest.mark.parametrize("officer", ["", "  "])
def test_nobody_cannot_command_an_opening(officer: str) -> None:
    with pytest.raises(DeviceRefusedError, match="names the officer"):
        OpenCommand(officer, "because", "alert-1")


def test_hold_without_alert_or_reason_is_refused() -> None:
    with pytest.raises(DeviceRefusedError, match="names an alert or gives a reason"):
        HoldCommand(" ")


@pytest.mark.parametrize("command", [PLAIN, OpenCommand("officer-7", " ", "alert-2")])
def test_held_barrier_refuses_an_opening_that_does_not_answer_the_hold(
    barrier: Barrier, command: OpenCommand
) -> None:
    barrier.hold(FOR_ALERT, NOW)
    with pytest.raises(DeviceRefusedError, match="held for alert alert-1"):
        barrier.open(command, LATER)
    assert barrier.state(LATER) is BarrierState.HELD


@pytest.mark.parametrize(
    "command", [OpenCommand("officer-7", "", "alert-1"), OpenCommand("officer-7", "ambulance", None)]
)
def test_naming_the_alert_or_a_reason_opens_a_held_barrier_and_ends_the_hold(
    barrier: Barrier, command: OpenCommand
) -> None:
    barrier.hold(FOR_ALERT, NOW)
    barrier.open(command, LATER)
    assert barrier.state(LATER) is BarrierState.OPEN
    barrier.open(PLAIN, LATER)


def test_hold_by_an_officer_wants_a_reason_to_open(barrier: Barrier) -> None:
    barrier.hold(HoldCommand("vehicle search", officer_id="officer-7"), NOW)
    with pytest.raises(DeviceRefusedError, match="held for an officer"):
        barrier.open(PLAIN, LATER)


def test_hold_never_closes_an_open_barrier(barrier: Barrier) -> None:
    barrier.open(PLAIN, NOW)
    barrier.hold(FOR_ALERT, LATER)
    assert barrier.state(LATER) is BarrierState.OPEN


def test_release_ends_the_hold_without_opening(barrier: Barrier) -> None:
    barrier.hold(FOR_ALERT, NOW)
    barrier.release(LATER)
    barrier.release(LATER)
    assert barrier.state(LATER) is BarrierState.CLOSED
    barrier.open(PLAIN, LATER)


def test_software_that_goes_leaves_it_to_manual_mode(barrier: Barrier) -> None:
    barrier.hold(FOR_ALERT, NOW)
    barrier.hand_over()
    barrier.hand_over()
    assert barrier.state(LATER) is BarrierState.MANUAL
    with pytest.raises(DeviceRefusedError, match="manual mode"):
        barrier.open(PLAIN, LATER)
    with pytest.raises(DeviceRefusedError, match="manual mode"):
        barrier.hold(FOR_ALERT, LATER)


def test_barrier_out_of_reach_says_so_and_refuses_nothing_by_itself(unplugged: Barrier) -> None:
    assert unplugged.state(NOW) is BarrierState.OFFLINE
    with pytest.raises(HardwareError, match="out of reach"):
        unplugged.open(PLAIN, NOW)
    with pytest.raises(HardwareError, match="out of reach"):
        unplugged.hold(FOR_ALERT, NOW)
    unplugged.release(NOW)
