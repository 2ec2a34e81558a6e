"""Decides which commands of the hub are taken, and hands them to the edge process."""

import logging
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sync.codec import decode_command
from sync.errors import SignatureError
from sync.messages import Command, CommandAnswered, CommandState, MessageLane
from sync.signing import verify_command
from sync.store_file import transaction
from sync.watchlist_reception import WatchlistReception

COMMAND = "command"
"""Inbox kind of a command that waits for the edge process: its body is the command."""
NOT_TRUSTED = "not-trusted"
"""Reason: no key that is trusted here signed it, or it came after its time."""
_REFUSED = "command-refused"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CommandReception:
    """Works with the stores and keys of the watchlist reception beside it."""

    device_id: str
    beside: WatchlistReception

    def take(self, payload: bytes, now: datetime) -> bool:
        """Hand a command on; False when it is not for this device, not to be trusted, or was here before.

        Raises `MessageError` for bytes that are no command.
        """
        command = decode_command(payload)
        if command.device_id != self.device_id:
            _log.warning("command %s is for another device", command.command_id)
            return False
        if self._is_known(command):
            return False
        try:
            verify_command(command, self.beside.trusted, now)
        except SignatureError as error:
            self._refuse(command, payload, str(error), now)
            return False
        return self.beside.inbox.put(COMMAND, command.command_id, payload, now)

    def _is_known(self, command: Command) -> bool:
        # The hub says a command again until it is answered, also past its time.
        return any(row.key == command.command_id for row in self.beside.inbox.received(COMMAND))

    def _refuse(self, command: Command, payload: bytes, reason: str, now: datetime) -> None:
        answer = CommandAnswered(
            command_id=command.command_id,
            name=command.name,
            state=CommandState.REFUSED,
            reason=NOT_TRUSTED,
            answered_at=now,
        )
        with transaction(self.beside.connection):
            if not self.beside.inbox.put(_REFUSED, sha256(payload).hexdigest(), payload, now):
                return
            self.beside.outbox.append(answer, MessageLane.EVENT, now, self.beside.new_id(now))
        _log.warning("refused: %s", reason)
