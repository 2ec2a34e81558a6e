"""Jobs of checking: certificates of declarations are looked at; nothing is kept for too long."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, Table, delete, select

from hub.bootstrap import Services
from hub.cases.retention import months_before
from hub.declarations.assessing.assess import Assessor
from hub.jobs.queue import Arguments
from hub.jobs.upkeep import delete_until_none
from hub.jobs.worker import Handler
from hub.origin.checking.attaching import LOOK, declarations_with, left_open
from hub.origin.checking.checks import look_at
from hub.origin.checking.drawing import SEND, has_draws, planned_with
from hub.origin.checking.papers import forget_papers
from hub.origin.checking.receiving import note_verdict, opened, received
from hub.origin.checking.sending import send_draws
from hub.origin.checking.tables import (
    declared_certificates,
    origin_checks,
    origin_draws,
    origin_settlements,
    received_certificates,
    seeded_forgeries,
)
from hub.store.database import reading, writing, writing_beside_others

MONTHS_KEPT = 60
"""As long as an issuing authority may be asked and customs debts may be collected later."""
AT_ONCE = 500
_log = logging.getLogger(__name__)
_DRAWN = (declared_certificates, origin_draws, origin_settlements)


def handlers() -> Mapping[str, Handler]:
    """Name the jobs of this module, by kind."""
    return {
        LOOK: Handler(look_at_one, lease=timedelta(minutes=2)),
        "look-at-open-certificates": Handler(look_at_open, every=timedelta(minutes=5)),
        SEND: Handler(tell_registry, lease=timedelta(minutes=5)),
        "send-waiting-origin-draws": Handler(tell_registry, every=timedelta(seconds=30)),
        "forget-certificates": Handler(forget_old, every=timedelta(days=1)),
    }


def look_at_one(services: Services, arguments: Arguments) -> None:
    """Look at a certificate that came with declarations, and assess anew what that changes."""
    _look(services, str(arguments["certificate_id"]))


def look_at_open(services: Services, _: Arguments) -> None:
    """Look once more at what nobody could say of before."""
    with reading(services.engine) as connection:
        waiting = left_open(connection, services.clock())
    for certificate_id in waiting:
        _look(services, certificate_id)


def tell_registry(services: Services, _: Arguments) -> None:
    """Tell the registry what released goods have used; what others planned of it is assessed anew."""
    with reading(services.engine) as connection:
        if not has_draws(connection):
            return
    done = send_draws(services)
    _log.info("draws: %d sent, %d confirmed, %d refused", done.sent, done.confirmed, len(done.refused))
    assessor = Assessor(services)
    for certificate_id in done.refused:
        with writing(services.engine) as connection:
            for declaration_id in planned_with(connection, certificate_id):
                assessor.assess_again(connection, declaration_id, "certificate of origin: used by others")


def _look(services: Services, certificate_id: str) -> None:
    with reading(services.engine) as connection:
        before = received(connection, [certificate_id])
        document = opened(services, connection, certificate_id)
    found = look_at(services.origin_verifier, document, services.clock())
    assessor = Assessor(services)
    with writing(services.engine) as connection:
        note_verdict(connection, certificate_id, found, services.clock())
        if [one.verdict for one in before] == [found.verdict]:
            return
        for declaration_id in declarations_with(connection, certificate_id):
            assessor.assess_again(connection, declaration_id, f"certificate of origin: {found.verdict}")


def forget_old(services: Services, _: Arguments) -> None:
    """Delete checks and certificates whose time is over; the counts stay, they name nobody."""
    before = months_before(services.clock(), MONTHS_KEPT)
    forget_papers(services, before)
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
