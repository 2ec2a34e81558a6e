"""Performs the pipeline's effects: stores them, and shows them even when the store cannot."""

import hashlib
import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import cv2

from edge_agent.alerts.effects import Effect, Picture, RaiseAlert, UpdateAlert
from edge_agent.alerts.event_feed import EventFeed
from edge_agent.alerts.records import AlertRecords
from edge_agent.alerts.store import JPEG, AlertStore, Evidence, NewAlert, Photo
from edge_agent.alerts.views import AlertRecord, subject_view
from edge_agent.errors import EdgeError, StoreError, UnknownAlertError
from edge_agent.officers.access import Officer
from edge_agent.watchlists.watchlist import Watchlist
from sync.errors import SyncError
from sync.lane_messages import DecisionRequest, ReferenceView
from sync.messages import AlertUpdated, BarrierMoved

log = logging.getLogger(__name__)

PROBE_QUALITY = 92
MAX_WAITING = 1000
"""Writes that wait for the store; beyond it updates are let go, alerts never."""
MAX_REFERENCES = 8
"""Photos a guard compares with."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that could not be stored yet."""

    write: Callable[[], object]
    alert_id: str = ""


class AlertDesk:
    """Where alerts come in from the pipeline and answers from the officers."""

    def __init__(self, alerts: AlertStore, records: AlertRecords, feed: EventFeed) -> None:
        self._alerts = alerts
        self._records = records
        self._feed = feed
        self._lock = threading.RLock()
        self._waiting: deque[Waiting] = deque()
        self._unstored: dict[str, AlertRecord] = {}
        self._photos: dict[str, bytes] = {}
        self.fault: StoreError | None = None
        """What the store last said, None while it works."""

    def perform(self, effect: Effect, watchlists: Sequence[Watchlist]) -> None:
        """Store an effect and announce it; a store that fails makes it wait in memory, shown all the same."""
        if isinstance(effect, RaiseAlert):
            self._raise(new_alert(effect, watchlists))
        else:
            self._update(effect)
        self._feed.announce()

    def retry(self) -> None:
        """Store what waits, in order, until the store fails again."""
        with self._lock:
            while self._waiting:
                try:
                    self._waiting[0].write()
                except StoreError as error:
                    self.fault = error
                    return
                except (EdgeError, SyncError) as error:
                    # It will never fit; what waits behind it must not wait for ever.
                    log.error("left out: %s", error)
                self._forget(self._waiting.popleft())
                self._feed.announce()
            self.fault = None

    def decide(self, alert_id: str, request: DecisionRequest, officer: Officer, now: datetime) -> bool:
        """Store an answer; False for a repeat; raises as `AlertStore.decide`."""
        if alert_id in self._unstored:
            self.retry()
        with self._lock:
            if alert_id in self._unstored:
                raise self.fault or StoreError(f"alert {alert_id} is not stored yet")
        is_new = self._alerts.decide(alert_id, request, officer, now)
        self._feed.announce()
        return is_new

    def evidence(self, evidence_id: str, officer: Officer, now: datetime) -> Evidence:
        """Open a picture; who looked is written down, later when the store is full."""
        with self._lock:
            unstored = self._photos.get(evidence_id)
        found = self._alerts.evidence(evidence_id) if unstored is None else Evidence(JPEG, unstored)
        if not self._try(lambda: self._alerts.note_viewed(evidence_id, officer, now)):
            self._wait(Waiting(lambda: self._alerts.note_viewed(evidence_id, officer, now)))
        return found

    def record_barrier(self, request_id: str, moved: BarrierMoved) -> None:
        """Store a command that was carried out, later when the store cannot take it now."""
        if not self._try(lambda: self._alerts.record_barrier(request_id, moved)):
            self._wait(Waiting(lambda: self._alerts.record_barrier(request_id, moved)))

    def barrier_command(self, request_id: str) -> str | None:
        """Return the action of a command that was stored under this id."""
        return self._records.barrier_command(request_id)

    def alert(self, alert_id: str) -> AlertRecord:
        """Return one alert, stored or not; raises `UnknownAlertError`."""
        with self._lock:
            unstored = self._unstored.get(alert_id)
        return self._records.alert(alert_id) if unstored is None else unstored

    def unstored(self) -> list[AlertRecord]:
        """List alerts that the store has not taken yet, oldest first."""
        with self._lock:
            return list(self._unstored.values())

    def open_alerts(self) -> list[AlertRecord]:
        """List alerts nobody has answered, stored or not."""
        return [*self._records.open_alerts(), *self.unstored()]

    def open_count(self) -> int:
        """Count them; of a store that cannot be read, those in memory."""
        try:
            return self._records.open_count() + len(self._unstored)
        except StoreError:
            return len(self._unstored)

    def _raise(self, alert: NewAlert) -> None:
        if self._try(lambda: self._alerts.raise_alert(alert)):
            return
        with self._lock:
            self._unstored[alert.raised.alert_id] = _unstored_record(alert)
            self._photos |= {photo.evidence_id: photo.content for photo in (alert.probe, *alert.references)}
        self._wait(Waiting(lambda: self._alerts.raise_alert(alert), alert.raised.alert_id))

    def _update(self, effect: UpdateAlert) -> None:
        update = effect.update
        photo = None
        if effect.probe is not None and update.probe_evidence_id is not None:
            photo = Photo(update.probe_evidence_id, encode_jpeg(effect.probe))
        is_known = update.alert_id not in self._unstored
        if is_known and self._try(lambda: self._alerts.update_alert(update, photo)):
            return
        self._note_update(update)
        self._wait(Waiting(lambda: self._alerts.update_alert(update, photo)))

    def _try(self, write: Callable[[], object]) -> bool:
        """Write now unless something older waits; False when it has to wait."""
        self.retry()
        if self.fault is not None:
            return False
        try:
            write()
        except StoreError as error:
            log.error("store: %s", error)
            self.fault = error
            return False
        except UnknownAlertError as error:
            # The store was replaced under a crossing that goes on; its next alert starts afresh.
            log.warning("update left out: %s", error)
        return True

    def _note_update(self, update: AlertUpdated) -> None:
        with self._lock:
            record = self._unstored.get(update.alert_id)
            if record is not None:
                self._unstored[update.alert_id] = replace(record, latest=update)

    def _wait(self, item: Waiting) -> None:
        with self._lock:
            if len(self._waiting) < MAX_WAITING or item.alert_id:
                self._waiting.append(item)

    def _forget(self, item: Waiting) -> None:
        record = self._unstored.pop(item.alert_id, None)
        if record is None:
            return
        for evidence_id in (*record.probe_evidence_ids, *(r.evidence_id for r in record.references)):
            self._photos.pop(evidence_id, None)


def new_alert(effect: RaiseAlert, watchlists: Sequence[Watchlist]) -> NewAlert:
    """Put together what is stored of an alert; the watchlists are those that were searched."""
    raised = effect.alert
    watchlist = next(each for each in watchlists if each.list_id == raised.list_id)
    subject = watchlist.subjects[raised.subject_id]
    photos = [
        Photo(reference_evidence_id(raised.list_id, reference.photo), reference.photo, reference.captured_on)
        for reference in subject.references[:MAX_REFERENCES]
        if reference.photo
    ]
    probe = Photo(raised.probe_evidence_id, encode_jpeg(effect.probe))
    return NewAlert(raised, watchlist.title, subject_view(subject), probe, tuple(photos))


def reference_evidence_id(list_id: str, photo: bytes) -> str:
    """Name a reference photo by its list and content, so that it is kept once for all its alerts."""
    return hashlib.sha256(list_id.encode() + b"\n" + photo).hexdigest()[:32]


def encode_jpeg(picture: Picture) -> bytes:
    """Encode a probe picture."""
    is_encoded, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, PROBE_QUALITY])
    if not is_encoded:
        raise ValueError(f"a probe of shape {picture.shape} cannot be encoded")
    return jpeg.tobytes()


def _unstored_record(alert: NewAlert) -> AlertRecord:
    references = tuple(
        ReferenceView(evidence_id=photo.evidence_id, captured_on=photo.captured_on)
        for photo in alert.references
    )
    probes = (alert.probe.evidence_id,)
    return AlertRecord(alert.raised, None, alert.list_title, probes, references, (), alert.subject)
