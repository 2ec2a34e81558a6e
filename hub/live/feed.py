"""Shell: one thread per process reads the feed of changes and wakes the streams that show them.

Nothing is buffered per stream: each holds its place and reads on from what is kept for all, or from the
store.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Lock, Thread

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from hub.store.database import reading
from hub.store.listening import Listener, listener
from hub.store.notify import MOST, Change, changes_since, position_to_resume

KEPT = 2000
"""Newest changes in memory, for all streams together."""
TURN_S = 0.5
RETRY_S = 1.0
Place = tuple[int, int]
_log = logging.getLogger(__name__)


class LiveFeed:
    """Runs its thread while anybody watches."""

    def __init__(self, engine: Engine, make_listener: Callable[[Engine], Listener] = listener) -> None:
        self._engine = engine
        self._make_listener = make_listener
        self._lock = Lock()
        self._watchers: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}
        self._stop = Event()
        self._kept: deque[tuple[Place, Change]] = deque(maxlen=KEPT)
        self._floor: Place | None = None
        """Before the oldest change kept; None: the thread has not read yet."""

    @contextmanager
    def watching(self, loop: asyncio.AbstractEventLoop) -> Iterator[asyncio.Event]:
        """Give an event that is set whenever there may be something new."""
        woken = asyncio.Event()
        with self._lock:
            if not self._watchers:
                self._start()
            self._watchers[woken] = loop
        try:
            yield woken
        finally:
            with self._lock:
                del self._watchers[woken]
                if not self._watchers:
                    self._stop.set()

    def kept_after(self, position: str) -> tuple[Change, ...] | None:
        """Up to `MOST` changes after a position, oldest first; None when no longer kept."""
        start = place(position)
        found = []
        with self._lock:
            if self._floor is None or start < self._floor:
                return None
            for where, change in reversed(self._kept):
                if where <= start:
                    break
                found.append(change)
        return tuple(reversed(found))[:MOST]

    def stored_after(self, position: str) -> tuple[Change, ...]:
        """Read the same out of the store."""
        with reading(self._engine) as connection:
            return changes_since(connection, position)

    def _start(self) -> None:
        self._stop = Event()
        self._kept.clear()
        self._floor = None
        Thread(target=self._follow, args=(self._stop,), name="live-feed", daemon=True).start()

    def _follow(self, stop: Event) -> None:
        ears, position = self._make_listener(self._engine), ""
        try:
            while not stop.is_set():
                try:
                    position = self._read(position)
                    ears.wait(TURN_S, stop)
                except SQLAlchemyError as error:
                    _log.warning("the feed of changes cannot be read: %s", type(error).__name__)
                    stop.wait(RETRY_S)
        finally:
            ears.close()

    def _read(self, position: str) -> str:
        """Take in what is new; returns the place reached."""
        with reading(self._engine) as connection:
            if not position:
                return self._begin(position_to_resume(connection, None))
            found = changes_since(connection, position)
        if not found:
            return position
        with self._lock:
            for change in found:
                if len(self._kept) == KEPT:
                    self._floor = self._kept[0][0]
                self._kept.append((place(change.position), change))
        self._wake()
        return found[-1].position if len(found) < MOST else self._read(found[-1].position)

    def _begin(self, position: str) -> str:
        with self._lock:
            self._floor = place(position)
        # Somebody may have asked the store just before the thread's first look.
        self._wake()
        return position

    def _wake(self) -> None:
        with self._lock:
            events: dict[asyncio.AbstractEventLoop, list[asyncio.Event]] = {
                loop: [] for loop in self._watchers.values()
            }
            for woken, loop in self._watchers.items():
                events[loop].append(woken)
            for loop, those in events.items():
                # One call for all: each wakes the loop by a write of its own.
                loop.call_soon_threadsafe(_set_all, those)


def _set_all(events: Sequence[asyncio.Event]) -> None:
    for woken in events:
        woken.set()


def place(position: str) -> Place:
    """Read a position of the feed for comparison."""
    first, _, second = position.partition(".")
    return int(first), int(second)
