"""A SQLite store whose disk is full for as long as a test wants."""

import msgspec
from sqlalchemy import event
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from hub.store.database import reading
from sync.messages import AlertRaised
from tests.hub.builders import Hub, alert

ENOUGH = 1 << 30


class FullDisk:
    """SQLite gives the same answer at its own limit of pages as at the disk's end."""

    def __init__(self, hub: Hub) -> None:
        self._engine = hub.services.engine
        self._pages = ENOUGH
        event.listen(self._engine, "checkout", self._limit)

    def fill(self) -> None:
        """Leave no room for another page."""
        with reading(self._engine) as connection:
            self._pages = int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())

    def make_room(self) -> None:
        """Let the store grow again."""
        self._pages = ENOUGH

    def _limit(self, connection: object, _entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection) -> None:
        connection.execute(f"PRAGMA max_page_count = {self._pages}")  # type: ignore[attr-defined]


def bulky_alert(alert_id: str = "alert-1") -> AlertRaised:
    """Make an alert that no page has room for."""
    return msgspec.structs.replace(alert(alert_id), pack="p" * 20_000)
