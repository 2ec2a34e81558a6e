"""Pure: how often a listed subject has crossed, by what people confirmed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sync.messages import Answer

IN, OUT = "in", "out"
WINDOWS = {"24h": timedelta(hours=24), "7d": timedelta(days=7), "30d": timedelta(days=30)}
"""The sliding windows, by the name settings give them."""


@dataclass(frozen=True, slots=True)
class ConfirmedCrossing:
    """A crossing of one subject that a person confirmed."""

    crossing_id: str
    at: datetime
    direction: str
    """``in``, ``out`` or empty."""


@dataclass(frozen=True, slots=True)
class CrossingCount:
    """Crossings within one window; those without a known direction are neither entry nor exit."""

    crossings: int
    entries: int
    exits: int


def is_confirmed(answers: Sequence[Answer]) -> bool:
    """Whether the newest of the answers, oldest first, says it is the same person."""
    return bool(answers) and answers[-1] is Answer.SAME


def count_within(crossings: Iterable[ConfirmedCrossing], span: timedelta, now: datetime) -> CrossingCount:
    """Count the crossings of (now - span, now], each once however many alerts it had."""
    ways = {c.crossing_id: c.direction for c in crossings if now - span < c.at <= now}
    return CrossingCount(len(ways), _of(ways, IN), _of(ways, OUT))


def _of(ways: dict[str, str], direction: str) -> int:
    return sum(way == direction for way in ways.values())
