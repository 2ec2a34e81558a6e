"""Rolling a model pack out in stages: a few devices first, then a share, then all; paused by a refusal."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from hub.bootstrap import Services
from hub.errors import ConflictError, FieldProblem, InvalidInputError
from hub.fleet.commands import CommandName, Order, issue, withdraw
from hub.fleet.configuration import checked_reason
from hub.fleet.rollout_progress import Rollout, RolloutState, Standing, get_rollout
from hub.fleet.scope import Scope, places_in
from hub.fleet.tables import device_commands, devices, rollout_devices, rollouts

LAST_STAGE = 2
_PACK = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")


@dataclass(frozen=True, slots=True)
class NewRollout:
    """What somebody wants to roll out."""

    pack: str
    scope: Scope
    reason: str
    canaries: int = 1
    """Devices of the first stage."""
    percentage: int = 25
    """Share of all devices that the first two stages reach together."""
    restarts: bool = True
    """Each device starts again once its lane is empty; otherwise somebody has to."""

    def __post_init__(self) -> None:
        """Name every bad field; raises `InvalidInputError`."""
        problems = []
        if not _PACK.fullmatch(self.pack):
            problems.append(FieldProblem("/pack", "not-a-name", f"{self.pack[:80]!r} is no pack's name"))
        for name, value, most in (("canaries", self.canaries, 1000), ("percentage", self.percentage, 100)):
            if not 1 <= value <= most:
                problems.append(FieldProblem(f"/{name}", "out-of-range", f"{value} is not in 1..{most}"))
        if problems:
            raise InvalidInputError(*problems)


def start_rollout(
    services: Services, connection: Connection, new: NewRollout, *, actor: str, now: datetime
) -> str:
    """Store a roll-out and tell the canaries; returns its id.

    Raises `InvalidInputError`, and `ConflictError` when there is no device, or one of them is in another
    roll-out that is not over.
    """
    reason = checked_reason(new.reason)
    device_ids = [place.device_id for place in places_in(connection, new.scope)]
    if not device_ids:
        raise ConflictError("no-devices", f"{new.scope} has no device")
    _require_free(connection, device_ids)
    rollout_id = services.new_id()
    connection.execute(
        rollouts.insert().values(
            rollout_id=rollout_id,
            pack=new.pack,
            state=RolloutState.RUNNING,
            stage=0,
            restarts=new.restarts,
            reason=reason,
            made_by=actor,
            made_at=now,
            changed_at=now,
        )
    )
    _deal(connection, rollout_id, staged(rollout_id, device_ids, new.canaries, new.percentage))
    _tell(services, connection, rollout_id, actor=actor, now=now)
    return rollout_id


def _deal(connection: Connection, rollout_id: str, stages: Mapping[str, int]) -> None:
    rows = [
        {"rollout_id": rollout_id, "device_id": device_id, "stage": stage}
        for device_id, stage in stages.items()
    ]
    connection.execute(rollout_devices.insert(), rows)


def staged(seed: str, device_ids: Sequence[str], canaries: int, percentage: int) -> dict[str, int]:
    """Deal devices into stages 0, 1, 2, in an order that `seed` shuffles: no lane is always the first."""
    order = sorted(device_ids, key=lambda name: hashlib.sha256(f"{seed}/{name}".encode()).digest())
    share = max(canaries, -(-len(order) * percentage // 100))
    return {
        name: 0 if index < canaries else 1 if index < share else LAST_STAGE
        for index, name in enumerate(order)
    }


def open_next_stage(
    services: Services, connection: Connection, rollout_id: str, *, actor: str, now: datetime
) -> Rollout:
    """Tell the devices of the next stage that has any.

    Raises `NotFoundError`, and `ConflictError` when the roll-out does not run, a device of the open stages
    does not run the pack yet, or no stage is left.
    """
    rollout = get_rollout(connection, rollout_id, now)
    _require(rollout, RolloutState.RUNNING)
    if not rollout.is_stage_done:
        raise ConflictError("stage-not-done", "not every device of the open stages runs the pack yet")
    later = [one.stage for one in rollout.devices if one.stage > rollout.stage]
    if not later:
        raise ConflictError("no-stage-left", "every stage is open")
    _change(connection, rollout_id, now, stage=min(later))
    _tell(services, connection, rollout_id, actor=actor, now=now)
    return get_rollout(connection, rollout_id, now)


def pause_rollout(connection: Connection, rollout_id: str, now: datetime) -> Rollout:
    """Say nothing more to devices that have not answered; raises `NotFoundError` or `ConflictError`."""
    _require(get_rollout(connection, rollout_id, now), RolloutState.RUNNING)
    _silence(connection, rollout_id)
    _change(connection, rollout_id, now, state=RolloutState.PAUSED)
    return get_rollout(connection, rollout_id, now)


def resume_rollout(
    services: Services, connection: Connection, rollout_id: str, *, actor: str, now: datetime
) -> Rollout:
    """Tell the devices of the open stages again that do not run the pack; also those that refused.

    Raises `NotFoundError` or `ConflictError`.
    """
    _require(get_rollout(connection, rollout_id, now), RolloutState.PAUSED)
    _change(connection, rollout_id, now, state=RolloutState.RUNNING)
    _tell(services, connection, rollout_id, actor=actor, now=now)
    return get_rollout(connection, rollout_id, now)


def stop_rollout(connection: Connection, rollout_id: str, now: datetime) -> Rollout:
    """End a roll-out; what devices have taken they keep. Raises `NotFoundError` or `ConflictError`."""
    _require(get_rollout(connection, rollout_id, now), RolloutState.RUNNING, RolloutState.PAUSED)
    _silence(connection, rollout_id)
    _change(connection, rollout_id, now, state=RolloutState.STOPPED)
    return get_rollout(connection, rollout_id, now)


def pause_after_refusal(connection: Connection, command_id: str, now: datetime) -> None:
    """Pause the running roll-out that a refused command belongs to, if it belongs to one."""
    query = select(rollout_devices.c.rollout_id).where(rollout_devices.c.command_id == command_id)
    rollout_id = connection.scalar(query)
    if rollout_id is not None and _stored_state(connection, rollout_id) is RolloutState.RUNNING:
        _silence(connection, rollout_id)
        _change(connection, rollout_id, now, state=RolloutState.PAUSED)


def _tell(services: Services, connection: Connection, rollout_id: str, *, actor: str, now: datetime) -> None:
    rollout = get_rollout(connection, rollout_id, now)
    arguments = {"pack": rollout.pack, "restart": "true" if rollout.restarts else "false"}
    is_of_this = rollout_devices.c.rollout_id == rollout_id
    settled = (Standing.DONE, Standing.AT_NEXT_START, Standing.WAITING)
    for one in rollout.open_devices:
        if one.standing not in settled:
            order = Order(CommandName.USE_PACK, arguments, actor)
            command_id = issue(services, connection, one.device_id, order, now)
            connection.execute(
                update(rollout_devices)
                .where(is_of_this, rollout_devices.c.device_id == one.device_id)
                .values(command_id=command_id)
            )


def _require_free(connection: Connection, device_ids: Sequence[str]) -> None:
    is_open = rollouts.c.state.in_([RolloutState.RUNNING, RolloutState.PAUSED])
    query = (
        select(rollout_devices.c.device_id, rollouts.c.rollout_id)
        .join(rollouts, rollouts.c.rollout_id == rollout_devices.c.rollout_id)
        .join(devices, devices.c.device_id == rollout_devices.c.device_id)
        .where(is_open, devices.c.pack != rollouts.c.pack)
    )
    wanted = set(device_ids)
    busy = next((row for row in connection.execute(query) if row.device_id in wanted), None)
    if busy is not None:
        detail = f"device {busy.device_id!r} is in roll-out {busy.rollout_id}, which is not over"
        raise ConflictError("rollout-running", detail)


def _silence(connection: Connection, rollout_id: str) -> None:
    own = select(rollout_devices.c.command_id).where(
        rollout_devices.c.rollout_id == rollout_id, rollout_devices.c.command_id.is_not(None)
    )
    withdraw(connection, device_commands.c.command_id.in_(own))


def _stored_state(connection: Connection, rollout_id: str) -> RolloutState:
    return RolloutState(
        str(connection.scalar(select(rollouts.c.state).where(rollouts.c.rollout_id == rollout_id)))
    )


def _change(connection: Connection, rollout_id: str, now: datetime, **values: object) -> None:
    is_it = rollouts.c.rollout_id == rollout_id
    connection.execute(update(rollouts).where(is_it).values(changed_at=now, **values))


def _require(rollout: Rollout, *states: RolloutState) -> None:
    if rollout.state not in states:
        raise ConflictError("rollout-state", f"the roll-out is {rollout.state}")
