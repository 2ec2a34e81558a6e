"""A snapshot is kept fresh through outages, and its keeper ends when it is told to."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from hub.origin.chain.fake_chain import FakeChain, FakeNode
from hub.origin.chain.node import NodeError
from hub.origin.snapshot.indexer import Indexer, IndexTerms, Progress
from hub.origin.snapshot.keeping import SnapshotKeeper
from hub.origin.snapshot.store import SnapshotStore
from tests.hub.origin.snapshot.told import BEGINS, REGISTRY, anchored

TERMS = IndexTerms(chain_id=9441, agree=1, final=False)


class CountedWaits(Event):
    """Never waits; says how long it was asked to, and ends after some."""

    def __init__(self, until: int) -> None:
        super().__init__()
        self.waits: list[float] = []
        self._until = until

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout or 0.0)
        if len(self.waits) >= self._until:
            self.set()
        return self.is_set()


@pytest.fixture
def node() -> FakeNode:
    return FakeNode(FakeChain(BEGINS), "a")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SnapshotStore]:
    made = SnapshotStore(tmp_path / "snapshot.db", REGISTRY)
    yield made
    made.close()


def test_new_blocks_are_taken_at_every_look(node: FakeNode, store: SnapshotStore) -> None:
    stop, told = CountedWaits(3), list[Progress]()

    def mine(progress: Progress) -> None:
        told.append(progress)
        node.chain.mine(anchored(len(told)))

    SnapshotKeeper(Indexer(store, [node], TERMS), 5.0, stop, tell=mine).run()
    assert [one.block for one in told] == [0, 1, 2]
    assert stop.waits == [5.0] * 3


def test_an_outage_is_waited_out_with_growing_pauses(node: FakeNode, store: SnapshotStore) -> None:
    stop = CountedWaits(5)

    def away() -> None:
        if len(stop.waits) < 3:
            raise NodeError("timed out")

    node.before_answer = away
    SnapshotKeeper(Indexer(store, [node], TERMS), 5.0, stop, chance=lambda: 1.0).run()
    assert stop.waits == [6.0, 7.0, 9.0, 5.0, 5.0]
    assert store.tip() == node.chain.blocks[0].ref


def test_a_keeper_that_is_stopped_ends_between_two_spans(node: FakeNode, store: SnapshotStore) -> None:
    stop = Event()
    for number in range(20):
        node.chain.mine(anchored(number))
    node.longest_span = 3
    SnapshotKeeper(Indexer(store, [node], TERMS), 5.0, stop, tell=lambda _: stop.set()).run()
    tip = store.tip()
    assert tip is not None
    assert tip.number < 20
