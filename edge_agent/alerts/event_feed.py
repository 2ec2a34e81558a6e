"""Wakes the event streams of the terminals when the store has something new."""

import threading
from collections.abc import Callable

Wake = Callable[[], None]


class EventFeed:
    """Any thread may announce; every subscriber's `wake` is called, and must not block."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wakes: list[Wake] = []

    def announce(self) -> None:
        """Say that there is something new to read."""
        with self._lock:
            wakes = tuple(self._wakes)
        for wake in wakes:
            wake()

    def subscribe(self, wake: Wake) -> Callable[[], None]:
        """Have `wake` called from now on; returns what ends it."""
        with self._lock:
            self._wakes.append(wake)

        def end() -> None:
            with self._lock:
                if wake in self._wakes:
                    self._wakes.remove(wake)

        return end
