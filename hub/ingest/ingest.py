"""Takes batches and states of devices into the store, several in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.exc import DataError, IntegrityError

from hub.bootstrap import Services
from hub.errors import InvalidInputError
from hub.fleet.tables import devices
from hub.ingest.lane_order import advance, marks_of, sort_out
from hub.ingest.projecting import UnfitContentError, project
from hub.ingest.projections import inbox_row, state_row
from hub.ingest.quarantine import QuarantineCode, Refused, set_aside
from hub.ingest.reading import Arrival, Batch, Sender, State, read_arrival
from hub.ingest.tables import inbox
from hub.store.database import hub_epoch, savepoint, writing_beside_others
from sync import topics
from sync.codec import encode_acknowledgement
from sync.messages import Acknowledgement, Message

_UNFIT = (UnfitContentError, InvalidInputError, IntegrityError, DataError, OverflowError)


@dataclass(frozen=True, slots=True)
class Reply:
    """An acknowledgement to publish, retained, now that everything in it is committed."""

    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one incoming payload."""

    stored: int = 0
    repeated: int = 0
    ahead: int = 0
    """Messages beyond a gap, left out: the device sends them again after what is missing."""
    refused: QuarantineCode | None = None
    reply: Reply | None = None
    is_failed: bool = False
    """The store could not take it; nothing of it was stored or acknowledged."""


def receive_batch(services: Services, topic: str, payload: bytes) -> Receipt:
    """Store a batch and say what to acknowledge; the same batch again stores nothing and acknowledges again.

    A store that cannot be written raises (`SQLAlchemyError`, `EvidenceError`): nothing is acknowledged then.
    """
    (receipt,) = receive_group(services, [Arrival(topic, payload)])
    return receipt


def receive_state(services: Services, topic: str, payload: bytes, *, is_retained: bool) -> Receipt:
    """Note a birth or will; one that a later birth has overtaken changes nothing."""
    (receipt,) = receive_group(services, [Arrival(topic, payload, is_retained=is_retained)])
    return receipt


def receive_group(services: Services, arrivals: Sequence[Arrival | Refused]) -> tuple[Receipt, ...]:
    """Take in several payloads with one commit, which costs about as much as one payload's; all or none.

    Raises what the store raises; then nothing of the group was stored.
    """
    now = services.clock()
    read = [arrival if isinstance(arrival, Refused) else read_arrival(arrival) for arrival in arrivals]
    receipts = [Receipt()] * len(read)
    with writing_beside_others(services.engine) as connection:
        # In the order of their topics, so that two workers never wait for each other's devices crosswise.
        for place in sorted(range(len(read)), key=lambda place: read[place].topic):
            receipts[place] = _take(services, connection, read[place], now)
    return tuple(receipts)


def _take(
    services: Services, connection: Connection, found: Batch | State | Refused, now: datetime
) -> Receipt:
    match found:
        case Batch():
            outcome = _take_batch(services, connection, found, now)
        case State():
            outcome = _take_state(connection, found, now)
        case Refused():
            outcome = found
    if isinstance(outcome, Refused):
        set_aside(connection, outcome, now)
        return Receipt(refused=outcome.code)
    return outcome


def _take_batch(services: Services, connection: Connection, batch: Batch, now: datetime) -> Receipt | Refused:
    sender, messages = batch.sender, batch.messages
    known = _registered(connection, sender)
    if isinstance(known, Refused):
        return known
    marks = marks_of(connection, sender.device_id, batch.epoch)
    found = sort_out(connection, messages, marks)
    if found.clone is not None:
        where = f"{found.clone.lane} {found.clone.seq} of epoch {batch.epoch[:32]}"
        return sender.refused(QuarantineCode.CLONED_DEVICE, f"{where} is two different messages")
    if found.fresh:
        connection.execute(inbox.insert(), [inbox_row(message, now) for message in found.fresh])
        _project_all(services, connection, sender, found.fresh, now)
        advance(connection, sender.device_id, batch.epoch, marks, found.marks)
    connection.execute(
        update(devices).where(devices.c.device_id == sender.device_id).values(last_seen_at=now)
    )
    if not messages:
        return Receipt()
    acknowledgement = Acknowledgement(
        device_id=sender.device_id, epoch=batch.epoch, hub_epoch=hub_epoch(connection), upto=dict(found.marks)
    )
    topic = topics.acknowledgements(sender.site_id, sender.device_id)
    reply = Reply(topic, encode_acknowledgement(acknowledgement))
    return Receipt(stored=len(found.fresh), repeated=found.repeated, ahead=found.ahead, reply=reply)


def _take_state(connection: Connection, found: State, now: datetime) -> Receipt | Refused:
    sender = found.sender
    known = _registered(connection, sender)
    if isinstance(known, Refused):
        return known
    changes = state_row(found.state, known.epoch, known.birth, now)
    if changes is None:
        return Receipt(repeated=1)
    seen = {} if found.is_retained else {"last_seen_at": now}
    connection.execute(
        update(devices).where(devices.c.device_id == sender.device_id).values(**changes, **seen)
    )
    return Receipt(stored=1)


def _project_all(
    services: Services, connection: Connection, sender: Sender, messages: Sequence[Message], now: datetime
) -> None:
    """Apply messages together; where one does not fit, each by itself."""
    try:
        with savepoint(connection):
            project(services, connection, messages, now)
    except _UNFIT:
        for message in messages:
            _project(services, connection, sender, message, now)


def _project(
    services: Services, connection: Connection, sender: Sender, message: Message, now: datetime
) -> None:
    """Apply a message; one that cannot be applied stays in the inbox and does not block its lane."""
    try:
        with savepoint(connection):
            project(services, connection, [message], now)
    except _UNFIT as error:
        detail = f"{message.lane} {message.seq}: {error}".splitlines()[0]
        set_aside(connection, sender.refused(QuarantineCode.UNFIT_CONTENT, detail), now)


def _registered(connection: Connection, sender: Sender) -> Row[tuple[object, ...]] | Refused:
    """Find the device, and hold its row until the commit: whoever else takes the device in waits here."""
    query = select(devices).where(devices.c.device_id == sender.device_id).with_for_update(key_share=True)
    row = connection.execute(query).first()
    if row is None:
        return sender.refused(QuarantineCode.UNKNOWN_DEVICE, "the device is not registered")
    if row.revoked_at is not None:
        return sender.refused(QuarantineCode.REVOKED_DEVICE, "the device is revoked")
    if row.site_id != sender.site_id:
        detail = f"the device is registered at {row.site_id!r}, not at {sender.site_id!r}"
        return sender.refused(QuarantineCode.WRONG_SITE, detail)
    return row
