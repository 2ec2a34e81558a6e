"""Keeps a second edge process off the same store."""

import fcntl
import os
from pathlib import Path
from types import TracebackType

from edge_agent.errors import StoreBusyError, StoreError


class StoreLock:
    """An advisory lock on `<data>/edge.lock`; the kernel lets go of it when the process dies."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "edge.lock"
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock, in a folder made where there is none.

        Raises `StoreBusyError` when another process holds it, `StoreError` when the folder cannot be used.
        """
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError(f"store {self._path.parent}: {error.strerror}") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            raise StoreBusyError(
                f"store {self._path.parent}: another kechid-edge already runs on it"
            ) from error
        self._descriptor = descriptor

    def release(self) -> None:
        """Let go; may be called twice."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> "StoreLock":
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
