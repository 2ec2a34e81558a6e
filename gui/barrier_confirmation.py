"""Opening the barrier takes two presses of the same key, neither too close nor too far apart."""

from dataclasses import dataclass

SHORTEST_S = 0.4
"""Closer together it is a trembling finger or a key repeat, and the waiting starts anew."""
LONGEST_S = 4.0


@dataclass(frozen=True, slots=True)
class BarrierConfirmation:
    """Remembers the first press. Times are seconds of one monotonic clock."""

    asked_s: float | None = None

    def press(self, now_s: float) -> tuple["BarrierConfirmation", bool]:
        """Return the state after a press and whether the barrier is to open."""
        if self.asked_s is None or now_s - self.asked_s > LONGEST_S:
            return BarrierConfirmation(now_s), False
        if now_s - self.asked_s < SHORTEST_S:
            return BarrierConfirmation(now_s), False
        return BarrierConfirmation(), True

    def is_asking(self, now_s: float) -> bool:
        """Tell whether a second press would open the barrier now."""
        return self.asked_s is not None and now_s - self.asked_s <= LONGEST_S
