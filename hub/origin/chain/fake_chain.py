"""A chain in memory that takes blocks back, and nodes of it that lag, fail, refuse and lie."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec

from hub.origin.chain.events import PlacedEvent, RegistryEvent
from hub.origin.chain.facts import BlockRef
from hub.origin.chain.node import NodeError, StateProof

BLOCK_TIME = timedelta(seconds=2)


class _Block(msgspec.Struct, frozen=True):
    ref: BlockRef
    events: tuple[RegistryEvent, ...]


class FakeChain:
    """Blocks with their events; the first is empty."""

    def __init__(self, begins: datetime, chain_id: int = 9441) -> None:
        self.chain_id = chain_id
        self.begins = begins
        self.blocks: list[_Block] = []
        self._salt = 0
        self.mine()

    def mine(self, *events: RegistryEvent) -> BlockRef:
        """Add a block."""
        number = len(self.blocks)
        parent = self.blocks[-1].ref.digest if self.blocks else bytes(32)
        digest = sha256(parent + self._salt.to_bytes(8)).digest()
        ref = BlockRef(number, digest, self.begins + number * BLOCK_TIME)
        self.blocks.append(_Block(ref, events))
        return ref

    def take_back(self, depth: int) -> None:
        """Drop the newest blocks, never the first; those mined in their places have other hashes."""
        del self.blocks[max(1, len(self.blocks) - depth) :]
        self._salt += 1


class FakeNode:
    """A node of it; set its attributes to make it a bad one."""

    def __init__(self, chain: FakeChain, name: str) -> None:
        self.chain = chain
        self.lag = 0
        """Blocks it has not seen yet."""
        self.unsettled = 0
        """Newest blocks that it does not call final."""
        self.longest_span = 1_000_000
        """Asked for more blocks at once, it refuses."""
        self.tells_times = False
        """Says with each event when its block was made."""
        self.before_answer: Callable[[], None] = lambda: None
        """Called before every answer; may raise `NodeError`, or change the chain."""
        self.lie: Callable[[Sequence[PlacedEvent]], Sequence[PlacedEvent]] = lambda events: events
        self._name = name

    @property
    def name(self) -> str:
        """Name of the node."""
        return self._name

    def chain_id(self) -> int:
        """Return the chain's number."""
        self.before_answer()
        return self.chain.chain_id

    def head(self, *, final: bool) -> BlockRef:
        """Return its newest block, or the newest it calls final."""
        self.before_answer()
        newest = self._newest() - (self.unsettled if final else 0)
        return self.chain.blocks[max(0, newest)].ref

    def block(self, number: int) -> BlockRef:
        """Return a block it has."""
        self.before_answer()
        if not 0 <= number <= self._newest():
            raise NodeError(f"no block {number}")
        return self.chain.blocks[number].ref

    def events(self, first: int, last: int) -> Sequence[PlacedEvent]:
        """Return what was told from one block to another."""
        self.before_answer()
        if last - first + 1 > self.longest_span:
            raise NodeError("too many blocks at once")
        found = [
            PlacedEvent(block.ref.number, position, event, block.ref.at if self.tells_times else None)
            for block in self.chain.blocks[first : min(last, self._newest()) + 1]
            for position, event in enumerate(block.events)
        ]
        return self.lie(found)

    def prove(self, block: BlockRef, slots: Sequence[bytes]) -> StateProof:
        """Prove nothing: there is no state, only events."""
        raise NodeError("a chain in memory has no proofs")

    def _newest(self) -> int:
        return len(self.chain.blocks) - 1 - self.lag
