"""io: a recording on the disk, sealed entry by entry."""

import os
from contextlib import suppress
from pathlib import Path

from edge_agent.errors import RecordingError
from edge_agent.recording.decision_stream import chained
from edge_agent.recording.recording import (
    AnyStep,
    Ended,
    Entry,
    Recording,
    decode_recording,
    encode_entry,
    opening_of,
    seal_entry,
)
from sync.sealing import RowSeal


class RecordingFile:
    """A new recording; readable only once it was ended."""

    def __init__(self, path: Path, seal: RowSeal, recording_id: str) -> None:
        """Create the file, mode 0600; never overwrites; raises `RecordingError`."""
        self.path = path
        self._seal = seal
        self._recording_id = recording_id
        self._entries = 0
        self._digests: list[bytes] = []
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self._file = os.fdopen(descriptor, "wb")
            self._file.write(opening_of(recording_id))
        except OSError as error:
            raise RecordingError(f"recording {path}: {error.strerror}") from error

    @property
    def is_running(self) -> bool:
        """Whether it has not been ended."""
        return not self._file.closed

    def write(self, entry: Entry) -> None:
        """Append an entry; raises `RecordingError` when the disk does not take it."""
        if isinstance(entry, AnyStep):
            self._digests.append(entry.digest)
        content = seal_entry(self._seal, self._recording_id, self._entries, encode_entry(entry))
        try:
            self._file.write(content)
        except OSError as error:
            raise RecordingError(f"recording {self.path}: {error.strerror}") from error
        self._entries += 1

    def end(self) -> None:
        """Close it as a whole one; may be called twice."""
        if not self.is_running:
            return
        self.write(Ended(chained(self._digests)))
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        except OSError as error:
            raise RecordingError(f"recording {self.path}: {error.strerror}") from error

    def abandon(self, reason: str) -> None:
        """Delete it and raise `RecordingError` with the reason."""
        self.discard()
        raise RecordingError(f"recording {self.path}: {reason}")

    def discard(self) -> None:
        """Delete it."""
        with suppress(OSError):
            # What is still to be written does not matter any more.
            self._file.close()
        self.path.unlink(missing_ok=True)


def read_recording(path: Path, seal: RowSeal) -> Recording:
    """Open a recording; raises `RecordingError` in one line."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RecordingError(f"recording {path}: {error.strerror}") from error
    return decode_recording(data, seal, f"recording {path}")
