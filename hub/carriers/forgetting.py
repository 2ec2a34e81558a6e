"""Deletes manifests whose time is over, with their house consignments."""

from datetime import datetime

from sqlalchemy import delete, select, tuple_

from hub.bootstrap import Services
from hub.carriers.tables import manifest_houses, manifests
from hub.store.database import writing_beside_others

AT_ONCE = 200
"""Manifests in one transaction; each may have thousands of houses."""


def forget_manifests(services: Services, before: datetime) -> int:
    """Delete what was received before, some at a time; returns how many manifests."""
    columns = manifests.c
    old = select(columns.client_id, columns.number).where(columns.received_at < before).limit(AT_ONCE)
    deleted = 0
    while True:
        with writing_beside_others(services.engine) as connection:
            keys = [tuple(row) for row in connection.execute(old)]
            for table in (manifest_houses, manifests):
                connection.execute(delete(table).where(tuple_(table.c.client_id, table.c.number).in_(keys)))
        deleted += len(keys)
        if len(keys) < AT_ONCE:
            return deleted
