"""Who was read at the lane just now: keyed hashes in memory, gone after half an hour and with the process."""

import threading
from collections import deque
from datetime import datetime, timedelta

from edge_agent.crossings.co_travellers import are_beside
from edge_agent.crossings.crossings import DocumentRead, OwnDocument

KEPT_FOR = timedelta(minutes=30)
"""A guard who answers later than this finds no co-travellers of that crossing any more."""

MOST_WAITING = 100
"""While no camera delivers, nobody asks; whose the older ones were cannot be told any more."""


class RecentDocuments:
    """Filled by the lane API's threads, read by the store's and the lane's."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reads: deque[DocumentRead] = deque()
        self._own: dict[str, set[bytes]] = {}
        self._waiting: deque[DocumentRead] = deque(maxlen=MOST_WAITING)

    def note(self, read: DocumentRead) -> None:
        """Add a document, also for whoever asks what is new."""
        with self._lock:
            self._reads.append(read)
            self._waiting.append(read)

    def forget_before(self, at: datetime) -> None:
        """Forget what was read before."""
        with self._lock:
            self._reads = deque(each for each in self._reads if each.at >= at)
            kept = {each.key for each in self._reads}
            self._own = {crossing: keys & kept for crossing, keys in self._own.items() if keys & kept}

    def take_new(self) -> tuple[DocumentRead, ...]:
        """Return what was read since the last call."""
        with self._lock:
            new = tuple(self._waiting)
            self._waiting.clear()
        return new

    def note_own(self, own: OwnDocument) -> bool:
        """Remember whose a document is; False when that was known."""
        with self._lock:
            keys = self._own.setdefault(own.crossing_id, set())
            is_new = own.key not in keys
            keys.add(own.key)
        return is_new

    def is_repeated(self, key: bytes, at: datetime, within: timedelta) -> bool:
        """Whether the same document was read within this time before."""
        with self._lock:
            return any(each.key == key and at - within <= each.at <= at for each in self._reads)

    def beside(self, crossing_id: str, first: datetime, last: datetime) -> frozenset[bytes]:
        """Return documents read beside a crossing, without the traveller's own as far as they are known."""
        with self._lock:
            near = {each.key for each in self._reads if are_beside((first, last), (each.at, each.at))}
            return frozenset(near - self._own.get(crossing_id, set()))

    def is_own(self, crossing_id: str, key: bytes) -> bool:
        """Whether the document is known to be the traveller's of this crossing."""
        with self._lock:
            return key in self._own.get(crossing_id, set())
