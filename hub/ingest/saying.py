"""Says the commands that wait for a worker's devices, and says them again until they are answered."""

import logging
from datetime import datetime, timedelta

from hub.bootstrap import Services
from hub.fleet.commands import SAID_AGAIN_AFTER, due_commands, note_sent
from hub.ingest.sharding import Shard
from hub.store.database import reading, writing
from sync.ports import Transport

LOOK_EVERY = timedelta(seconds=0.9)
"""A command is on its topic within a second."""
_log = logging.getLogger(__name__)


class CommandSaying:
    """One worker's voice; commands of other workers' devices are left to them."""

    def __init__(self, services: Services, transport: Transport, shard: Shard) -> None:
        self._services = services
        self._transport = transport
        self._shard = shard
        self._look_at: datetime | None = None

    def restart(self) -> None:
        """Look at once: the connection is new."""
        self._look_at = None

    def say_due(self) -> int:
        """Publish what is due, when it is time to look; returns how many commands that were.

        Raises what the store raises, and `BrokerError`.
        """
        now = self._services.clock()
        if self._look_at is not None and now < self._look_at:
            return 0
        self._look_at = now + LOOK_EVERY
        with reading(self._services.engine) as connection:
            due = due_commands(connection, now, self._shard.owns)
        for one in due:
            self._transport.publish(one.topic, one.payload, expiry_s=int(SAID_AGAIN_AFTER.total_seconds()))
        if due:
            with writing(self._services.engine) as connection:
                note_sent(connection, [one.command_id for one in due], now)
            _log.info("%d commands said", len(due))
        return len(due)
