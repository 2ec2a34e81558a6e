"""Brings signed batches to the registry, and notes which of them stand there."""

import logging
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from hub.bootstrap import Services
from hub.origin.chain.calls import AnchorSigned
from hub.origin.chain.node import RefusedError
from hub.origin.issuing.relaying import CONFIRMED, WAITING, Relay, newest_transaction
from hub.origin.issuing.tables import issue_batches
from hub.origin.issuing.values import BatchProgress
from hub.people.audit import Act, record
from hub.store.database import reading, writing

PURPOSE = "anchor"
ACTOR = "issuing"
"""In the audit log: what the hub does by itself."""
_STANDS_ALREADY = "anchored already"
_TOO_OLD = "signature too old"
_log = logging.getLogger(__name__)
AnyRow = Row[*tuple[Any, ...]]


def send_signed(services: Services, relay: Relay) -> int:
    """Send batches that are signed; returns how many. Raises `NodeError`, `SignerError`."""
    with reading(services.engine) as connection:
        signed = connection.execute(_in(BatchProgress.SIGNED)).all()
    return sum(_send(services, relay, batch) for batch in signed if relay.has_room())


def note_anchored(services: Services) -> int:
    """Note which of the batches sent stand on the chain; returns how many."""
    anchored = 0
    with writing(services.engine) as connection:
        for batch in connection.execute(_in(BatchProgress.SENT)).all():
            sent = newest_transaction(connection, PURPOSE, batch.batch_id)
            if sent is None or sent.progress not in (WAITING, CONFIRMED):
                # Refused or overtaken: asking again tells whether it stands there, or why it does not.
                _move(
                    connection, batch.batch_id, BatchProgress.SENT, {"progress": BatchProgress.SIGNED.value}
                )
            elif sent.progress == CONFIRMED:
                anchored += 1
                _anchored(
                    services, connection, batch.batch_id, BatchProgress.SENT, (sent.mined_at, sent.block)
                )
    return anchored


def _send(services: Services, relay: Relay, batch: AnyRow) -> bool:
    if batch.deadline <= services.clock():
        _sign_again(services, batch.batch_id)
        return False
    call = AnchorSigned(bytes.fromhex(batch.root), batch.places, batch.deadline, batch.signature)
    try:
        order = relay.order(PURPOSE, batch.batch_id, call)
    except RefusedError as error:
        _refused(services, batch.batch_id, str(error))
        return False

    def take(connection: Connection) -> bool:
        sent = {"progress": BatchProgress.SENT.value, "failure": ""}
        return _move(connection, batch.batch_id, BatchProgress.SIGNED, sent)

    return relay.put(order, take) is not None


def _refused(services: Services, batch_id: str, reason: str) -> None:
    """Take a batch that stands there for anchored, have one signed anew that waited too long."""
    if _TOO_OLD in reason:
        _sign_again(services, batch_id)
        return
    with writing(services.engine) as connection:
        if _STANDS_ALREADY in reason:
            # Its root holds keys that nobody else has: what stands there is this batch.
            _anchored(services, connection, batch_id, BatchProgress.SIGNED, (services.clock(), None))
        else:
            _log.warning("batch %s: the registry refuses it: %s", batch_id, reason[:200])
            _move(connection, batch_id, BatchProgress.SIGNED, {"failure": reason[:500]})


def _sign_again(services: Services, batch_id: str) -> None:
    with writing(services.engine) as connection:
        _move(connection, batch_id, BatchProgress.SIGNED, {"progress": BatchProgress.CLOSED.value})


def _anchored(
    services: Services,
    connection: Connection,
    batch_id: str,
    before: BatchProgress,
    found: tuple[datetime, int | None],
) -> None:
    at, block = found
    changes = {"progress": BatchProgress.ANCHORED.value, "anchored_at": at, "block": block, "failure": ""}
    if _move(connection, batch_id, before, changes):
        record(connection, Act(ACTOR, "batch-anchored", batch_id, {"block": block}), services.clock())


def _move(connection: Connection, batch_id: str, before: BatchProgress, changes: dict[str, Any]) -> bool:
    this = (issue_batches.c.batch_id == batch_id, issue_batches.c.progress == before.value)
    return connection.execute(update(issue_batches).where(*this).values(**changes)).rowcount == 1


def _in(progress: BatchProgress) -> Select[tuple[Any, ...]]:
    return (
        select(issue_batches)
        .where(issue_batches.c.progress == progress.value)
        .order_by(issue_batches.c.closes_at)
    )
