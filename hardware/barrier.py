"""Port: a barrier that opens on an officer's explicit command and on nothing else."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from hardware.errors import DeviceRefusedError


class BarrierState(StrEnum):
    """What the barrier is doing; the values are what the terminal shows."""

    CLOSED = "closed"
    OPENING = "opening"
    OPEN = "open"
    CLOSING = "closing"
    HELD = "held"
    """Closed, and an opening must name the alert it is held for or give a reason."""
    MANUAL = "manual"
    """Under the hand of whoever stands beside it; software neither opens nor holds it."""
    OFFLINE = "offline"
    """Out of reach; the barrier itself has gone to manual."""


@dataclass(frozen=True, slots=True)
class OpenCommand:
    """An officer wants it open."""

    officer_id: str
    reason: str
    alert_id: str | None

    def __post_init__(self) -> None:
        """Refuse a command that nobody answers for."""
        if not self.officer_id.strip():
            raise DeviceRefusedError("barrier: an opening names the officer who commands it")


@dataclass(frozen=True, slots=True)
class HoldCommand:
    """Somebody, or an alert, wants it kept closed; a request, for nobody is ever trapped by software."""

    reason: str
    alert_id: str | None = None
    officer_id: str | None = None

    def __post_init__(self) -> None:
        """Refuse a hold that nobody can explain."""
        if not (self.reason.strip() or self.alert_id):
            raise DeviceRefusedError("barrier: a hold names an alert or gives a reason")


@runtime_checkable
class Barrier(Protocol):
    """Closed by default, opened by command, closing by itself; the key beside it always works."""

    @property
    def name(self) -> str:
        """How messages and the terminal call it."""

    def open(self, command: OpenCommand, now: datetime) -> None:
        """Start opening, which ends any hold; repeating it is harmless.

        Raises `DeviceRefusedError` when held and the command neither names the alert nor gives a reason,
        or when in manual mode; `HardwareError` when out of reach.
        """

    def hold(self, command: HoldCommand, now: datetime) -> None:
        """Keep it closed from when it next is; never moves it onto somebody. Raises as `open` does."""

    def release(self, now: datetime) -> None:
        """End the hold without opening; harmless without one."""

    def state(self, now: datetime) -> BarrierState:
        """Say what it is doing; never raises."""

    def hand_over(self) -> None:
        """Leave it to manual mode: the software is going. May be called twice."""


def require_opening_allowed(name: str, held_for: HoldCommand | None, command: OpenCommand) -> None:
    """Raise `DeviceRefusedError` unless the command answers the hold that is in force."""
    if held_for is None or command.reason.strip():
        return
    if held_for.alert_id is None or held_for.alert_id != command.alert_id:
        held_by = f"alert {held_for.alert_id}" if held_for.alert_id else "an officer"
        raise DeviceRefusedError(f"{name}: held for {held_by}; name that alert or give a reason")
