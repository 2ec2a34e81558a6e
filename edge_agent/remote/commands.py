"""Shell: does what the hub commands, as far as it is safe now, and answers every command once."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from edge_agent.errors import RemoteSettingError
from edge_agent.remote.settings import RemoteSettings, read_settings
from edge_agent.remote.store import PACK, SETTINGS, Kept, RemoteStore
from sync.codec import decode_command
from sync.errors import MessageError, SignatureError
from sync.inbox import InboxRow
from sync.messages import Command, CommandAnswered, CommandState
from sync.signing import verify_command

log = logging.getLogger(__name__)

RESTART_NEEDED = "restart-needed"


@dataclass(frozen=True, slots=True)
class Lane:
    """The running lane as commands reach it."""

    apply: Callable[[RemoteSettings], None]
    """Puts settings in force at once."""
    pack_fault: Callable[[str], str]
    """Says why a pack cannot be used here, as a code; empty: it can."""
    running_pack: str
    is_empty: Callable[[], bool]
    """Nobody is in view: a restart disturbs nobody, and open alerts lie in the store."""
    restart: Callable[[], None]
    """Asks the process to end; the service manager starts it again."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    state: CommandState = CommandState.APPLIED
    reason: str = ""
    kept: Kept | None = None


@dataclass(slots=True)
class RemoteCommands:
    """Takes the inbox's commands one after another."""

    store: RemoteStore
    trusted: Mapping[str, Ed25519PublicKey]
    lane: Lane
    restart_until: datetime | None = field(default=None, init=False)
    """A pack waits to be loaded by a restart of the empty lane, until this time."""

    def step(self, now: datetime) -> None:
        """Do what waits; a restart waits for an empty lane. Raises `StoreError`."""
        for row in self.store.pending():
            self._take(row, now)
        if self.restart_until is not None and now >= self.restart_until:
            self.restart_until = None
        if self.restart_until is not None and self.lane.is_empty():
            self.restart_until = None
            self.lane.restart()

    def _take(self, row: InboxRow, now: datetime) -> None:
        try:
            command = decode_command(row.body)
        except MessageError as error:
            log.error("inbox row %d: %s", row.row_id, error)
            self.store.dismiss(row.row_id, now)
            return
        outcome = self._outcome(command, now)
        if outcome is None:
            return
        answer = CommandAnswered(
            command_id=command.command_id,
            name=command.name,
            state=outcome.state,
            reason=outcome.reason,
            answered_at=now,
        )
        self.store.close(row, command, answer, outcome.kept)
        log.info("command %s: %s %s", command.command_id, outcome.state, outcome.reason)
        if outcome.state is not CommandState.REFUSED:
            self._follow(command)

    def _outcome(self, command: Command, now: datetime) -> _Outcome | None:
        """Decide; None: not now."""
        if now >= command.expires_at:
            return _refused("expired")
        try:
            verify_command(command, self.trusted, now)
        except SignatureError:
            return _refused("not-trusted")
        match command.name:
            case "configure":
                return self._configure(command)
            case "use-pack":
                return self._use_pack(command.arguments.get("pack", ""))
            case "restart":
                return _Outcome() if self.lane.is_empty() else None
            case _:
                return _refused("unknown-command")

    def _configure(self, command: Command) -> _Outcome:
        try:
            settings = read_settings(command.arguments)
        except RemoteSettingError as error:
            return _refused(str(error))
        if settings.version < self.store.settings().version:
            return _refused("older-settings")
        return _Outcome(kept=Kept(SETTINGS, msgspec.json.encode(settings).decode()))

    def _use_pack(self, pack: str) -> _Outcome:
        fault = self.lane.pack_fault(pack)
        if fault:
            return _refused(fault)
        kept = Kept(PACK, pack)
        if pack == self.lane.running_pack:
            return _Outcome(kept=kept)
        return _Outcome(CommandState.AT_NEXT_START, RESTART_NEEDED, kept)

    def _follow(self, command: Command) -> None:
        """Do what is done once the answer is on the disk."""
        match command.name:
            case "configure":
                self.lane.apply(self.store.settings())
            case "restart":
                self.lane.restart()
            case "use-pack":
                is_other = command.arguments["pack"] != self.lane.running_pack
                if is_other and command.arguments.get("restart") == "true":
                    self.restart_until = command.expires_at


def _refused(reason: str) -> _Outcome:
    return _Outcome(CommandState.REFUSED, reason)
