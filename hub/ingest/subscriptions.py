"""Which topics a worker listens to: those of its shard's devices, as they are registered."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from hub.bootstrap import Services
from hub.fleet.tables import devices
from hub.ingest.reading import Arrival
from hub.ingest.sharding import Shard
from hub.store.database import reading
from sync import topics

LOOK_EVERY = timedelta(seconds=0.9)
"""A device is listened to within a second of its registration."""
READ_ALL_EVERY = timedelta(minutes=1)
"""Also when nothing seems new: a device may have moved to another site."""
AT_ONCE = 200
"""Filters in one packet."""


class Subscriptions:
    """What a worker has subscribed to on its present connection."""

    def __init__(self, services: Services, shard: Shard) -> None:
        self._services = services
        self._shard = shard
        self._wanted: set[str] = set()
        self._foreign: set[str] = set()
        self._seen: tuple[int, datetime | None] | None = None
        self._look_at: datetime | None = None
        self._read_all_at: datetime | None = None

    def restart(self) -> None:
        """Forget everything: the connection is new."""
        self._wanted.clear()
        self._foreign.clear()
        self._seen = self._look_at = self._read_all_at = None

    def due(self) -> Sequence[Sequence[str]]:
        """Return filters to subscribe to now, in portions; raises what the store raises."""
        fresh = [each for each in self._look() if each not in self._wanted]
        self._wanted.update(fresh)
        return [fresh[start : start + AT_ONCE] for start in range(0, len(fresh), AT_ONCE)]

    def is_ours(self, arrival: Arrival) -> bool:
        """Tell whether a payload is this worker's: a session of the broker may hold another's topics."""
        if self._shard.is_whole:
            return True
        level = arrival.topic.split("/")
        if len(level) == 4 and self._shard.owns(level[2]):
            return True
        # Nobody subscribes to a stranger's topics, so the first worker takes in what no other one knows.
        return self._shard.is_first and arrival.topic not in self._foreign

    def _look(self) -> list[str]:
        if self._shard.is_whole:
            return [topics.ALL_EVENTS, topics.ALL_STATES]
        now = self._services.clock()
        if self._look_at is not None and now < self._look_at:
            return []
        self._look_at = now + LOOK_EVERY
        with reading(self._services.engine) as connection:
            if not self._has_changed(connection, now):
                return []
            return self._read_all(connection)

    def _has_changed(self, connection: Connection, now: datetime) -> bool:
        row = connection.execute(select(func.count(), func.max(devices.c.registered_at))).one()
        seen = (row[0], row[1])
        if seen == self._seen and self._read_all_at is not None and now < self._read_all_at:
            return False
        self._seen, self._read_all_at = seen, now + READ_ALL_EVERY
        return True

    def _read_all(self, connection: Connection) -> list[str]:
        found = [topics.ALL_STATES] if self._shard.is_first else []
        for row in connection.execute(select(devices.c.device_id, devices.c.site_id)):
            pair = [topics.events(row.site_id, row.device_id), topics.state(row.site_id, row.device_id)]
            if self._shard.owns(row.device_id):
                found += pair
            else:
                self._foreign.update(pair)
        return found
