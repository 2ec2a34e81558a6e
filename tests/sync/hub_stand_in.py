"""The least a hub must do: store each message once, then acknowledge what is contiguous."""

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sync.codec import decode_batch, encode_acknowledgement
from sync.errors import BrokerError
from sync.messages import Acknowledgement, Message, MessageLane
from sync.ports import Transport
from sync.topics import ALL_EVENTS, acknowledgements, device_of


class HubStandIn:
    """Keeps messages by device, epoch, lane and sequence; counts what came again."""

    def __init__(self, hub_epoch: str = "hub-1") -> None:
        self.hub_epoch = hub_epoch
        self.stored: dict[tuple[str, str, MessageLane], dict[int, Message]] = defaultdict(dict)
        self.repeats = 0
        self.clones = 0

    def take(self, batch: bytes) -> list[Acknowledgement]:
        """Store a batch and return what to acknowledge, per device and epoch."""
        messages = decode_batch(batch)
        for message in messages:
            lane = self.stored[message.device_id, message.epoch, message.lane]
            held = lane.setdefault(message.seq, message)
            if held is not message:
                self.repeats += 1
                self.clones += held.message_id != message.message_id
        senders = dict.fromkeys((message.device_id, message.epoch) for message in messages)
        return [self.acknowledgement(device_id, epoch) for device_id, epoch in senders]

    def acknowledgement(self, device_id: str, epoch: str) -> Acknowledgement:
        upto = {
            lane: _contiguous(held)
            for (device, its_epoch, lane), held in self.stored.items()
            if (device, its_epoch) == (device_id, epoch)
        }
        return Acknowledgement(device_id=device_id, epoch=epoch, hub_epoch=self.hub_epoch, upto=upto)

    def bodies_in_order(self, lane: MessageLane) -> list[str]:
        """Return the message ids of a lane, epoch by epoch in order of arrival, by sequence."""
        return [
            held[seq].message_id
            for (_, _, its_lane), held in self.stored.items()
            if its_lane is lane
            for seq in range(1, _contiguous(held) + 1)
        ]

    def count(self) -> int:
        return sum(len(held) for held in self.stored.values())

    def most_common_id(self) -> int:
        """How often the most frequent message id was stored; 1 when nothing is there twice."""
        ids = Counter(message.message_id for held in self.stored.values() for message in held.values())
        return max(ids.values(), default=0)


def _contiguous(held: dict[int, Message]) -> int:
    seq = 0
    while seq + 1 in held:
        seq += 1
    return seq


@contextmanager
def serving(hub: HubStandIn, transport: Transport, *, acknowledges: bool = True) -> Iterator[None]:
    """Serve a hub in a thread that connects again whenever the line breaks."""
    stop = threading.Event()
    thread = threading.Thread(target=_serve, args=(hub, transport, stop, acknowledges))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(20)


def _serve(hub: HubStandIn, transport: Transport, stop: threading.Event, acknowledges: bool) -> None:
    while not stop.is_set():
        try:
            transport.connect()
            transport.subscribe([ALL_EVENTS])
            while not stop.is_set():
                incoming = transport.receive(0.05)
                if incoming is None:
                    continue
                site_id, _ = device_of(incoming.topic)
                for acknowledgement in hub.take(incoming.payload) if acknowledges else ():
                    transport.publish(
                        acknowledgements(site_id, acknowledgement.device_id),
                        encode_acknowledgement(acknowledgement),
                        is_retained=True,
                    )
        except BrokerError:
            stop.wait(0.02)
    transport.close()


def eventually(condition: Callable[[], bool], timeout_s: float = 20.0) -> bool:
    """Wait for a condition, with a deadline; returns whether it came true."""
    waiting = threading.Event()
    for _ in range(int(timeout_s / 0.01)):
        if condition():
            return True
        waiting.wait(0.01)
    return condition()
