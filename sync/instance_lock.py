"""Keeps a second relay off the same store."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from sync.errors import SyncError


class InstanceLock:
    """An advisory lock on a file; the kernel lets go of it when the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = -1

    def __enter__(self) -> Self:
        """Take the lock; raises `SyncError` naming the file when another process holds it."""
        try:
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._descriptor)
            raise SyncError(f"{self._path}: another kechid-sync already runs on this store") from error
        except OSError as error:
            raise SyncError(f"{self._path}: {error.strerror}") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)
