"""Brings a snapshot up to the chain: what enough nodes tell alike, span by span, with what it takes back."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import msgspec

from hub.origin.chain.agreement import agreed, common_heights
from hub.origin.chain.asking import NodeGroup
from hub.origin.chain.events import Anchored, PlacedEvent
from hub.origin.chain.facts import BlockRef, ChainUnavailableError, Silence
from hub.origin.chain.node import ChainReader, NodeError
from hub.origin.snapshot.store import SnapshotStore
from hub.origin.snapshot.telling import Telling, next_span

FIRST_SPAN = 2_000
LONGEST_S = 20.0
"""A node that takes longer for a span does not answer."""
SLOW_S = 5.0
"""A span that takes longer is followed by a shorter one: whoever watches the process wants to hear of it."""
_log = logging.getLogger(__name__)


class IndexTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What is believed."""

    chain_id: int
    agree: int
    """So many nodes, of different states where those are known, have to tell the same."""
    final: bool
    """Only what the chain calls final; else `confirmations` count."""
    confirmations: int = 0
    states: Mapping[str, str] = msgspec.field(default_factory=dict)
    """State by name of node."""


class Progress(msgspec.Struct, frozen=True):
    """How far an indexer is."""

    block: int
    """-1: nothing is indexed."""
    of: int
    events: int
    """Kept by this step."""

    @property
    def is_done(self) -> bool:
        """Whether nothing more can be had now."""
        return self.block >= self.of


class Indexer:
    """Asks all nodes side by side; may be killed at any moment and begins again where it was."""

    def __init__(self, store: SnapshotStore, nodes: Sequence[ChainReader], terms: IndexTerms) -> None:
        """Raise nothing and ask nobody yet."""
        self._store = store
        self.nodes = NodeGroup(nodes, LONGEST_S)
        self._terms = terms
        self._span = FIRST_SPAN
        self._known: set[str] = set()

    def close(self) -> None:
        """End the threads; answers that are on their way are waited for."""
        self.nodes.close()

    def catch_up(self, tell: Callable[[Progress], None] = lambda _: None) -> Progress:
        """Step until nothing more can be had; raises what `step` raises."""
        while True:
            progress = self.step()
            tell(progress)
            if progress.is_done:
                return progress

    def step(self) -> Progress:
        """Index one span, or take blocks back; raises `ChainUnavailableError`, `SnapshotError`."""
        heads = self.nodes.ask_all(self._head)
        heights = list(common_heights(heads, self._terms.states, self._terms.agree))
        detail = f"{len(heads)} nodes answer, {self._terms.agree} have to"
        failure = ChainUnavailableError(Silence.UNREACHABLE, detail)
        # Where only a liar has the highest, the next one is common to honest nodes.
        for height in heights:
            try:
                return self._step_to(height)
            except ChainUnavailableError as error:
                failure = error
        raise failure

    def _step_to(self, target: int) -> Progress:
        tip = self._store.tip()
        if tip is not None and tip.number >= target:
            return self._stay(tip)
        return self._advance(tip, target) if target >= 0 else Progress(-1, target, 0)

    def _stay(self, tip: BlockRef) -> Progress:
        """Look only whether the tip still stands."""
        on_chain = self._agreed_block(tip.number)
        if on_chain is not None and on_chain.digest != tip.digest:
            self._take_back(tip)
            return Progress(-1, tip.number, 0)
        return Progress(tip.number, tip.number, 0)

    def _advance(self, tip: BlockRef | None, target: int) -> Progress:
        first = 0 if tip is None else tip.number + 1
        last = min(target, first + self._span - 1)
        told = self._agreed_telling(first, last)
        if told.base != tip:
            self._take_back(tip)
            return Progress(-1, target, 0)
        self._store.keep(told)
        # Nodes may have let less be read than was asked for.
        _log.info("blocks %d to %d: %d events", first, told.end.number, len(told.events))
        return Progress(told.end.number, target, len(told.events))

    def _agreed_telling(self, first: int, last: int) -> Telling:
        begun = time.monotonic()
        told = self.nodes.ask_all(lambda node: _told(node, first, last))
        found = agreed(told, self._terms.states, self._terms.agree)
        is_soon = time.monotonic() - begun < SLOW_S
        asked, self._span = self._span, next_span(self._span, was_told=found is not None and is_soon)
        if found is not None:
            return found
        if len(told) < self._terms.agree and asked > self._span:
            # Nodes refuse spans that are too long for them, in words of their own: ask for less.
            return self._agreed_telling(first, min(last, first + self._span - 1))
        silence = Silence.DISAGREEMENT if len(told) >= self._terms.agree else Silence.UNREACHABLE
        raise ChainUnavailableError(silence, f"blocks {first} to {last}: {len(told)} nodes answer")

    def _take_back(self, tip: BlockRef | None) -> None:
        """Go back to the last checkpoint that enough nodes still have; while they disagree, stay."""
        for checkpoint in self._store.checkpoints():
            on_chain = self._agreed_block(checkpoint.number)
            if on_chain is None:
                detail = f"block {checkpoint.number} was taken back, and nodes disagree about its place"
                raise ChainUnavailableError(Silence.DISAGREEMENT, detail)
            if on_chain.digest == checkpoint.digest:
                break
        else:
            checkpoint = None
        _log.warning("the chain took blocks back: from %s to %s", _height(tip), _height(checkpoint))
        self._store.take_back(tip, checkpoint)

    def _agreed_block(self, number: int) -> BlockRef | None:
        said = self.nodes.ask_all(lambda node: node.block(number))
        return agreed(said, self._terms.states, self._terms.agree)

    def _head(self, node: ChainReader) -> int:
        if node.name not in self._known:
            if node.chain_id() != self._terms.chain_id:
                raise NodeError("is a node of another chain")
            self._known.add(node.name)
        height = node.head(final=self._terms.final).number
        return height if self._terms.final else height - self._terms.confirmations


def _told(node: ChainReader, first: int, last: int) -> Telling:
    """Ask for a span; the blocks at its ends are asked for last, so that what was read is of one chain."""
    before = node.block(last)
    events = tuple(node.events(first, last))
    times = _times(node, events)
    base = None if first == 0 else node.block(first - 1)
    if node.block(last) != before:
        raise NodeError("its chain changed while it was read")
    return Telling(base, before, tuple(msgspec.structs.replace(one, at=None) for one in events), times)


def _times(node: ChainReader, events: Sequence[PlacedEvent]) -> dict[int, datetime]:
    """Return when the blocks were made in which batches were anchored."""
    times: dict[int, datetime] = {}
    for one in events:
        if isinstance(one.event, Anchored) and one.block not in times:
            times[one.block] = one.at or node.block(one.block).at
    return times


def _height(block: BlockRef | None) -> str:
    return "nothing" if block is None else f"block {block.number}"
