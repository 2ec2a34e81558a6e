"""Tells the registry of acts on certificates, and notes what it has taken."""

import logging
from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from hub.bootstrap import Services
from hub.origin.chain.calls import SetStatus
from hub.origin.chain.facts import Status
from hub.origin.chain.node import RefusedError
from hub.origin.issuing.relaying import CONFIRMED, WAITING, Relay, newest_transaction
from hub.origin.issuing.tables import certificate_acts, issue_batches, issued_certificates
from hub.origin.issuing.values import ActProgress
from hub.store.database import reading, writing

PURPOSE = "status"
_IS_SO = "nothing would change"
_FOR_GOOD = ("revoked is final", "no such place", "no such status")
_log = logging.getLogger(__name__)
AnyRow = Row[*tuple[Any, ...]]


def send_approved(services: Services, relay: Relay) -> int:
    """Send acts that are decided; returns how many. Raises `NodeError`, `SignerError`."""
    with reading(services.engine) as connection:
        approved = connection.execute(_in(ActProgress.APPROVED)).all()
    return sum(_send(services, relay, act) for act in approved if relay.has_room())


def note_confirmed(services: Services) -> int:
    """Note which acts the chain has taken; returns how many."""
    confirmed = 0
    with writing(services.engine) as connection:
        for act in connection.execute(_in(ActProgress.SENT)).all():
            sent = newest_transaction(connection, PURPOSE, act.act_id)
            if sent is None or sent.progress not in (WAITING, CONFIRMED):
                _move(connection, act.act_id, ActProgress.SENT, {"progress": ActProgress.APPROVED.value})
            elif sent.progress == CONFIRMED:
                confirmed += 1
                _confirmed(services, connection, act, ActProgress.SENT)
    return confirmed


def _send(services: Services, relay: Relay, act: AnyRow) -> bool:
    call = SetStatus(
        root=bytes.fromhex(act.root),
        index=act.place,
        status=Status(act.status),
        reason_code=act.reason,
        replaced_by=bytes(act.replacement or b""),
    )
    try:
        order = relay.order(PURPOSE, act.act_id, call)
    except RefusedError as error:
        _refused(services, act, str(error))
        return False

    def take(connection: Connection) -> bool:
        sent = {"progress": ActProgress.SENT.value, "failure": ""}
        return _move(connection, act.act_id, ActProgress.APPROVED, sent)

    return relay.put(order, take) is not None


def _refused(services: Services, act: AnyRow, reason: str) -> None:
    with writing(services.engine) as connection:
        if _IS_SO in reason:
            _confirmed(services, connection, act, ActProgress.APPROVED)
            return
        _log.warning("act %s: the registry refuses it: %s", act.act_id, reason[:200])
        is_over = any(words in reason for words in _FOR_GOOD)
        changes = {"failure": reason[:500]} | ({"progress": ActProgress.FAILED.value} if is_over else {})
        _move(connection, act.act_id, ActProgress.APPROVED, changes)


def _confirmed(services: Services, connection: Connection, act: AnyRow, before: ActProgress) -> None:
    done = {"progress": ActProgress.CONFIRMED.value, "confirmed_at": services.clock(), "failure": ""}
    if _move(connection, act.act_id, before, done):
        is_good = act.status == Status.GOOD
        status = {"status": act.status, "status_reason": 0 if is_good else act.reason}
        this = issued_certificates.c.certificate_id == act.certificate_id
        connection.execute(update(issued_certificates).where(this).values(**status))


def _move(connection: Connection, act_id: str, before: ActProgress, changes: dict[str, Any]) -> bool:
    this = (certificate_acts.c.act_id == act_id, certificate_acts.c.progress == before.value)
    return connection.execute(update(certificate_acts).where(*this).values(**changes)).rowcount == 1


def _in(progress: ActProgress) -> Select[tuple[Any, ...]]:
    own, other = issued_certificates.alias("own"), issued_certificates.alias("other")
    return (
        select(certificate_acts, own.c.place, issue_batches.c.root, other.c.digest.label("replacement"))
        .join(own, own.c.certificate_id == certificate_acts.c.certificate_id)
        .join(issue_batches, issue_batches.c.batch_id == own.c.batch_id)
        .outerjoin(other, other.c.certificate_id == certificate_acts.c.replaced_by)
        .where(certificate_acts.c.progress == progress.value)
        .order_by(certificate_acts.c.decided_at)
    )
