"""What every beacon does."""

from collections.abc import Callable

import pytest

from hardware.beacon import DARK, MATCH, REVIEW, Beacon, beacon_status
from hardware.errors import HardwareError
from hardware.fakes import FakeBeacon
from hardware.simulated_beacon import SimulatedBeacon


def unplugged_fake() -> FakeBeacon:
    beacon = FakeBeacon()
    beacon.is_reachable = False
    return beacon


def unplugged_simulated() -> SimulatedBeacon:
    beacon = SimulatedBeacon()
    beacon.cut_link(is_cut=True)
    return beacon


@pytest.fixture(params=[FakeBeacon, SimulatedBeacon], ids=["fake", "simulated"])
def beacon(request: pytest.FixtureRequest) -> Beacon:
    make: Callable[[], Beacon] = request.param
    return make()


def test_it_is_a_beacon_that_starts_dark(beacon: Beacon) -> None:
    assert isinstance(beacon, Beacon)
    assert beacon.name == "beacon"
    assert beacon.signal() == DARK
    assert beacon_status(beacon) == "off"


def test_it_shows_what_it_was_last_told(beacon: Beacon) -> None:
    for signal, status in ((REVIEW, "amber"), (MATCH, "red"), (MATCH, "red"), (DARK, "off")):
        beacon.show(signal)
        assert beacon.signal() == signal
        assert beacon_status(beacon) == status


def test_it_goes_dark_when_closed(beacon: Beacon) -> None:
    beacon.show(MATCH)
    beacon.close()
    beacon.close()
    assert beacon.signal() == DARK


@pytest.mark.parametrize("make", [unplugged_fake, unplugged_simulated], ids=["fake", "simulated"])
def test_beacon_out_of_reach_says_so(make: Callable[[], Beacon]) -> None:
    beacon = make()
    assert beacon.signal() is None
    assert beacon_status(beacon) == "offline"
    with pytest.raises(HardwareError, match="out of reach"):
        beacon.show(MATCH)
