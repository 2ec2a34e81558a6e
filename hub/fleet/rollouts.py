"""Rolling a model pack out in stages: a few devices first, then a share, then all; paused by a refusal."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, case, func, select, update

from hub.bootstrap import Services
from hub.errors import ConflictError, FieldProblem, InvalidInputError, NotFoundError
from hub.fleet.commands import CommandName, Order, Progress, issue, withdraw
from hub.fleet.configuration import checked_reason
from hub.fleet.scope import Scope, places_in
from hub.fleet.tables import device_commands, devices, rollout_devices, rollouts

LAST_STAGE = 2
_PACK = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")


class RolloutState(StrEnum):
    """Where a roll-out stands as a whole."""

    RUNNING = "running"
    PAUSED = "paused"
    """Nothing more is said to any device; a refusal pauses by itself."""
    FINISHED = "finished"
    """The last stage was opened and every device runs the pack."""
    STOPPED = "stopped"


class Standing(StrEnum):
    """How far one device of a roll-out is."""

    LATER = "later"
    """Its stage is not open yet, or the roll-out is paused before it answered."""
    WAITING = "waiting"
    AT_NEXT_START = "at-next-start"
    DONE = "done"
    """It reports the pack."""
    REFUSED = "refused"
    OVERDUE = "overdue"
    """It did not answer in time."""


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


@dataclass(frozen=True, slots=True)
class RolloutDevice:
    """One device of a roll-out."""

    device_id: str
    site_id: str
    lane_id: str
    stage: int
    standing: Standing
    reason: str
    pack: str
    """What it reports now."""


@dataclass(frozen=True, slots=True)
class Rollout:
    """A roll-out as it stands."""

    rollout_id: str
    pack: str
    state: RolloutState
    stage: int
    """The newest open one: 0 canaries, 1 share, 2 all."""
    restarts: bool
    reason: str
    made_by: str
    made_at: datetime
    changed_at: datetime
    devices: tuple[RolloutDevice, ...]

    @property
    def open_devices(self) -> tuple[RolloutDevice, ...]:
        """Those whose stage is open."""
        return tuple(one for one in self.devices if one.stage <= self.stage)

    @property
    def is_stage_done(self) -> bool:
        """True when every device of the open stages runs the pack."""
        return all(one.standing is Standing.DONE for one in self.open_devices)


@dataclass(frozen=True, slots=True)
class RolloutSummary:
    """A roll-out in a list."""

    rollout_id: str
    pack: str
    state: RolloutState
    stage: int
    reason: str
    made_by: str
    made_at: datetime
    devices: int
    """Without those shut out."""
    done: int
    """Devices that report the pack."""


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
    stages = staged(rollout_id, device_ids, new.canaries, new.percentage)
    rows = [
        {"rollout_id": rollout_id, "device_id": device_id, "stage": stage}
        for device_id, stage in stages.items()
    ]
    connection.execute(rollout_devices.insert(), rows)
    _tell(services, connection, rollout_id, actor=actor, now=now)
    return rollout_id


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


def get_rollout(connection: Connection, rollout_id: str, now: datetime) -> Rollout:
    """One roll-out with its devices; raises `NotFoundError`."""
    row = connection.execute(select(rollouts).where(rollouts.c.rollout_id == rollout_id)).first()
    if row is None:
        raise NotFoundError("roll-out", rollout_id)
    found = _devices(connection, row, now)
    state = RolloutState(row.state)
    is_over = row.stage == max(one.stage for one in found)
    if state is RolloutState.RUNNING and is_over and all(one.standing is Standing.DONE for one in found):
        state = RolloutState.FINISHED
    facts = {name: row._mapping[name] for name in Rollout.__dataclass_fields__ if name != "devices"}
    return Rollout(**{**facts, "state": state}, devices=found)


def list_rollouts(
    connection: Connection, limit: int, *, sites: frozenset[str] | None = None
) -> tuple[RolloutSummary, ...]:
    """Return the newest roll-outs, the newest first; `sites`: only those that reach no other site."""
    is_done = case((devices.c.pack == rollouts.c.pack, 1), else_=0)
    members = rollouts.join(rollout_devices).join(
        devices, (devices.c.device_id == rollout_devices.c.device_id) & devices.c.revoked_at.is_(None)
    )
    facts = [rollouts.c[name] for name in RolloutSummary.__dataclass_fields__ if name in rollouts.c]
    query = (
        select(*facts, func.count().label("devices"), func.sum(is_done).label("done"))
        .select_from(members)
        .group_by(*facts)
        .order_by(rollouts.c.made_at.desc(), rollouts.c.rollout_id.desc())
        .limit(limit)
    )
    if sites is not None:
        query = query.having(func.min(case((devices.c.site_id.in_(sorted(sites)), 1), else_=0)) == 1)
    return tuple(_summary(row) for row in connection.execute(query))


def packs_in_use(connection: Connection) -> tuple[tuple[str, int], ...]:
    """Packs that devices report with how many do, the most used first."""
    count = func.count().label("devices")
    query = select(devices.c.pack, count).where(devices.c.pack != "", devices.c.revoked_at.is_(None))
    rows = connection.execute(query.group_by(devices.c.pack).order_by(count.desc(), devices.c.pack))
    return tuple((row.pack, int(row.devices)) for row in rows)


def _summary(row: Row[*tuple[Any, ...]]) -> RolloutSummary:
    state = RolloutState(row.state)
    if state is RolloutState.RUNNING and row.done == row.devices:
        state = RolloutState.FINISHED
    return RolloutSummary(**{**row._mapping, "state": state, "done": int(row.done)})


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


def _devices(
    connection: Connection, rollout: Row[tuple[object, ...]], now: datetime
) -> tuple[RolloutDevice, ...]:
    member, told = rollout_devices.c, device_commands.c
    query = (
        select(
            member.device_id,
            member.stage,
            devices.c.site_id,
            devices.c.lane_id,
            devices.c.pack,
            told.state,
            told.reason,
            told.expires_at,
        )
        .join(devices, devices.c.device_id == member.device_id)
        .outerjoin(device_commands, told.command_id == member.command_id)
        .where(member.rollout_id == rollout.rollout_id, devices.c.revoked_at.is_(None))
        .order_by(member.stage, devices.c.site_id, devices.c.lane_id, member.device_id)
    )
    return tuple(
        RolloutDevice(
            device_id=row.device_id,
            site_id=row.site_id,
            lane_id=row.lane_id,
            stage=row.stage,
            standing=_standing(row, rollout, now),
            reason=row.reason or "",
            pack=row.pack,
        )
        for row in connection.execute(query)
    )


def _standing(row: Row[*tuple[Any, ...]], rollout: Row[tuple[object, ...]], now: datetime) -> Standing:
    if row.pack == rollout.pack:
        return Standing.DONE
    match row.state:
        case Progress.APPLIED | Progress.AT_NEXT_START:
            return Standing.AT_NEXT_START
        case Progress.REFUSED:
            return Standing.REFUSED
        case Progress.WAITING:
            return Standing.OVERDUE if row.expires_at <= now else Standing.WAITING
        case _:
            return Standing.LATER


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
