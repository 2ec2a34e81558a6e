"""What one node tells of a span of blocks, and how long the next span is. Pure."""

from datetime import datetime

import msgspec

from hub.origin.chain.events import PlacedEvent
from hub.origin.chain.facts import BlockRef

SHORTEST, LONGEST = 1, 50_000
"""Blocks that are asked for at once."""


class Telling(msgspec.Struct, frozen=True):
    """What stands between two blocks of one node's chain, as it was when both stood on it."""

    base: BlockRef | None
    """The block before the first; None: the span begins with the first of all."""
    end: BlockRef
    """The last block of the span."""
    events: tuple[PlacedEvent, ...]
    times: dict[int, datetime]
    """Of the blocks in which batches were anchored."""


def next_span(span: int, *, was_told: bool) -> int:
    """Return how many blocks to ask for next: more after an answer, fewer after none or a slow one."""
    return min(LONGEST, span * 2) if was_told else max(SHORTEST, span // 4)
