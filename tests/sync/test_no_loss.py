"""Whatever a line loses, repeats or reorders, the hub gets each message once and in order."""

import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.codec import decode_acknowledgement, encode_acknowledgement, encode_batch
from sync.messages import MessageLane
from tests.sync.checkpoint import DEVICE, Checkpoint
from tests.sync.hub_stand_in import HubStandIn

LANES = (MessageLane.ALERT, MessageLane.EVENT)
"""Two lanes show everything that four do."""

steps = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.sampled_from(LANES), st.integers(1, 4)),
        st.tuples(st.just("send"), st.integers(1, 2500), st.booleans()),
        st.tuples(st.just("lose"), st.sampled_from(("up", "down")), st.integers(0, 5)),
        st.tuples(st.just("repeat"), st.sampled_from(("up", "down")), st.integers(0, 5)),
        st.tuples(st.just("deliver"), st.sampled_from(("up", "down")), st.integers(0, 5)),
        st.tuples(st.just("restart"), st.none(), st.none()),
        st.tuples(st.just("restore hub"), st.booleans(), st.none()),
    ),
    max_size=60,
)


class Link:
    """A hub, an edge store and a line between them that keeps packets until told what to do with them."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.checkpoint = checkpoint
        self.hub = HubStandIn()
        self.up: deque[bytes] = deque()
        self.down: deque[bytes] = deque()
        self.under_way: dict[MessageLane, int] = {}
        self.queued: dict[MessageLane, list[str]] = {lane: [] for lane in LANES}
        self.restores = 0

    def step(self, kind: str, what: object, number: object) -> None:
        if kind == "append" and isinstance(what, MessageLane) and isinstance(number, int):
            self.queued[what] += self.checkpoint.append(number, what)
        elif kind == "send" and isinstance(what, int):
            self.send(what, goes_on=bool(number))
        elif kind == "restart":
            self.under_way = {}
        elif kind == "restore hub":
            self.restore_hub(says_so=bool(what))
        elif isinstance(number, int):
            self.handle(kind, self.up if what == "up" else self.down, number)

    def send(self, max_bytes: int, *, goes_on: bool) -> None:
        messages = self.checkpoint.outbox.pending(max_bytes, self.under_way if goes_on else None)
        if messages:
            self.under_way |= {message.lane: message.seq for message in messages}
            self.checkpoint.outbox.mark_sent(messages)
            self.up.append(encode_batch(messages))

    def handle(self, kind: str, line: deque[bytes], index: int, *, may_go_back: bool = False) -> None:
        """Lose, repeat or deliver a packet, not necessarily the first."""
        if not line:
            return
        packet = line[index % len(line)]
        if kind == "repeat":
            line.append(packet)
            return
        line.remove(packet)
        if kind == "deliver" and line is self.up:
            self.down += [encode_acknowledgement(each) for each in self.hub.take(packet)]
        elif kind == "deliver":
            ack = decode_acknowledgement(packet)
            self.checkpoint.outbox.acknowledge(ack, datetime.now(UTC), may_go_back=may_go_back)

    def restore_hub(self, *, says_so: bool) -> None:
        """Take the hub back to a backup that misses the newest message of every lane."""
        self.restores += 1
        older = HubStandIn(f"restored-{self.restores}" if says_so else self.hub.hub_epoch)
        for key, held in self.hub.stored.items():
            older.stored[key] = {seq: held[seq] for seq in sorted(held)[:-1]}
        self.hub = older
        outbox = self.checkpoint.outbox
        self.down.append(encode_acknowledgement(older.acknowledgement(DEVICE, outbox.epoch)))

    def settle(self) -> None:
        """Let the line work until nothing is pending and the hub has everything it ever had."""
        for attempt in range(20):
            while self.up:
                self.handle("deliver", self.up, 0)
            while self.down:
                self.handle("deliver", self.down, 0, may_go_back=attempt >= 2)
            if self.checkpoint.outbox.depth() == 0 and attempt >= 2:
                return
            self.send(1 << 20, goes_on=False)
            outbox = self.checkpoint.outbox
            self.down.append(encode_acknowledgement(self.hub.acknowledgement(DEVICE, outbox.epoch)))


@contextmanager
def link() -> Iterator[Link]:
    with tempfile.TemporaryDirectory() as folder:
        checkpoint = Checkpoint(Path(folder))
        checkpoint.connection.execute("PRAGMA synchronous = OFF")
        yield Link(checkpoint)
        checkpoint.connection.close()


@given(steps)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_each_message_arrives_once_and_in_order(script: list[tuple[str, object, object]]) -> None:
    with link() as line:
        for step in script:
            line.step(*step)
        line.settle()
        assert line.checkpoint.outbox.depth() == 0
        assert {lane: line.hub.bodies_in_order(lane) for lane in LANES} == line.queued
        assert line.hub.clones == 0
        assert line.hub.most_common_id() <= 1
