"""Takes batches and states of devices into the store, one transaction each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.exc import DataError, IntegrityError

from hub.bootstrap import Services
from hub.fleet.tables import devices
from hub.ingest.projecting import UnfitContentError, project
from hub.ingest.projections import inbox_row, state_row
from hub.ingest.quarantine import QuarantineCode, Refused, set_aside
from hub.ingest.tables import inbox, lane_progress
from hub.store.database import hub_epoch, writing
from hub.store.insertion import insert_or_update
from sync import topics
from sync.codec import decode_batch, decode_device_state, encode_acknowledgement
from sync.errors import MessageError
from sync.messages import Acknowledgement, Message, MessageLane

_GAP_SCAN = 10_000
_MAX_SEQ = 2**63 - 1
_MAX_ID_LENGTH = 64


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
    refused: QuarantineCode | None = None
    reply: Reply | None = None


@dataclass(frozen=True, slots=True)
class _Sender:
    """Where a payload came from."""

    topic: str
    site_id: str
    device_id: str
    payload: bytes

    def refused(self, code: QuarantineCode, detail: str) -> Refused:
        """Set the payload aside for a reason."""
        return Refused(code, self.device_id, self.topic, detail, self.payload)


class _RefusalError(Exception):
    """Leaves the transaction; the refusal is written in one of its own."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.detail)
        self.refused = refused


def receive_batch(services: Services, topic: str, payload: bytes) -> Receipt:
    """Store a batch and say what to acknowledge; the same batch again stores nothing and acknowledges again.

    A store that cannot be written raises (`SQLAlchemyError`, `EvidenceError`): nothing is acknowledged then.
    """
    now = services.clock()
    try:
        sender = _sender(topic, payload)
        messages = _decoded(sender)
        with writing(services.engine) as connection:
            _require_registered(connection, sender)
            return _take_in(services, connection, sender, messages, now)
    except _RefusalError as refusal:
        return _set_aside(services, refusal.refused, now)


def receive_state(services: Services, topic: str, payload: bytes, *, is_retained: bool) -> Receipt:
    """Note a birth or will; one that a later birth has overtaken changes nothing."""
    now = services.clock()
    try:
        sender = _sender(topic, payload)
        try:
            state = decode_device_state(payload)
        except MessageError as error:
            raise _RefusalError(sender.refused(QuarantineCode.MALFORMED, str(error))) from error
        if state.device_id != sender.device_id:
            detail = f"state of {state.device_id[:64]!r} on the topic of {sender.device_id!r}"
            raise _RefusalError(sender.refused(QuarantineCode.MALFORMED, detail))
        with writing(services.engine) as connection:
            known = _require_registered(connection, sender)
            changes = state_row(state, known.epoch, known.birth, now)
            if changes is None:
                return Receipt(repeated=1)
            seen = {} if is_retained else {"last_seen_at": now}
            connection.execute(
                update(devices).where(devices.c.device_id == sender.device_id).values(**changes, **seen)
            )
            return Receipt(stored=1)
    except _RefusalError as refusal:
        return _set_aside(services, refusal.refused, now)


def _take_in(
    services: Services, connection: Connection, sender: _Sender, messages: Sequence[Message], now: datetime
) -> Receipt:
    fresh = _new_ones(connection, sender, messages)
    for message in fresh:
        connection.execute(inbox.insert().values(**inbox_row(message, now)))
        _project(services, connection, sender, message, now)
    connection.execute(
        update(devices).where(devices.c.device_id == sender.device_id).values(last_seen_at=now)
    )
    if not messages:
        return Receipt()
    upto = _advance(connection, sender.device_id, messages)
    acknowledgement = Acknowledgement(
        device_id=sender.device_id, epoch=messages[0].epoch, hub_epoch=hub_epoch(connection), upto=upto
    )
    topic = topics.acknowledgements(sender.site_id, sender.device_id)
    reply = Reply(topic, encode_acknowledgement(acknowledgement))
    return Receipt(stored=len(fresh), repeated=len(messages) - len(fresh), reply=reply)


def _project(
    services: Services, connection: Connection, sender: _Sender, message: Message, now: datetime
) -> None:
    """Apply a message; one that cannot be applied stays in the inbox and does not block its lane."""
    try:
        with connection.begin_nested():
            project(services, connection, message, now)
    except (UnfitContentError, IntegrityError, DataError, OverflowError) as error:
        detail = f"{message.lane} {message.seq}: {error}".splitlines()[0]
        set_aside(connection, sender.refused(QuarantineCode.UNFIT_CONTENT, detail), now)


def _new_ones(connection: Connection, sender: _Sender, messages: Sequence[Message]) -> list[Message]:
    """Drop repeats; a place in a lane that holds another message means a cloned device."""
    known: dict[tuple[str, int], str] = {}
    for lane in {message.lane for message in messages}:
        places = [message.seq for message in messages if message.lane is lane]
        known |= _stored_ids(connection, messages[0], lane, places)
    fresh = []
    for message in messages:
        place = (message.lane, message.seq)
        if place not in known:
            fresh.append(message)
        if known.setdefault(place, message.message_id) != message.message_id:
            detail = f"{message.lane} {message.seq} of epoch {message.epoch[:32]} is two different messages"
            raise _RefusalError(sender.refused(QuarantineCode.CLONED_DEVICE, detail))
    return fresh


def _stored_ids(
    connection: Connection, sample: Message, lane: MessageLane, places: Sequence[int]
) -> dict[tuple[str, int], str]:
    query = select(inbox.c.seq, inbox.c.message_id).where(
        inbox.c.device_id == sample.device_id,
        inbox.c.epoch == sample.epoch,
        inbox.c.lane == lane,
        inbox.c.seq.between(min(places), max(places)),
    )
    return {(lane, row.seq): row.message_id for row in connection.execute(query)}


def _advance(connection: Connection, device_id: str, messages: Sequence[Message]) -> dict[MessageLane, int]:
    """Move each lane's mark over everything that is now without a gap; returns all marks of the epoch."""
    epoch = messages[0].epoch
    marks = _marks(connection, device_id, epoch)
    for lane in {message.lane for message in messages}:
        before = marks.get(lane, 0)
        upto = _contiguous(connection, (device_id, epoch, lane), before)
        if upto > before:
            row = {"device_id": device_id, "epoch": epoch, "lane": lane, "upto": upto}
            insert_or_update(connection, lane_progress, row, ("device_id", "epoch", "lane"))
            marks[lane] = upto
    return marks


def _marks(connection: Connection, device_id: str, epoch: str) -> dict[MessageLane, int]:
    query = select(lane_progress).where(
        lane_progress.c.device_id == device_id, lane_progress.c.epoch == epoch
    )
    return {MessageLane(row.lane): row.upto for row in connection.execute(query)}


def _contiguous(connection: Connection, place: tuple[str, str, str], upto: int) -> int:
    device_id, epoch, lane = place
    query = (
        select(inbox.c.seq)
        .where(
            inbox.c.device_id == device_id, inbox.c.epoch == epoch, inbox.c.lane == lane, inbox.c.seq > upto
        )
        .order_by(inbox.c.seq)
        .limit(_GAP_SCAN)
    )
    for seq in connection.scalars(query):
        if seq != upto + 1:
            break
        upto = seq
    return upto


def _sender(topic: str, payload: bytes) -> _Sender:
    try:
        site_id, device_id = topics.device_of(topic)
    except MessageError as error:
        raise _RefusalError(Refused(QuarantineCode.MALFORMED, "", topic, str(error), payload)) from error
    return _Sender(topic, site_id, device_id, payload)


def _decoded(sender: _Sender) -> tuple[Message, ...]:
    try:
        messages = decode_batch(sender.payload, device_id=sender.device_id)
    except MessageError as error:
        raise _RefusalError(sender.refused(QuarantineCode.MALFORMED, str(error))) from error
    if len({message.epoch for message in messages}) > 1:
        raise _RefusalError(sender.refused(QuarantineCode.MALFORMED, "batch: messages of several epochs"))
    for message in messages:
        if message.seq > _MAX_SEQ or max(len(message.epoch), len(message.message_id)) > _MAX_ID_LENGTH:
            detail = f"batch: seq, epoch or message_id of message {message.message_id[:64]!r} is too long"
            raise _RefusalError(sender.refused(QuarantineCode.MALFORMED, detail))
    return messages


def _require_registered(connection: Connection, sender: _Sender) -> Row[tuple[object, ...]]:
    row = connection.execute(select(devices).where(devices.c.device_id == sender.device_id)).first()
    if row is None:
        raise _RefusalError(sender.refused(QuarantineCode.UNKNOWN_DEVICE, "the device is not registered"))
    if row.revoked_at is not None:
        raise _RefusalError(sender.refused(QuarantineCode.REVOKED_DEVICE, "the device is revoked"))
    if row.site_id != sender.site_id:
        detail = f"the device is registered at {row.site_id!r}, not at {sender.site_id!r}"
        raise _RefusalError(sender.refused(QuarantineCode.WRONG_SITE, detail))
    return row


def _set_aside(services: Services, refused: Refused, now: datetime) -> Receipt:
    with writing(services.engine) as connection:
        set_aside(connection, refused, now)
    return Receipt(refused=refused.code)
