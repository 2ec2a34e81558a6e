"""Holds the barrier and lights the beacon while alerts wait; opens only on an officer's command."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from edge_agent.alerts.desk import AlertDesk
from edge_agent.alerts.views import AlertRecord
from edge_agent.errors import ConflictError, EdgeError, StoreError
from edge_agent.lane.devices import LaneDevices
from edge_agent.officers.access import Officer
from hardware.barrier import Barrier, HoldCommand, OpenCommand
from hardware.beacon import DARK, MATCH, REVIEW, BeaconSignal, beacon_status
from hardware.errors import DeviceRefusedError, HardwareError
from sync.lane_messages import BarrierRequest, DeviceView
from sync.messages import BarrierMoved, Outcome

log = logging.getLogger(__name__)

OPEN, HOLD = "open", "hold"


class BarrierDesk:
    """The one who moves the lane's devices."""

    def __init__(
        self, lane_id: str, devices: LaneDevices, desk: AlertDesk, now: Callable[[], datetime]
    ) -> None:
        self._lane_id = lane_id
        self._devices = devices
        self._desk = desk
        self._now = now
        self._lock = threading.Lock()
        self._held_for: set[str] = set()
        self._is_held_by_officer = False

    def refresh(self) -> None:
        """Show what the alerts that wait for an answer ask for; called after every effect and answer."""
        with self._lock:
            try:
                waiting, is_known = self._desk.open_alerts(), True
            except StoreError as error:
                log.error("%s", error)
                waiting, is_known = self._desk.unstored(), False
            try:
                self._light(waiting, may_darken=is_known)
                self._hold_for(waiting, may_release=is_known)
            except HardwareError as error:
                # Its state says the same to the terminal; the key beside the barrier always works.
                log.error("%s", error)

    def command(self, request: BarrierRequest, officer: Officer, now: datetime) -> DeviceView:
        """Carry an officer's command out, record it and say what the barrier does; a repeat moves nothing.

        Raises `EdgeError` for an unknown action, `UnknownAlertError`, `ConflictError` while a match waits for
        its answer, and hardware's own errors.
        """
        if request.action not in {OPEN, HOLD}:
            raise EdgeError(f"action: {request.action[:20]!r} is not open or hold")
        barrier = self._devices.barrier
        if barrier is None:
            raise DeviceRefusedError("this lane has no barrier")
        with self._lock:
            if not self._is_repeated(request):
                self._move(barrier, request, officer, now)
        return DeviceView(name=barrier.name, kind="barrier", status=barrier.state(now).value)

    def devices(self) -> tuple[DeviceView, ...]:
        """Say how each device is."""
        devices, now = self._devices, self._now()
        views = []
        if devices.barrier is not None:
            views.append((devices.barrier.name, "barrier", devices.barrier.state(now).value))
        if devices.beacon is not None:
            views.append((devices.beacon.name, "beacon", beacon_status(devices.beacon)))
        if devices.passport_reader is not None:
            views.append((devices.passport_reader.name, "passport-reader", devices.passport_reader.status()))
        return tuple(DeviceView(name=name, kind=kind, status=status) for name, kind, status in views)

    def close(self) -> None:
        """Leave every device in its safe state."""
        with self._lock:
            self._devices.close()

    def _is_repeated(self, request: BarrierRequest) -> bool:
        known = self._desk.barrier_command(request.request_id)
        if known is not None and known != request.action:
            raise ConflictError(f"request {request.request_id} was already given with another action")
        return known is not None

    def _move(self, barrier: Barrier, request: BarrierRequest, officer: Officer, now: datetime) -> None:
        if request.alert_id is not None:
            self._desk.alert(request.alert_id)
        if request.action == HOLD:
            reason = request.reason or "officer's command"
            barrier.hold(HoldCommand(reason, request.alert_id, officer.officer_id), now)
        else:
            self._require_answered()
            # Whoever holds it by hand may open it by hand; an alert's hold wants its id or a reason.
            reason = request.reason or ("officer's command" if self._is_held_by_officer else "")
            barrier.open(OpenCommand(officer.officer_id, reason, request.alert_id), now)
        self._is_held_by_officer = request.action == HOLD
        moved = BarrierMoved(
            lane_id=self._lane_id,
            action=request.action,
            officer_id=officer.officer_id,
            alert_id=request.alert_id,
            reason=request.reason,
            moved_at=now,
        )
        self._desk.record_barrier(request.request_id, moved)

    def _require_answered(self) -> None:
        for record in self._desk.open_alerts():
            if record.outcome is Outcome.MATCH:
                raise ConflictError(f"alert {record.raised.alert_id} waits for an answer")

    def _light(self, waiting: list[AlertRecord], *, may_darken: bool) -> None:
        if self._devices.beacon is not None and (waiting or may_darken):
            self._devices.beacon.show(signal_for([record.outcome for record in waiting]))

    def _hold_for(self, waiting: list[AlertRecord], *, may_release: bool) -> None:
        barrier, now = self._devices.barrier, self._now()
        if barrier is None:
            return
        ids = {record.raised.alert_id for record in waiting}
        for alert_id in sorted(ids - self._held_for):
            barrier.hold(HoldCommand("alert", alert_id), now)
            self._is_held_by_officer = False
        if not may_release:
            self._held_for |= ids
            return
        if self._held_for and not ids and not self._is_held_by_officer:
            barrier.release(now)
        self._held_for = ids


def signal_for(outcomes: list[Outcome]) -> BeaconSignal:
    """Choose the beacon's signal: the gravest alert that waits."""
    if Outcome.MATCH in outcomes:
        return MATCH
    return REVIEW if outcomes else DARK
