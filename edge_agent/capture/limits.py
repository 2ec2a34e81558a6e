"""When a capture process is given up, and how soon the next one starts.

Together they bring a camera back within five seconds of its link's return: the longest pause, a second for a
fresh process, and two for a connection whose first attempts were lost.
"""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CaptureLimits:
    """Patience with a camera; all in seconds."""

    connect_s: float = 20.0
    """From the start of the process to its first frame."""
    stale_s: float = 3.0
    """Without a new frame before the process is killed."""
    blind_s: float = 2.0
    """Without a new frame before the camera counts as blind."""
    flat_s: float = 10.0
    """Of one single colour before the camera counts as blind."""
    frozen_s: float = 10.0
    """Of one and the same picture, to the bit, before a live camera counts as frozen; a sensor has noise."""
    first_delay_s: float = 0.25
    longest_delay_s: float = 2.0
    healthy_s: float = 30.0
    """Of life, after which old failures are forgiven."""

    def delay_s(self, failures: int, chance: random.Random) -> float:
        """Seconds to wait after so many failures in a row: doubling to the longest, half of it by chance."""
        full = min(self.longest_delay_s, self.first_delay_s * 2.0 ** min(failures - 1, 16))
        return full * (0.5 + 0.5 * chance.random())

    def for_rate(self, seconds: float, frames_per_second: float | None) -> float:
        """Stretch a limit for a camera so slow that three frames take longer."""
        return seconds if frames_per_second is None else max(seconds, 3.0 / frames_per_second)
