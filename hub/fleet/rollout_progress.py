"""How far roll-outs are: states, stages and devices, as they are read from the store."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, case, func, select

from hub.errors import NotFoundError
from hub.fleet.commands import Progress
from hub.fleet.tables import device_commands, devices, rollout_devices, rollouts


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


def get_rollout(connection: Connection, rollout_id: str, now: datetime) -> Rollout:
    """One roll-out with its devices; raises `NotFoundError`."""
    row = connection.execute(select(rollouts).where(rollouts.c.rollout_id == rollout_id)).first()
    if row is None:
        raise NotFoundError("roll-out", rollout_id)
    found = _devices(connection, row, now)
    state = RolloutState(row.state)
    # Without a device left, when all were shut out, there is nothing to wait for.
    is_over = row.stage >= max((one.stage for one in found), default=0)
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


def _devices(
    connection: Connection, rollout: Row[tuple[object, ...]], now: datetime
) -> tuple[RolloutDevice, ...]:
    member, told, place = rollout_devices.c, device_commands.c, devices.c
    where = (member.device_id, member.stage, place.site_id, place.lane_id, place.pack)
    query = (
        select(*where, told.state, told.reason, told.expires_at)
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
