"""One live worker per shard: two would take each other's broker connection away for ever."""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from zlib import crc32

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from hub.bootstrap import Services
from hub.errors import HubError, StoreError
from hub.ingest.sharding import Shard

_log = logging.getLogger(__name__)
_CLASS = crc32(b"kechid-hub ingest") - 2**31
"""First half of the advisory lock's key; the second is the shard's number."""


class AlreadyRunningError(HubError):
    """Another worker has this shard."""

    def __init__(self, shard: Shard) -> None:
        super().__init__(f"shard {shard}: another kechid-hub ingest already runs")


class ShardLock(Protocol):
    """A lock that ends with its process, however that ends."""

    def take(self) -> bool:
        """Take it if nobody has it; a lock that is held already is kept."""
        ...

    def keep(self) -> None:
        """Make sure that it is still held; raises `AlreadyRunningError` when another worker has it."""
        ...

    def release(self) -> None:
        """Let go."""
        ...


@contextmanager
def shard_lock(services: Services, shard: Shard) -> Iterator[ShardLock]:
    """Give the shard's lock, not yet taken: in the database on a cluster, beside the evidence otherwise."""
    lock: ShardLock = FileLock(services.settings.store.evidence / f"ingest-{shard.number}.lock")
    if services.engine.dialect.name == "postgresql":
        lock = DatabaseLock(services.engine, shard)
    try:
        yield lock
    finally:
        lock.release()


class FileLock:
    """An advisory lock on a file; the kernel lets go of it with the process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = -1

    def take(self) -> bool:
        """Take it if nobody has it; raises `HubError` when the file cannot be written."""
        if self._descriptor >= 0:
            return True
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise HubError(f"{self._path}: {error.strerror}") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def keep(self) -> None:
        """Nothing takes a file's lock away."""

    def release(self) -> None:
        """Close the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class DatabaseLock:
    """A PostgreSQL advisory lock on a connection of its own; the server lets go of it with the connection."""

    def __init__(self, engine: Engine, shard: Shard) -> None:
        self._engine = engine
        self._shard = shard
        self._connection: Connection | None = None

    def take(self) -> bool:
        """Take it if nobody has it; raises `StoreError` when the server cannot be asked."""
        try:
            self._connection = self._connection or self._open()
            query = select(func.pg_try_advisory_lock(_CLASS, self._shard.number))
            return bool(self._connection.scalar(query))
        except SQLAlchemyError as error:
            self.release()
            raise StoreError(f"shard {self._shard}: its lock cannot be asked for: {error}") from error

    def keep(self) -> None:
        """Notice a lost connection and take the lock anew; a server that is away is not asked twice.

        While it is away nothing is stored either, and should two workers meet, a device's row parts them.
        """
        try:
            if self._connection is not None:
                self._connection.scalar(select(1))
                return
        except SQLAlchemyError:
            _log.warning("shard %s: the lock's connection is lost", self._shard)
            self.release()
        try:
            is_taken = self.take()
        except StoreError:
            return
        if not is_taken:
            raise AlreadyRunningError(self._shard)

    def release(self) -> None:
        """Close the connection, dead or alive."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()

    def _open(self) -> Connection:
        return self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
