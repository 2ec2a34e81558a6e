"""Commands to devices: signed when issued, said again until answered, settled by the device's answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice

from sqlalchemy import ColumnElement, Connection, Row, or_, select, update

from hub.bootstrap import Services
from hub.errors import NotFoundError
from hub.fleet.tables import device_commands, devices
from sync import topics
from sync.codec import encode_command
from sync.messages import Command, CommandAnswered
from sync.signing import sign_command

SAID_AGAIN_AFTER = timedelta(minutes=1)
MOST_AT_ONCE = 500
"""Commands said in one go; the next second brings the next ones."""


class CommandName(StrEnum):
    """What a device can be told."""

    CONFIGURE = "configure"
    USE_PACK = "use-pack"
    RESTART = "restart"


LIFETIMES = {
    CommandName.CONFIGURE: timedelta(days=7),
    CommandName.USE_PACK: timedelta(days=7),
    CommandName.RESTART: timedelta(minutes=15),
}
"""A device that was off for days still takes its settings; nobody wants a restart of yesterday."""


class Progress(StrEnum):
    """Where a command stands."""

    WAITING = "waiting"
    APPLIED = "applied"
    AT_NEXT_START = "at-next-start"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    """Taken back before the device answered; one that it got all the same is still answered."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to tell, and who wants it."""

    name: CommandName
    arguments: Mapping[str, str]
    issued_by: str


@dataclass(frozen=True, slots=True)
class CommandRow:
    """A command as the hub knows it."""

    command_id: str
    device_id: str
    name: str
    arguments: Mapping[str, str]
    issued_by: str
    issued_at: datetime
    expires_at: datetime
    sent_at: datetime | None
    """Last said to the broker; None: never."""
    state: Progress
    reason: str
    """The device's reason; a code."""
    answered_at: datetime | None

    def is_over(self, now: datetime) -> bool:
        """Tell whether its time ended without an answer."""
        return self.state is Progress.WAITING and self.expires_at <= now


@dataclass(frozen=True, slots=True)
class DueCommand:
    """A command to publish now."""

    command_id: str
    topic: str
    payload: bytes


_COLUMNS = tuple(device_commands.c[name] for name in CommandRow.__dataclass_fields__)


def issue(services: Services, connection: Connection, device_id: str, order: Order, now: datetime) -> str:
    """Sign a command and let it wait for the broker; returns its id.

    A command of the same name that still waits for this device is withdrawn: the newest word holds.
    Raises `SyncError` when the signing key cannot be read.
    """
    command = Command(
        command_id=services.new_id(),
        device_id=device_id,
        name=order.name,
        arguments=dict(order.arguments),
        issued_at=now,
        expires_at=now + LIFETIMES[order.name],
    )
    table = device_commands
    withdraw(connection, (table.c.device_id == device_id) & (table.c.name == order.name.value))
    connection.execute(
        table.insert().values(
            command_id=command.command_id,
            device_id=device_id,
            name=order.name,
            arguments=dict(order.arguments),
            payload=encode_command(sign_command(command, services.signing_key)),
            issued_by=order.issued_by,
            issued_at=now,
            expires_at=command.expires_at,
            state=Progress.WAITING,
        )
    )
    return command.command_id


def withdraw(connection: Connection, which: ColumnElement[bool]) -> int:
    """Take waiting commands back; returns how many."""
    is_waiting = device_commands.c.state == Progress.WAITING
    done = connection.execute(
        update(device_commands).where(is_waiting, which).values(state=Progress.WITHDRAWN)
    )
    return done.rowcount


def due_commands(
    connection: Connection, now: datetime, owns: Callable[[str], bool] = lambda _: True
) -> tuple[DueCommand, ...]:
    """Return what to publish: waiting, in time, to a connected device, not said within the last minute.

    `owns` chooses the devices: of several workers each speaks to its own.
    """
    table = device_commands.c
    is_due = or_(
        table.sent_at.is_(None),
        table.sent_at <= now - SAID_AGAIN_AFTER,
        # It may have come back without a session at the broker, and then never got it.
        table.sent_at < devices.c.state_at,
    )
    query = (
        select(table.command_id, table.payload, devices.c.device_id, devices.c.site_id)
        .join(devices, devices.c.device_id == table.device_id)
        .where(table.state == Progress.WAITING, table.expires_at > now, is_due)
        .where(devices.c.is_online, devices.c.revoked_at.is_(None))
        .order_by(table.issued_at, table.command_id)
    )
    own = (row for row in connection.execute(query) if owns(row.device_id))
    return tuple(
        DueCommand(row.command_id, topics.commands(row.site_id, row.device_id), row.payload)
        for row in islice(own, MOST_AT_ONCE)
    )


def note_sent(connection: Connection, command_ids: Sequence[str], now: datetime) -> None:
    """Remember when commands were said."""
    is_one = device_commands.c.command_id.in_(command_ids)
    connection.execute(update(device_commands).where(is_one).values(sent_at=now))


def settle(connection: Connection, device_id: str, answer: CommandAnswered) -> bool:
    """Note a device's answer to its own command; False when it changes nothing.

    A refusal never replaces an acceptance: a forged command under a known id is refused by the device too.
    """
    table = device_commands
    is_it = (table.c.command_id == answer.command_id) & (table.c.device_id == device_id)
    is_open = table.c.state.in_([Progress.WAITING, Progress.WITHDRAWN, Progress.REFUSED])
    values = {
        "state": Progress(answer.state.value),
        "reason": answer.reason[:200],
        "answered_at": answer.answered_at,
    }
    return connection.execute(update(table).where(is_it, is_open).values(**values)).rowcount == 1


def commands_of(connection: Connection, device_id: str, limit: int) -> tuple[CommandRow, ...]:
    """Return a device's newest commands, the newest first."""
    table = device_commands.c
    query = (
        select(*_COLUMNS)
        .where(table.device_id == device_id)
        .order_by(table.issued_at.desc(), table.command_id.desc())
        .limit(limit)
    )
    return tuple(_row(row) for row in connection.execute(query))


def command(connection: Connection, command_id: str) -> CommandRow:
    """One command; raises `NotFoundError`."""
    row = connection.execute(select(*_COLUMNS).where(device_commands.c.command_id == command_id)).first()
    if row is None:
        raise NotFoundError("command", command_id)
    return _row(row)


def _row(row: Row[tuple[object, ...]]) -> CommandRow:
    return CommandRow(**{**row._mapping, "state": Progress(row.state)})
