"""Tells the registry what released goods have used: whoever was first is believed."""

import hmac
import logging
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select, update

from hub.bootstrap import Services
from hub.origin.certificate.anchored import AnchoredCertificate
from hub.origin.chain.calls import DrawDown
from hub.origin.chain.node import RefusedError
from hub.origin.checking.drawing import DrawState
from hub.origin.checking.receiving import note_verdict, opened
from hub.origin.checking.tables import origin_draws
from hub.origin.issuing.advancing import terms_for
from hub.origin.issuing.relaying import CONFIRMED, REFUSED, WAITING, Order, Relay, newest_transaction
from hub.origin.verifying.judging import WHOLE, Presentation
from hub.origin.verifying.verdict import Ground, Verification
from hub.people.audit import Act, record
from hub.store.database import reading, writing

PURPOSE = "draw"
AT_ONCE = 50
ACTOR = "hub"
_AGAINST_LINE = frozenset({Ground.QUANTITY_USED, Ground.UNKNOWN_LINE, Ground.REVOKED, Ground.NOT_ANCHORED})
_log = logging.getLogger(__name__)
AnyRow = Row[*tuple[Any, ...]]


class Sent(msgspec.Struct, frozen=True):
    """What one round came to."""

    sent: int
    confirmed: int
    refused: tuple[str, ...]
    """Certificates of which another was first: what else names them is assessed anew."""


def send_draws(services: Services) -> Sent:
    """Follow what was sent and send what waits; raises `NodeError` when the node fails, `SignerError`.

    Without an authority's key it stays queued: certificates are used provisionally.
    """
    if not services.settings.origin_issuing.state:
        return Sent(0, 0, ())
    issuer = services.origin_issuer
    relay = Relay(services, issuer.node, issuer.signer, terms_for(services, issuer.registry))
    relay.follow()
    confirmed = _note_settled(services)
    outcomes = [_send(services, relay, one) for one in _in(services, DrawState.PROVISIONAL)]
    refused = tuple(sorted({one for one in outcomes if one}))
    return Sent(outcomes.count(""), confirmed, refused)


def _note_settled(services: Services) -> int:
    """Note what the chain took; what it refused is tried again, for enough may be left all the same."""
    confirmed = 0
    with writing(services.engine) as connection:
        for one in _rows(connection, DrawState.SENT):
            transaction = newest_transaction(connection, PURPOSE, _subject(one))
            progress = REFUSED if transaction is None else transaction.progress
            if progress == CONFIRMED:
                confirmed += 1
                _move(services, connection, one, DrawState.CONFIRMED)
            elif progress != WAITING:
                _move(services, connection, one, DrawState.PROVISIONAL)
    return confirmed


def _send(services: Services, relay: Relay, one: AnyRow) -> str | None:
    """Send one; empty: sent, a certificate's id: refused, None: nobody can say now."""
    with reading(services.engine) as connection:
        document = opened(services, connection, one.certificate_id)
    now = services.clock()
    found = services.origin_verifier.verify(document, Presentation(now, {one.line: one.parts}))
    if any(reason.ground in _AGAINST_LINE for reason in found.reasons):
        return _refuse(services, one, found, ", ".join(reason.ground for reason in found.reasons))
    if one.line not in found.left or not relay.has_room():
        return None
    try:
        order = relay.order(PURPOSE, _subject(one), _call(services, document, one, found))
    except RefusedError as error:
        # What was kept on site may be behind: asked again, it is the same or says who was first.
        _log.warning("a draw was refused: %s", type(error).__name__)
        return None
    return _put(services, relay, one, order)


def _put(services: Services, relay: Relay, one: AnyRow, order: Order) -> str | None:
    def take(connection: Connection) -> bool:
        return _move(services, connection, one, DrawState.SENT)

    return None if relay.put(order, take) is None else ""


def _refuse(services: Services, one: AnyRow, found: Verification, why: str) -> str:
    certificate_id: str = one.certificate_id
    now = services.clock()
    with writing(services.engine) as connection:
        if _move(services, connection, one, DrawState.REFUSED, why[:200]):
            detail = {"certificate": certificate_id, "line": one.line}
            record(connection, Act(ACTOR, "certificate-draw-refused", one.declaration_id, detail), now)
        note_verdict(connection, certificate_id, found, now)
    return certificate_id


def _call(services: Services, document: AnchoredCertificate, one: AnyRow, found: Verification) -> DrawDown:
    """Say what is used, and what is believed to be used before: refused when another was first."""
    salted = hmac.digest(services.store_key.secret, one.declaration_id.encode(), "sha256")
    return DrawDown(
        state=document.certificate.state,
        root=document.root,
        digest=document.digest,
        index=document.index,
        proof=document.proof,
        line=one.line,
        expected=WHOLE - found.left[one.line],
        parts=one.parts,
        declaration=salted,
    )


def _subject(one: AnyRow) -> str:
    return sha256(f"{one.certificate_id}/{one.line}/{one.declaration_id}".encode()).hexdigest()


def _in(services: Services, state: DrawState) -> Iterator[AnyRow]:
    with reading(services.engine) as connection:
        rows = _rows(connection, state)
    yield from rows


def _rows(connection: Connection, state: DrawState) -> list[AnyRow]:
    columns = origin_draws.c
    query = select(origin_draws).where(columns.state == state.value)
    return list(connection.execute(query.order_by(columns.changed_at).limit(AT_ONCE)))


def _move(services: Services, connection: Connection, one: AnyRow, state: DrawState, note: str = "") -> bool:
    """Move one on from where it was seen; False: another process did."""
    columns = origin_draws.c
    is_this = (
        (columns.certificate_id == one.certificate_id)
        & (columns.line == one.line)
        & (columns.declaration_id == one.declaration_id)
        & (columns.state == one.state)
    )
    values = {"state": state.value, "changed_at": services.clock(), "note": note}
    return connection.execute(update(origin_draws).where(is_this).values(**values)).rowcount == 1
