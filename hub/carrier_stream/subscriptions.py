"""Which carriers' topics a process listens to: those of its shard, as they are onboarded."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from hub.bootstrap import Services
from hub.carriers.tables import carriers
from hub.ingest.sharding import Shard
from hub.store.database import reading
from sync import topics

LOOK_EVERY = timedelta(seconds=0.9)
"""A carrier is listened to within a second of its onboarding; its account comes after that."""


class OwnCarriers:
    """The carriers of a shard, and to which of them this connection listens."""

    def __init__(self, services: Services, shard: Shard) -> None:
        self._services = services
        self._shard = shard
        self._listened: set[str] = set()
        self._look_at: datetime | None = None

    @property
    def names(self) -> Sequence[str] | None:
        """Those that are listened to; None: every carrier."""
        return None if self._shard.is_whole else sorted(self._listened)

    def owns(self, carrier_id: str) -> bool:
        """Tell whether a carrier is this process's: a session of the broker may hold another's topics."""
        return self._shard.owns(carrier_id)

    def restart(self) -> None:
        """Forget everything: the connection is new."""
        self._listened.clear()
        self._look_at = None

    def due(self) -> Sequence[str]:
        """Return filters to subscribe to now; raises what the store raises."""
        now = self._services.clock()
        if self._look_at is not None and (self._shard.is_whole or now < self._look_at):
            return ()
        self._look_at = now + LOOK_EVERY
        if self._shard.is_whole:
            return (topics.ALL_CARRIER_DECLARATIONS,)
        with reading(self._services.engine) as connection:
            found = connection.scalars(select(carriers.c.client_id).order_by(carriers.c.client_id)).all()
        fresh = [one for one in found if self._shard.owns(one) and one not in self._listened]
        self._listened.update(fresh)
        return [topics.carrier_declarations(one) for one in fresh]
