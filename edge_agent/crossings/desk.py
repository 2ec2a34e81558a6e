"""Where documents come in from the lane API, and where the lane says whose they are."""

import hashlib
import hmac
import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from edge_agent.crossings.crossings import DocumentRead
from edge_agent.crossings.document_counts import DocumentCounts
from edge_agent.crossings.document_pseudonyms import identity_of
from edge_agent.crossings.ledger import drop_companions, note_companion, note_seen
from edge_agent.crossings.recent_documents import KEPT_FOR, RecentDocuments
from edge_agent.errors import StoreError
from edge_agent.store.edge_store import EdgeStore
from edge_agent.vision.pipeline import StepResult
from hardware.travel_document import TravelDocument

log = logging.getLogger(__name__)

SEEN_EVERY = timedelta(seconds=15)
"""How exactly the store knows when a subject was last in view."""
EXPIRE_EVERY = timedelta(minutes=1)


class CrossingWatch(Protocol):
    """What the lane's loop tells and asks about crossings."""

    def documents(self) -> Sequence[DocumentRead]:
        """Return the documents read since the last call."""

    def follow(self, step: StepResult, at: datetime) -> None:
        """Take in what one step says of standing crossings."""


class CrossingDesk:
    """The only one who sees a whole document, and only while it is read."""

    def __init__(
        self,
        store: EdgeStore,
        recent: RecentDocuments,
        counts: DocumentCounts,
        window: timedelta,
        randomness: Callable[[int], bytes],
        *,
        is_counting: bool,
    ) -> None:
        """`window` is the lane's crossing window: the same document within it is the same crossing."""
        self._store = store
        self._recent = recent
        self._counts = counts
        self._window = window
        self._is_counting = is_counting
        self._lock = threading.Lock()
        # Joins sightings of one crossing; dies with the process and is never written.
        self._lane_key = randomness(32)
        self._seen_at: datetime | None = None
        self._expire_due: datetime | None = None

    def read(self, document: TravelDocument, direction: str, now: datetime) -> int | None:
        """Take in a document; returns the crossings counted under it, None where none are counted."""
        identity = identity_of(document)
        if identity is None:
            return None
        with self._lock:
            try:
                return self._read(identity, direction, now)
            except StoreError as error:
                # The guard reads the document all the same; one crossing is not counted.
                log.error("document not counted: %s", error)
                return None

    def documents(self) -> Sequence[DocumentRead]:
        """Return the documents read since the last call."""
        return self._recent.take_new()

    def follow(self, step: StepResult, at: datetime) -> None:
        """Write down now and then who is still in view, and leave a subject's own document out of company."""
        own = [each for each in step.own_documents if self._recent.note_own(each)]
        is_due = self._seen_at is None or not self._seen_at <= at < self._seen_at + SEEN_EVERY
        try:
            if own and self._is_counting:
                self._store.write(lambda connection: drop_companions(connection, own))
            if step.alerts_in_view and is_due:
                self._seen_at = at
                self._store.write(lambda connection: note_seen(connection, step.alerts_in_view, at))
        except StoreError as error:
            log.error("crossing not followed: %s", error)

    def expire(self, now: datetime) -> None:
        """Destroy the keys of windows that are over; raises `StoreError`, and is called again."""
        self._recent.forget_before(now - KEPT_FOR)
        if self._expire_due is None or now >= self._expire_due:
            destroyed = self._counts.expire(now)
            self._expire_due = now + EXPIRE_EVERY
            if destroyed:
                log.info("document windows over, keys destroyed: %d", destroyed)

    def _read(self, identity: bytes, direction: str, now: datetime) -> int | None:
        if not self._is_counting:
            key = hmac.new(self._lane_key, identity, hashlib.sha256).digest()
            self._recent.note(DocumentRead(key, direction, now))
            return None
        pseudonym = self._counts.pseudonym(identity, now)
        if not self._recent.is_repeated(pseudonym, now, self._window):
            self._counts.count(pseudonym, direction, now)
        self._recent.note(DocumentRead(pseudonym, direction, now))
        self._store.write(lambda connection: note_companion(connection, pseudonym, now, self._recent.is_own))
        return self._counts.crossings_of(pseudonym)


class NoCrossingWatch:
    """For a lane without documents and without a store."""

    def documents(self) -> Sequence[DocumentRead]:
        """Return none."""
        return ()

    def follow(self, step: StepResult, at: datetime) -> None:
        """Keep nothing."""
