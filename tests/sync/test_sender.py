"""The sender keeps within its window and resends only what stays unconfirmed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sync.codec import decode_batch
from sync.fakes import InMemoryBroker, InMemoryTransport
from sync.messages import Acknowledgement, MessageLane
from sync.ports import NO_LABEL, Label, Reception, Transport
from sync.sender import Sender, SendPolicy
from tests.sync.checkpoint import DEVICE, Checkpoint

TOPIC = "kechid/red-bridge/lane-1/events"
NOW = datetime(2026, 5, 4, tzinfo=UTC)
POLICY = SendPolicy(batch_bytes=3000, window_bytes=1000, acknowledgement_timeout_s=10.0)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def checkpoint(tmp_path: Path) -> Iterator[Checkpoint]:
    place = Checkpoint(tmp_path)
    yield place
    place.connection.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def broker() -> InMemoryBroker:
    return InMemoryBroker()


@pytest.fixture
def sender(broker: InMemoryBroker, checkpoint: Checkpoint, clock: Clock) -> Sender:
    transport = broker.transport(DEVICE)
    transport.connect()
    return Sender(checkpoint.outbox, transport, TOPIC, POLICY, clock=clock)


@pytest.fixture
def hub(broker: InMemoryBroker) -> Transport:
    transport = broker.transport("hub")
    transport.connect()
    transport.subscribe([TOPIC])
    return transport


def arrived(hub: Transport) -> list[int]:
    """Return the sequences that came since the last look."""
    sequences: list[int] = []
    while (incoming := hub.receive(0)) is not None:
        sequences += [message.seq for message in decode_batch(incoming.payload)]
    return sequences


def confirm(sender: Sender, checkpoint: Checkpoint, upto: int, hub_epoch: str = "h1") -> int:
    acknowledgement = Acknowledgement(
        device_id=DEVICE,
        epoch=checkpoint.outbox.epoch,
        hub_epoch=hub_epoch,
        upto={MessageLane.EVENT: upto},
    )
    return sender.confirm(acknowledgement, NOW)


def test_no_more_goes_out_than_the_window_holds(
    sender: Sender, checkpoint: Checkpoint, hub: Transport
) -> None:
    checkpoint.append(200)
    sender.send_due()
    first = arrived(hub)
    assert 0 < len(first) < 100
    assert sender.send_due() == 0
    confirm(sender, checkpoint, first[-1])
    sender.send_due()
    assert arrived(hub)[0] == first[-1] + 1


class SlowTransport(InMemoryTransport):
    """Takes its time by the test's clock for every message."""

    def __init__(self, broker: InMemoryBroker, clock: Clock) -> None:
        super().__init__(broker, DEVICE)
        self.clock = clock
        self.seconds = 0.0

    def publish(
        self,
        topic: str,
        payload: bytes,
        *,
        is_retained: bool = False,
        expiry_s: int | None = None,
        label: Label = NO_LABEL,
    ) -> Reception:
        self.clock.now += self.seconds
        return super().publish(topic, payload, is_retained=is_retained, expiry_s=expiry_s, label=label)


def test_batches_grow_on_a_quick_line_and_shrink_on_a_slow_one(
    broker: InMemoryBroker, checkpoint: Checkpoint, hub: Transport, clock: Clock
) -> None:
    transport = SlowTransport(broker, clock)
    transport.connect()
    policy = SendPolicy(batch_bytes=2000, most_batch_bytes=8000, window_bytes=1)
    sender = Sender(checkpoint.outbox, transport, TOPIC, policy, clock=clock)
    checkpoint.append(200)
    sizes = []
    for transport.seconds in (0.1, 0.1, 0.1, 0.1, 3.0, 1.5, 3.0, 3.0, 3.0):
        sent = sender.send_due()
        sizes.append(sent)
        confirm(sender, checkpoint, sum(sizes))
    first = sizes[0]
    assert sizes[1] >= 2 * first
    assert sizes[2] == sizes[3] == sizes[4] == max(sizes)
    assert sizes[5] == sizes[6] == sizes[1]
    assert sizes[7] == sizes[8] == first


def test_nothing_is_sent_twice_before_its_time(
    sender: Sender, checkpoint: Checkpoint, hub: Transport, clock: Clock
) -> None:
    checkpoint.append(3)
    sender.send_due()
    clock.now = 9.9
    assert sender.send_due() == 0
    assert arrived(hub) == [1, 2, 3]
    assert sender.is_heard


def test_unconfirmed_messages_go_out_again_and_ever_later(
    sender: Sender, checkpoint: Checkpoint, hub: Transport, clock: Clock
) -> None:
    checkpoint.append(1)
    times = []
    for clock.now in map(float, range(200)):
        if sender.send_due():
            times.append(clock.now)
    assert times == [0, 10, 30, 70, 150]
    assert not sender.is_heard
    confirm(sender, checkpoint, 1)
    assert sender.is_heard


def test_a_lane_that_is_stuck_is_sent_again_however_busy_the_others_are(
    sender: Sender, checkpoint: Checkpoint, hub: Transport, clock: Clock
) -> None:
    checkpoint.append(1, MessageLane.ALERT)
    sender.send_due()
    arrived(hub)
    for upto in range(1, 5):
        checkpoint.append(1)
        sender.send_due()
        clock.now += POLICY.acknowledgement_timeout_s / 4
        confirm(sender, checkpoint, upto)
    arrived(hub)
    sender.send_due()
    assert arrived(hub) == [1]


def test_a_new_connection_sends_again_what_is_unconfirmed(
    sender: Sender, checkpoint: Checkpoint, hub: Transport
) -> None:
    checkpoint.append(3)
    sender.send_due()
    confirm(sender, checkpoint, 2)
    arrived(hub)
    sender.restart()
    sender.send_due()
    assert arrived(hub) == [3]


def test_without_a_subscriber_the_sender_holds_back(
    sender: Sender, broker: InMemoryBroker, checkpoint: Checkpoint, clock: Clock
) -> None:
    checkpoint.append(1)
    assert sender.send_due() == 0
    assert not sender.is_heard
    hub = broker.transport("hub")
    hub.connect()
    hub.subscribe([TOPIC])
    assert sender.send_due() == 0
    clock.now = 1.0
    assert sender.send_due() == 1
    assert sender.is_heard


def test_a_restored_hub_gets_what_was_under_way_again(
    sender: Sender, checkpoint: Checkpoint, hub: Transport
) -> None:
    checkpoint.append(2)
    sender.send_due()
    confirm(sender, checkpoint, 2)
    checkpoint.append(1)
    sender.send_due()
    arrived(hub)
    confirm(sender, checkpoint, 1, hub_epoch="restored")
    sender.send_due()
    assert arrived(hub) == [2, 3]
