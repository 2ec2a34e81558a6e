"""Keeps the newest package of a few lists opened: a fleet's downloads open it once."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

PACKAGES_OPEN = 3
ROOM_BYTES = 256 * 1024**2
"""Room for two packages of about 100,000 subjects."""


@dataclass(frozen=True, slots=True)
class StoredPackage:
    """Which package the store holds now, as its rows say."""

    list_id: str
    version: int
    sha256: str
    """Digest of the opened package, in hexadecimal, as the version's row has it."""
    sealed_size: int
    """Bytes as sealed."""


class OpenedPackages:
    """One package per list, the newest that was asked for; safe for threads.

    Takes at most `packages` packages and `room` bytes together: what was not asked for longest gives way,
    and a package larger than that is opened at each call. Whoever asks has read the store's rows in its own
    transaction: a package that is gone or was replaced there is never answered from here.
    """

    def __init__(self, *, packages: int = PACKAGES_OPEN, room: int = ROOM_BYTES) -> None:
        self._packages, self._room = packages, room
        self._lock = threading.Lock()
        self._held: dict[str, tuple[StoredPackage, bytes]] = {}
        """By list, what was asked for longest ago first."""

    def content(self, stored: StoredPackage, open_package: Callable[[], bytes]) -> bytes:
        """Return the opened package; those who ask at once wait for the one who opens it."""
        with self._lock:
            held = self._held.get(stored.list_id)
            if held is not None and held[0] == stored:
                self._keep(*held)
                return held[1]
            content = open_package()
            if held is None or held[0].version <= stored.version:
                self._keep(stored, content)
            return content

    def _keep(self, stored: StoredPackage, content: bytes) -> None:
        self._held.pop(stored.list_id, None)
        if len(content) > self._room:
            return
        self._held[stored.list_id] = (stored, content)
        while len(self._held) > self._packages or self._size() > self._room:
            del self._held[next(iter(self._held))]

    def _size(self) -> int:
        return sum(len(content) for _, content in self._held.values())
