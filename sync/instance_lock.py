"""Keeps a second instance of a program off the same store."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from sync.errors import SyncError


class AlreadyRunningError(SyncError):
    """Another process of this program holds the lock."""


class InstanceLock:
    """An advisory lock on a file; the kernel lets go of it when the process ends, however it ends."""

    def __init__(self, path: Path, program: str) -> None:
        """`program` is how messages call whoever runs already."""
        self._path = path
        self._program = program
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock, in a folder made where there is none; one that is held already is kept.

        Raises `AlreadyRunningError` when another process holds it, `SyncError` when the file cannot be used.
        """
        if self._descriptor is not None:
            return
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise SyncError(f"{self._path}: {error.strerror}") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            reason = f"another {self._program} already runs on this store"
            raise AlreadyRunningError(f"{self._path}: {reason}") from error
        self._descriptor = descriptor

    def release(self) -> None:
        """Let go; may be called twice."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        """Take the lock; raises as `acquire` does."""
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
