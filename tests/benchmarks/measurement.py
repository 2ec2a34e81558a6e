"""What a benchmark gives back, and how two ways of doing the same are timed fairly."""

import statistics
import time
from collections.abc import Callable

import msgspec

Step = Callable[[], object]
LESS_IS_BETTER = frozenset({"s", "ms", "us", "gas", "FNIR", "wrong names"})
"""Units: durations, the share of listed people missed, and names that are wrong."""


class Measurement(msgspec.Struct, frozen=True):
    """Medians of ours and its reference on the same input in the same run."""

    name: str
    unit: str
    n: int
    """How often each was measured."""
    ours: float | None = None
    """None when it could not be measured; the notes say why."""
    reference: float | None = None
    notes: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times better ours is: the reference over ours where less is better, else ours over it."""
        if not self.ours or not self.reference:
            return None
        return self.reference / self.ours if self.unit in LESS_IS_BETTER else self.ours / self.reference

    def as_dict(self) -> dict[str, str | int | float | None]:
        """Keys in the order in which they are printed."""
        return {
            "name": self.name,
            "ours": self.ours,
            "reference": self.reference,
            "ratio": self.ratio,
            "unit": self.unit,
            "n": self.n,
            "notes": self.notes,
        }


def not_measured(name: str, unit: str, reason: str) -> Measurement:
    """Say that an input is missing: an answer, not a failure."""
    return Measurement(name, unit, 0, notes=reason)


def interleaved(
    ours: Step, reference: Step, n: int, *, clock: Callable[[], float] = time.perf_counter
) -> tuple[float, float]:
    """Time both by turns after a warm-up of each; returns the medians in seconds.

    Who goes first changes with every turn, so that neither always finds the other's caches.
    """
    times: dict[bool, list[float]] = {True: [], False: []}
    steps = {True: ours, False: reference}
    for _ in range(2):
        ours()
        reference()
    for turn in range(n):
        for is_ours in (turn % 2 == 0, turn % 2 == 1):
            start = clock()
            steps[is_ours]()
            times[is_ours].append(clock() - start)
    return statistics.median(times[True]), statistics.median(times[False])
