"""Reads what came from the broker: a batch, a state, or something to set aside. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from hub.ingest.quarantine import QuarantineCode, Refused
from sync import topics
from sync.codec import decode_batch, decode_device_state
from sync.errors import MessageError
from sync.messages import DeviceState, Message

_MAX_SEQ = 2**63 - 1
_MAX_ID_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Arrival:
    """A payload as the broker delivered it."""

    topic: str
    payload: bytes
    is_retained: bool = False

    @property
    def is_state(self) -> bool:
        """True on a topic of births and wills."""
        return self.topic.endswith("/state")


@dataclass(frozen=True, slots=True)
class Sender:
    """Where a payload came from."""

    topic: str
    site_id: str
    device_id: str
    payload: bytes

    def refused(self, code: QuarantineCode, detail: str) -> Refused:
        """Set the payload aside for a reason."""
        return Refused(code, self.device_id, self.topic, detail, self.payload)


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages of one device and one epoch."""

    sender: Sender
    messages: Sequence[Message]

    @property
    def topic(self) -> str:
        """Where it came from."""
        return self.sender.topic

    @property
    def epoch(self) -> str:
        """The epoch of them all; empty when there are none."""
        return self.messages[0].epoch if self.messages else ""


@dataclass(frozen=True, slots=True)
class State:
    """A birth or will."""

    sender: Sender
    state: DeviceState
    is_retained: bool

    @property
    def topic(self) -> str:
        """Where it came from."""
        return self.sender.topic


def read_arrival(arrival: Arrival) -> Batch | State | Refused:
    """Decode and check a payload by itself, without the store."""
    try:
        site_id, device_id = topics.device_of(arrival.topic)
    except MessageError as error:
        return Refused(QuarantineCode.MALFORMED, "", arrival.topic, str(error), arrival.payload)
    sender = Sender(arrival.topic, site_id, device_id, arrival.payload)
    try:
        if arrival.is_state:
            return _state(sender, is_retained=arrival.is_retained)
        return _batch(sender)
    except MessageError as error:
        return sender.refused(QuarantineCode.MALFORMED, str(error))


def _state(sender: Sender, *, is_retained: bool) -> State | Refused:
    state = decode_device_state(sender.payload)
    if state.device_id != sender.device_id:
        detail = f"state of {state.device_id[:64]!r} on the topic of {sender.device_id!r}"
        return sender.refused(QuarantineCode.MALFORMED, detail)
    return State(sender, state, is_retained)


def _batch(sender: Sender) -> Batch | Refused:
    messages = decode_batch(sender.payload, device_id=sender.device_id)
    if len({message.epoch for message in messages}) > 1:
        return sender.refused(QuarantineCode.MALFORMED, "batch: messages of several epochs")
    for message in messages:
        if message.seq > _MAX_SEQ or not _is_identifier(message.epoch, message.message_id):
            detail = f"batch: seq, epoch or message_id of message {message.message_id[:64]!r} is unfit"
            return sender.refused(QuarantineCode.MALFORMED, detail)
    return Batch(sender, messages)


def _is_identifier(*texts: str) -> bool:
    """Tell whether a store keeps these: PostgreSQL takes no zero byte."""
    return all(0 < len(text) <= _MAX_ID_LENGTH and text.isprintable() for text in texts)
