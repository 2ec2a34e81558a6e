"""What checks need done again and again: nothing is kept for longer than it may be."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, Table, delete, select

from hub.bootstrap import Services
from hub.cases.retention import months_before
from hub.jobs.queue import Arguments
from hub.jobs.upkeep import delete_until_none
from hub.jobs.worker import Handler
from hub.origin.checking.tables import (
    declared_certificates,
    origin_checks,
    origin_draws,
    received_certificates,
    seeded_forgeries,
)
from hub.store.database import writing_beside_others

MONTHS_KEPT = 60
"""As long as an issuing authority may be asked and customs debts may be collected later."""
AT_ONCE = 500
_DRAWN = (declared_certificates, origin_draws)


def handlers() -> Mapping[str, Handler]:
    """Name the jobs of this module, by kind."""
    return {"forget-certificates": Handler(forget_old, every=timedelta(days=1))}


def forget_old(services: Services, _: Arguments) -> None:
    """Delete checks and certificates whose time is over; the counts stay, they name nobody."""
    before = months_before(services.clock(), MONTHS_KEPT)
    delete_until_none(services, origin_checks.c.opened_at, before)
    delete_until_none(services, seeded_forgeries.c.registered_at, before)
    while True:
        with writing_beside_others(services.engine) as connection:
            if _forget_some(connection, before) < AT_ONCE:
                return


def _forget_some(connection: Connection, before: datetime) -> int:
    columns = received_certificates.c
    query = select(columns.certificate_id).where(columns.last_seen < before).limit(AT_ONCE)
    old = list(connection.scalars(query))
    for table in (*_DRAWN, received_certificates):
        _delete(connection, table, old)
    return len(old)


def _delete(connection: Connection, table: Table, certificate_ids: list[str]) -> None:
    connection.execute(delete(table).where(table.c.certificate_id.in_(certificate_ids)))
