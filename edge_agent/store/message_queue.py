"""Puts messages for the hub into the outbox, inside the transaction of what they tell of."""

import sqlite3
from collections.abc import Callable
from datetime import datetime

from sync.messages import EventBody, MessageLane
from sync.outbox import Outbox
from sync.sealing import RowSeal


class MessageQueue:
    """The outbox as the edge's stores use it, each on the connection of its own transaction."""

    def __init__(self, device_id: str, seal: RowSeal, new_id: Callable[[datetime], str]) -> None:
        self._device_id = device_id
        self._seal = seal
        self._new_id = new_id

    def claim(self, connection: sqlite3.Connection) -> None:
        """Bind the store to this device; raises `sync.errors.OutboxError` when it is another's."""
        Outbox(connection, self._device_id, seal=self._seal)

    def append(
        self, connection: sqlite3.Connection, body: EventBody, lane: MessageLane, at: datetime
    ) -> None:
        """Queue a message; raises `sync.errors.OutboxError` for one that could never be sent."""
        Outbox(connection, self._device_id, seal=self._seal).append(body, lane, at, self._new_id(at))
