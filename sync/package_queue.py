"""Downloads packages beside the event stream, each until it is here or a newer version is wanted."""

import logging
import queue
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from sync.backoff import delay_s
from sync.errors import SyncError
from sync.messages import WatchlistManifest

Fetch = Callable[[WatchlistManifest], Path]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A package that is here and is what was signed."""

    manifest: WatchlistManifest
    path: Path


@dataclass(slots=True)
class _Wanted:
    manifest: WatchlistManifest
    attempt: int = 0
    not_before: float = 0.0


class PackageQueue:
    """One thread that downloads the newest wanted version of each list, one at a time."""

    def __init__(
        self, fetch: Fetch, *, chance: Callable[[], float] = random.random, first_s: float = 1.0
    ) -> None:
        """Take the function that downloads; `first_s` is the first wait after a failure."""
        self._fetch = fetch
        self._chance = chance
        self._first_s = first_s
        self._changed = threading.Condition()
        self._wanted: dict[str, _Wanted] = {}
        self._done: queue.SimpleQueue[Downloaded] = queue.SimpleQueue()
        self._is_stopped = False
        self._thread = threading.Thread(target=self._run, name="packages", daemon=True)

    @property
    def is_alive(self) -> bool:
        """True while the thread runs."""
        return self._thread.is_alive()

    def want(self, manifest: WatchlistManifest) -> None:
        """Ask for a version; an older one of the same list is given up."""
        with self._changed:
            held = self._wanted.get(manifest.list_id)
            if held is None or held.manifest != manifest:
                self._wanted[manifest.list_id] = _Wanted(manifest)
                self._changed.notify()

    def forget(self, list_id: str) -> None:
        """Give up what is wanted of a list; a download that runs already may still be handed out."""
        with self._changed:
            self._wanted.pop(list_id, None)

    def finished(self) -> Downloaded | None:
        """Return the next finished download without waiting."""
        try:
            return self._done.get_nowait()
        except queue.Empty:
            return None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._is_stopped = True
            self._changed.notify()

    def _run(self) -> None:
        try:
            while (wanted := self._next()) is not None:
                self._try(wanted)
        except Exception:
            # The relay sees that this thread has ended and ends too.
            _log.exception("package downloads ended")

    def _next(self) -> _Wanted | None:
        """Wait for a list whose time has come; None when stopped."""
        with self._changed:
            while not self._is_stopped:
                now = time.monotonic()
                first = min(self._wanted.values(), key=lambda each: each.not_before, default=None)
                if first is not None and first.not_before <= now:
                    return first
                self._changed.wait(None if first is None else first.not_before - now)
        return None

    def _try(self, wanted: _Wanted) -> None:
        manifest = wanted.manifest
        try:
            path = self._fetch(manifest)
        except SyncError as error:
            _log.warning("%s", error)
            wait = delay_s(wanted.attempt, self._chance(), first_s=self._first_s)
            wanted.attempt, wanted.not_before = wanted.attempt + 1, time.monotonic() + wait
            return
        with self._changed:
            if self._wanted.get(manifest.list_id) is wanted:
                del self._wanted[manifest.list_id]
        self._done.put(Downloaded(manifest, path))
