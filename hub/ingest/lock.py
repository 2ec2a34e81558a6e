"""Keeps a second ingest off the same store: two would take each other's broker connection away for ever."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hub.errors import HubError


class AlreadyRunningError(HubError):
    """Another ingest works on this store."""


@contextmanager
def only_ingest(folder: Path) -> Iterator[None]:
    """Hold the lock in the evidence folder; the kernel lets go of it however the process ends."""
    path = folder / "ingest.lock"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise HubError(f"{path}: {error.strerror}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise AlreadyRunningError(f"{path}: another kechid-hub ingest already runs on this store") from error
    finally:
        os.close(descriptor)
