"""How old the picture on the screen is, although the camera's machine has another clock."""

from collections import deque
from dataclasses import dataclass, field

STALE_AFTER_S = 1.0


@dataclass(slots=True)
class FrameAge:
    """Compares each picture's own time with the time it came, against the quickest of the latest hundred.

    The difference of the clocks cancels out; a delay that grows, and a picture that stays, do not.
    """

    _offsets: deque[float] = field(default_factory=lambda: deque(maxlen=100))
    _captured_s: float | None = None
    _sequence: int | None = None

    def seen(self, sequence: int, captured_s: float | None, now_s: float) -> None:
        """Note a picture; the same sequence again is the same picture and not newer."""
        if sequence == self._sequence:
            return
        self._sequence = sequence
        self._captured_s = now_s if captured_s is None else captured_s
        self._offsets.append(now_s - self._captured_s)

    def age_s(self, now_s: float) -> float | None:
        """Return seconds since the picture was taken, at least; None before the first."""
        if self._captured_s is None:
            return None
        return max(0.0, now_s - self._captured_s - min(self._offsets))

    def is_stale(self, now_s: float) -> bool:
        """Tell whether nobody may trust the picture any more; no picture is stale too."""
        age = self.age_s(now_s)
        return age is None or age > STALE_AFTER_S
