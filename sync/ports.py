"""What carries bytes between a device and the hub."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Will:
    """What the broker publishes, retained, when this connection breaks without a good-bye."""

    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Label:
    """What a message says of itself beside its payload (MQTT 5, section 3.3.2.3)."""

    content_type: str = ""
    response_topic: str = ""
    """Where its sender wants the answer."""
    correlation: bytes = b""
    """By which its sender knows the answer."""


NO_LABEL = Label()


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message received."""

    topic: str
    payload: bytes
    is_retained: bool
    """Stored on its topic before this subscription was made."""
    label: Label = NO_LABEL


@dataclass(frozen=True, slots=True)
class Publication:
    """One message to publish."""

    topic: str
    payload: bytes
    label: Label = NO_LABEL


class Reception(StrEnum):
    """What a broker's confirmation says; neither means that the hub has stored anything."""

    ACCEPTED = "accepted"
    NO_SUBSCRIBER = "no-subscriber"


class Transport(Protocol):
    """A connection to a broker, used by one thread; at-least-once, in order per topic.

    Every method but `close` raises `BrokerError` when the connection cannot be made or is lost; `connect`
    may then be called again and starts afresh, while subscriptions and undelivered messages live on at the
    broker. A message counts as delivered when it is received; where the owner acknowledges, when it has.
    """

    @property
    def is_connected(self) -> bool:
        """True while the connection stands."""
        ...

    def connect(self, will: Will | None = None) -> None:
        """Connect and wait until the broker has accepted."""
        ...

    def subscribe(self, topics: Sequence[str]) -> None:
        """Subscribe to topic filters and wait until the broker has granted them."""
        ...

    def publish(
        self,
        topic: str,
        payload: bytes,
        *,
        is_retained: bool = False,
        expiry_s: int | None = None,
        label: Label = NO_LABEL,
    ) -> Reception:
        """Publish and wait until the broker confirms; it forgets the message `expiry_s` seconds later."""
        ...

    def publish_each(self, publications: Sequence[Publication]) -> tuple[Reception, ...]:
        """Publish in this order without a wait between, then wait until the broker confirms each."""
        ...

    def receive(self, timeout_s: float) -> Incoming | None:
        """Return the next message, or None after `timeout_s` seconds; 0 never waits."""
        ...

    def acknowledge(self) -> None:
        """Tell the broker that everything received on this connection is dealt with.

        Until then a new connection receives it again. Harmless where the owner does not acknowledge.
        """
        ...

    def close(self) -> None:
        """Say good-bye, so that the will is not published; harmless when not connected."""
        ...
