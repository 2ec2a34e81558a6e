"""One live worker per shard: two would take each other's broker connection away for ever."""

import logging
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
from sync.errors import SyncError
from sync.instance_lock import AlreadyRunningError as IsHeldError
from sync.instance_lock import InstanceLock

_log = logging.getLogger(__name__)
INGEST = "ingest"


class AlreadyRunningError(HubError):
    """Another worker has this shard."""

    def __init__(self, shard: Shard, work: str = INGEST) -> None:
        super().__init__(f"shard {shard}: another kechid-hub {work} already runs")


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
def shard_lock(services: Services, shard: Shard, work: str = INGEST) -> Iterator[ShardLock]:
    """Give the lock of a command's shard, not yet taken: on a cluster in the database, else in a file."""
    folder = services.settings.store.evidence
    lock: ShardLock = FileLock(folder / f"{work}-{shard.number}.lock", work)
    if services.engine.dialect.name == "postgresql":
        lock = DatabaseLock(services.engine, shard, work)
    try:
        yield lock
    finally:
        lock.release()


class FileLock:
    """An advisory lock on a file; the kernel lets go of it with the process."""

    def __init__(self, path: Path, work: str = INGEST) -> None:
        self._lock = InstanceLock(path, f"kechid-hub {work}")

    def take(self) -> bool:
        """Take it if nobody has it; raises `HubError` when the file cannot be written."""
        try:
            self._lock.acquire()
        except IsHeldError:
            return False
        except SyncError as error:
            raise HubError(str(error)) from error
        return True

    def keep(self) -> None:
        """Nothing takes a file's lock away."""

    def release(self) -> None:
        """Close the file."""
        self._lock.release()


class DatabaseLock:
    """A PostgreSQL advisory lock on a connection of its own; the server lets go of it with the connection."""

    def __init__(self, engine: Engine, shard: Shard, work: str = INGEST) -> None:
        self._engine = engine
        self._shard = shard
        self._work = work
        # First half of the advisory lock's key; the second is the shard's number.
        self._class = crc32(f"kechid-hub {work}".encode()) - 2**31
        self._connection: Connection | None = None

    def take(self) -> bool:
        """Take it if nobody has it; raises `StoreError` when the server cannot be asked."""
        try:
            self._connection = self._connection or self._open()
            query = select(func.pg_try_advisory_lock(self._class, self._shard.number))
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
            raise AlreadyRunningError(self._shard, self._work)

    def release(self) -> None:
        """Close the connection, dead or alive."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()

    def _open(self) -> Connection:
        return self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
