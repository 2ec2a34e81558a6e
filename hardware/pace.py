"""Decides which frame of a recording is due, so that a replay behaves like a live camera."""

import time
from collections.abc import Callable

from hardware.errors import CameraSourceError

MAX_LATENESS_S = 1.0
"""A replay that falls further behind skips frames, as a live camera's would be lost."""


class Pace:
    """Turns the wish for the next frame into the sequence number to deliver, waiting when it is early."""

    def __init__(
        self,
        frames_per_second: float,
        *,
        is_live: bool,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if not 0.1 <= frames_per_second <= 240:
            raise CameraSourceError(f"{frames_per_second} frames per second is outside 0.1 to 240")
        self._rate = frames_per_second
        self._is_live = is_live
        self._monotonic = monotonic
        self._sleep = sleep
        self._started: float | None = None

    def due(self, sequence: int) -> int:
        """Return `sequence` when its time has come (waiting for it), or a later one when far behind."""
        if not self._is_live:
            return sequence
        if self._started is None:
            self._started = self._monotonic() - sequence / self._rate
        early = self._started + sequence / self._rate - self._monotonic()
        if early > 0:
            self._sleep(early)
            return sequence
        return sequence if early >= -MAX_LATENESS_S else sequence + int(-early * self._rate)
