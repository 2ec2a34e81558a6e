"""A beacon that exists in memory."""

from hardware.beacon import DARK, BeaconSignal
from hardware.errors import HardwareError


class SimulatedBeacon:
    """Shows what it is told; `cut_link` is what the world does to it."""

    def __init__(self, name: str = "beacon") -> None:
        self._name = name
        self._signal = DARK
        self._is_linked = True

    @property
    def name(self) -> str:
        """How messages and the terminal call it."""
        return self._name

    def show(self, signal: BeaconSignal) -> None:
        """Light it so."""
        if not self._is_linked:
            raise HardwareError(f"{self._name}: out of reach")
        self._signal = signal

    def signal(self) -> BeaconSignal | None:
        """Say what is shown; None when out of reach."""
        return self._signal if self._is_linked else None

    def close(self) -> None:
        """Go dark."""
        self._signal = DARK

    def cut_link(self, *, is_cut: bool) -> None:
        """Break or mend the line; a lamp without its line is dark."""
        self._is_linked = not is_cut
        self._signal = DARK
