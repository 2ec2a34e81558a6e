"""Devices for tests: a camera that plays given frames; barrier, beacon and reader under a test's control."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from hardware.barrier import BarrierState, HoldCommand, OpenCommand, require_opening_allowed
from hardware.beacon import DARK, BeaconSignal
from hardware.errors import CameraError, DeviceRefusedError, HardwareError
from hardware.frame import Frame
from hardware.passport_reader import Reading


class FakeCamera:
    """Delivers the frames it was given, then ends; `failure` is raised instead of the end."""

    def __init__(
        self, frames: Iterable[Frame], camera_id: str = "camera", failure: CameraError | None = None
    ) -> None:
        self._frames = tuple(frames)
        self._camera_id = camera_id
        self._failure = failure
        self._playing: Iterator[Frame] | None = None

    @property
    def camera_id(self) -> str:
        """The name the site gave it."""
        return self._camera_id

    def open(self) -> None:
        """Start from the first frame."""
        self._playing = iter(self._frames)

    def read(self) -> Frame | None:
        """Return the next frame, then None or the failure."""
        if self._playing is None:
            raise CameraError(f"camera {self._camera_id} is not open")
        frame = next(self._playing, None)
        if frame is None and self._failure is not None:
            raise self._failure
        return frame

    def close(self) -> None:
        """Forget where it was."""
        self._playing = None


class FakeBarrier:
    """Moves in no time, stays open until told; `opened` and `held` are the commands it obeyed."""

    def __init__(self, name: str = "barrier") -> None:
        self.name = name
        self.opened: list[OpenCommand] = []
        self.held: list[HoldCommand] = []
        self._state = BarrierState.CLOSED
        self._held_for: HoldCommand | None = None

    def open(self, command: OpenCommand, now: datetime) -> None:
        """Be open at once."""
        self._require_control()
        require_opening_allowed(self.name, self._held_for, command)
        self.opened.append(command)
        self._state, self._held_for = BarrierState.OPEN, None

    def hold(self, command: HoldCommand, now: datetime) -> None:
        """Be held once closed."""
        self._require_control()
        self.held.append(command)
        self._held_for = command

    def release(self, now: datetime) -> None:
        """End the hold."""
        self._held_for = None

    def state(self, now: datetime) -> BarrierState:
        """Say what it was last told."""
        is_held = self._state is BarrierState.CLOSED and self._held_for is not None
        return BarrierState.HELD if is_held else self._state

    def hand_over(self) -> None:
        """Go to manual mode."""
        self._state = BarrierState.MANUAL

    def be(self, state: BarrierState) -> None:
        """Be in a state that the test wants."""
        self._state = state

    def _require_control(self) -> None:
        if self._state is BarrierState.OFFLINE:
            raise HardwareError(f"{self.name}: out of reach")
        if self._state is BarrierState.MANUAL:
            raise DeviceRefusedError(f"{self.name}: in manual mode")


class FakeBeacon:
    """Remembers every signal in `shown`."""

    def __init__(self, name: str = "beacon") -> None:
        self.name = name
        self.shown: list[BeaconSignal] = [DARK]
        self.is_reachable = True

    def show(self, signal: BeaconSignal) -> None:
        """Remember it."""
        if not self.is_reachable:
            raise HardwareError(f"{self.name}: out of reach")
        self.shown.append(signal)

    def signal(self) -> BeaconSignal | None:
        """Return the last one."""
        return self.shown[-1] if self.is_reachable else None

    def close(self) -> None:
        """Go dark."""
        self.shown.append(DARK)


class FakePassportReader:
    """Delivers the readings it was given, once it is open."""

    def __init__(self, readings: Iterable[Reading] = (), name: str = "passport-reader") -> None:
        self.name = name
        self.is_reachable = True
        self._readings = list(readings)
        self._is_open = False

    def open(self) -> None:
        """Start delivering."""
        if not self.is_reachable:
            raise HardwareError(f"{self.name}: out of reach")
        self._is_open = True

    def poll(self, today: date) -> Reading | None:
        """Return the next reading, None after the last."""
        if not (self.is_reachable and self._is_open):
            raise HardwareError(f"{self.name}: {'not open' if self.is_reachable else 'out of reach'}")
        return self._readings.pop(0) if self._readings else None

    def status(self) -> str:
        """Word the state as the real one does."""
        if not self.is_reachable:
            return "offline"
        return "ready" if self._is_open else "off"

    def close(self) -> None:
        """Forget the rest."""
        self._is_open = False
        self._readings.clear()
