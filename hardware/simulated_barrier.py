"""A barrier that exists in memory: moves in the time given, closes by itself, has a key beside it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hardware.barrier import BarrierState, HoldCommand, OpenCommand, require_opening_allowed
from hardware.errors import DeviceRefusedError, HardwareError


@dataclass(frozen=True, slots=True)
class BarrierTiming:
    """How long the simulated arm takes; seconds."""

    moving_s: float = 1.5
    """From closed to open, and back."""
    open_s: float = 6.0
    """How long it stays open."""

    def __post_init__(self) -> None:
        """Refuse times that run backwards."""
        if not (self.moving_s >= 0 and self.open_s >= 0):
            raise HardwareError(f"barrier: times {self.moving_s} and {self.open_s} must not be negative")


class SimulatedBarrier:
    """Behaves as a lane's barrier does; `turn_key` and `cut_link` are what the world does to it."""

    def __init__(self, name: str = "barrier", timing: BarrierTiming | None = None) -> None:
        self._name = name
        self._timing = timing or BarrierTiming()
        self._opened_at: datetime | None = None
        self._held_for: HoldCommand | None = None
        self._is_manual = False
        self._is_linked = True

    @property
    def name(self) -> str:
        """How messages and the terminal call it."""
        return self._name

    def open(self, command: OpenCommand, now: datetime) -> None:
        """Start opening; see the port for when it refuses."""
        self._require_control()
        require_opening_allowed(self._name, self._held_for, command)
        self._held_for = None
        self._opened_at = self._reopened_at(now)

    def hold(self, command: HoldCommand, now: datetime) -> None:
        """Keep it closed from when it next is."""
        self._require_control()
        self._held_for = command

    def release(self, now: datetime) -> None:
        """End the hold."""
        self._held_for = None

    def state(self, now: datetime) -> BarrierState:
        """Say what the arm is doing at that time."""
        if not self._is_linked:
            return BarrierState.OFFLINE
        if self._is_manual:
            return BarrierState.MANUAL
        moved = self._motion(now)
        return BarrierState.HELD if moved is BarrierState.CLOSED and self._held_for else moved

    def hand_over(self) -> None:
        """Go to manual mode."""
        self.turn_key(is_manual=True)

    def turn_key(self, *, is_manual: bool) -> None:
        """Let somebody beside the barrier take it over, or give it back; a hold does not outlive that."""
        self._is_manual = is_manual
        self._held_for = None
        self._opened_at = None

    def cut_link(self, *, is_cut: bool) -> None:
        """Break or mend the line; a barrier that hears nothing goes to manual by itself."""
        self._is_linked = not is_cut
        if is_cut:
            self.turn_key(is_manual=True)

    def _require_control(self) -> None:
        if not self._is_linked:
            raise HardwareError(f"{self._name}: out of reach; open it by hand")
        if self._is_manual:
            raise DeviceRefusedError(f"{self._name}: in manual mode; open it by hand")

    def _motion(self, now: datetime) -> BarrierState:
        if self._opened_at is None:
            return BarrierState.CLOSED
        since = (now - self._opened_at).total_seconds()
        moving, stay = self._timing.moving_s, self._timing.open_s
        for state, until in (
            (BarrierState.OPENING, moving),
            (BarrierState.OPEN, moving + stay),
            (BarrierState.CLOSING, 2 * moving + stay),
        ):
            if since < until:
                return state
        return BarrierState.CLOSED

    def _reopened_at(self, now: datetime) -> datetime:
        """When the opening counts from: a moving or open arm does not start again from the ground."""
        match self._motion(now):
            case BarrierState.OPENING if self._opened_at is not None:
                return self._opened_at
            case BarrierState.OPEN:
                return now - timedelta(seconds=self._timing.moving_s)
            case BarrierState.CLOSING if self._opened_at is not None:
                down = (now - self._opened_at).total_seconds() - self._timing.moving_s - self._timing.open_s
                return now - timedelta(seconds=self._timing.moving_s - down)
            case _:
                return now
