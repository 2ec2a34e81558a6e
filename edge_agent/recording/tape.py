"""A running lane's recording: sealed, audited, limited in time, deleted after a while."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from edge_agent.errors import RecordingError, StoreError
from edge_agent.recording.file import RecordingFile
from edge_agent.recording.recording import Entry
from edge_agent.settings import RecordingSection
from edge_agent.store.audit import AuditEntry, append_audit
from edge_agent.store.edge_store import EdgeStore
from sync.sealing import RowSeal

log = logging.getLogger(__name__)

SUFFIX = ".kechid-recording"
STAMP = "%Y%m%dT%H%M%SZ"


class LaneTape:
    """The tape of one run of the edge; whatever befalls it, the lane goes on."""

    def __init__(
        self,
        folder: Path,
        section: RecordingSection,
        seal: RowSeal,
        store: EdgeStore,
        now: Callable[[], datetime],
        recording_id: str,
    ) -> None:
        """Begin a recording and write down that it was begun; raises `RecordingError` or `StoreError`."""
        began_at = now()
        self._ends_at = began_at + timedelta(minutes=section.minutes)
        self._store = store
        self._now = now
        self._recording_id = recording_id
        self._audit("recording-on", section.reason)
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise RecordingError(f"recordings {folder}: {error.strerror}") from error
        name = f"{began_at.astimezone(UTC):{STAMP}}-{recording_id}{SUFFIX}"
        self._file = RecordingFile(folder / name, seal, recording_id)
        log.warning("recording %s: templates of everybody who passes are kept", recording_id)

    @property
    def is_running(self) -> bool:
        """Whether everybody who passes is being recorded."""
        return self._file.is_running

    def write(self, entry: Entry) -> None:
        """Append an entry, and end the recording when its time is over."""
        try:
            self._file.write(entry)
        except RecordingError as error:
            self.abandon(str(error))
            return
        if self._now() >= self._ends_at:
            self.end()

    def end(self) -> None:
        """Close the recording as a whole one; may be called twice."""
        if not self.is_running:
            return
        try:
            self._file.end()
        except RecordingError as error:
            self.abandon(str(error))
            return
        self._note_end("complete")

    def abandon(self, reason: str) -> None:
        """Delete the recording: it could not be decided anew."""
        self._file.discard()
        self._note_end(reason)

    def _note_end(self, reason: str) -> None:
        log.warning("recording %s is over: %s", self._recording_id, reason)
        try:
            self._audit("recording-off", reason)
        except StoreError as error:
            # The lane matters more; that it was switched on is in the audit log in any case.
            log.error("recording %s: its end is not in the audit log: %s", self._recording_id, error)

    def _audit(self, action: str, reason: str) -> None:
        entry = AuditEntry(self._now(), "edge", action, self._recording_id, (("reason", reason),))
        self._store.write(lambda connection: append_audit(connection, entry))


def delete_expired(folder: Path, keep: timedelta, now: datetime) -> int:
    """Delete the recordings begun longer than `keep` ago, whole or not; returns how many."""
    expired = [path for path in folder.glob(f"*{SUFFIX}") if _began_at(path) <= now - keep]
    for path in expired:
        path.unlink(missing_ok=True)
        log.info("%s is deleted", path.name)
    return len(expired)


def _began_at(path: Path) -> datetime:
    """Read the time in the name; of a foreign name, long ago: nothing unknown stays in this folder."""
    try:
        return datetime.strptime(path.name.partition("-")[0], STAMP).replace(tzinfo=UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
