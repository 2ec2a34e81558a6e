"""What one node tells of a span of blocks, and what several agree on. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

import msgspec

from hub.origin.chain.events import PlacedEvent
from hub.origin.chain.facts import BlockRef

Said = TypeVar("Said")
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


def agreed(said: Mapping[str, Said], states: Mapping[str, str], agree: int) -> Said | None:
    """Return what nodes of so many states say alike, a node without a state standing for itself.

    None: not enough say the same, or enough for each of two.
    """
    found: list[Said] = []
    for candidate in said.values():
        voices = {_voice(name, states) for name, one in said.items() if one == candidate}
        if len(voices) >= agree and candidate not in found:
            found.append(candidate)
    return found[0] if len(found) == 1 else None


def common_height(heads: Mapping[str, int], states: Mapping[str, str], agree: int) -> int | None:
    """Return the highest block that nodes of so many states have; None: fewer answered."""
    highest: dict[str, int] = {}
    for name, height in heads.items():
        voice = _voice(name, states)
        highest[voice] = max(height, highest.get(voice, -1))
    ranked = sorted(highest.values(), reverse=True)
    return ranked[agree - 1] if len(ranked) >= agree else None


def next_span(span: int, *, was_told: bool) -> int:
    """Return how many blocks to ask for next: more after an answer, fewer after none or a slow one."""
    return min(LONGEST, span * 2) if was_told else max(SHORTEST, span // 4)


def _voice(name: str, states: Mapping[str, str]) -> str:
    return states.get(name) or f"node {name}"
