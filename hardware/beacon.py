"""Port: a signal lamp over the lane."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable


class BeaconColour(StrEnum):
    """What is lit; the values are what the terminal shows."""

    OFF = "off"
    AMBER = "amber"
    RED = "red"


class BeaconPattern(StrEnum):
    """How it is lit; a pattern beside the colour, for who cannot tell red from amber."""

    STEADY = "steady"
    SLOW = "slow"
    """One flash a second."""
    FAST = "fast"
    """Three flashes a second; no more, for the sake of photosensitive people (WCAG 2.2, 2.3.1)."""


FLASHES_PER_SECOND = {BeaconPattern.STEADY: 0.0, BeaconPattern.SLOW: 1.0, BeaconPattern.FAST: 3.0}


@dataclass(frozen=True, slots=True)
class BeaconSignal:
    """A colour and how it is shown."""

    colour: BeaconColour = BeaconColour.OFF
    pattern: BeaconPattern = BeaconPattern.STEADY

    def is_lit(self, seconds: float) -> bool:
        """Whether the lamp is on at that time of its own clock; flashes are on for their first half."""
        if self.colour is BeaconColour.OFF:
            return False
        rate = FLASHES_PER_SECOND[self.pattern]
        return rate == 0.0 or seconds * rate % 1.0 < 0.5


DARK = BeaconSignal()
REVIEW = BeaconSignal(BeaconColour.AMBER, BeaconPattern.SLOW)
MATCH = BeaconSignal(BeaconColour.RED, BeaconPattern.FAST)


@runtime_checkable
class Beacon(Protocol):
    """Shows one signal until told otherwise; dark when the software is gone."""

    @property
    def name(self) -> str:
        """How messages and the terminal call it."""

    def show(self, signal: BeaconSignal) -> None:
        """Light it so; repeating it is harmless. Raises `HardwareError` when out of reach."""

    def signal(self) -> BeaconSignal | None:
        """Say what is shown; None when out of reach."""

    def close(self) -> None:
        """Go dark. May be called twice."""


def beacon_status(beacon: Beacon) -> str:
    """Word the state for the terminal: off, amber, red or offline."""
    signal = beacon.signal()
    return "offline" if signal is None else signal.colour.value
