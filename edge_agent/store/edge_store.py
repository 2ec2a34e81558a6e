"""The edge's database: one writer thread, one reader thread, one transaction per piece of work."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from edge_agent.alerts.evidence import EvidenceVault
from edge_agent.errors import EvidenceError, StoreDamagedError, StoreError, StoreFullError
from edge_agent.store.schema import create_edge_tables
from sync.errors import SyncError
from sync.inbox import Inbox
from sync.outbox import create_outbox_tables
from sync.sealing import RowSeal
from sync.store_file import open_store, transaction

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

KEY_CHECK = b"kechid evidence key"
ROOM_BYTES = 1 << 20
"""With less free space than this an I/O error means a full disk."""


class EdgeStore:
    """`edge.db`, opened for one edge process; `kechid-sync` may have it open too."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writing = ThreadPoolExecutor(1, "store-writer")
        self._reading = ThreadPoolExecutor(1, "store-reader")
        with translated_errors(path):
            self._writer = self._writing.submit(open_store, path).result()
            self._reader = self._reading.submit(open_store, path).result()
            # What is deleted is overwritten: a destroyed key must not linger in a free page.
            self._writing.submit(self._writer.execute, "PRAGMA secure_delete = ON").result()

    def write(self, work: Work[T]) -> T:
        """Run `work` in one transaction: all of it is on the disk when this returns, or none of it.

        Raises `StoreFullError`, `StoreDamagedError` or `StoreError`.
        """

        def transact() -> T:
            with transaction(self._writer):
                return work(self._writer)

        with translated_errors(self.path):
            return self._writing.submit(transact).result()

    def read(self, work: Work[T]) -> T:
        """Run `work`, which only reads, on the reader's connection; raises like `write`."""
        with translated_errors(self.path):
            return self._reading.submit(work, self._reader).result()

    def scrub(self) -> bool:
        """Empty the journal, where deleted rows still stand; False while another process reads from it."""

        def checkpoint() -> bool:
            return bool(self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)

        with translated_errors(self.path):
            return self._writing.submit(checkpoint).result()

    def close(self) -> None:
        """Finish what is queued and close both connections; may be called twice."""
        for pool, connection in ((self._reading, self._reader), (self._writing, self._writer)):
            try:
                pool.submit(connection.close)
            except RuntimeError:
                continue
            pool.shutdown()

    def __enter__(self) -> "EdgeStore":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_edge_store(path: Path) -> EdgeStore:
    """Open or create the store; raises `StoreDamagedError` when `quick_check` finds the file damaged."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"store {path.parent}: {error.strerror}") from error
    if path.exists():
        check_store_file(path)
    store = EdgeStore(path)
    try:
        store.write(_create_tables)
    except StoreError:
        store.close()
        raise
    return store


def open_vault(
    store: EdgeStore, key: bytes, randomness: Callable[[int], bytes] = os.urandom
) -> EvidenceVault:
    """Return the vault of this store; raises `EvidenceError` when the store was written with another key."""
    store_id = store.write(lambda connection: _store_id(connection, randomness))
    vault = EvidenceVault(RowSeal(key, randomness=randomness), store_id)
    sealed = store.write(
        lambda connection: _meta(connection, "key-check", vault.seal("meta", "check", KEY_CHECK))
    )
    try:
        vault.open("meta", "check", sealed)
    except EvidenceError as error:
        raise EvidenceError(f"store {store.path}: was written with another key") from error
    return vault


def check_store_file(path: Path) -> None:
    """Raise `StoreDamagedError` unless SQLite's own quick check is content."""
    with translated_errors(path):
        connection = sqlite3.connect(path, timeout=30)
        try:
            answers = [str(row[0]) for row in connection.execute("PRAGMA quick_check(1)")]
        finally:
            connection.close()
    if answers != ["ok"]:
        raise StoreDamagedError(f"store {path}: damaged ({answers[0] if answers else 'no answer'})")


def set_aside(path: Path, now: datetime) -> Path:
    """Rename a damaged store with its journal, so that it can be examined, and return its new name."""
    aside = path.with_name(f"{path.name}.damaged-{now:%Y%m%dT%H%M%S}")
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    return aside


def damaged_stores(path: Path) -> list[Path]:
    """List stores that were set aside and not yet taken away by an administrator."""
    return sorted(path.parent.glob(f"{path.name}.damaged-????????T??????"))


@contextmanager
def translated_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours, each of which a caller answers differently."""
    try:
        yield
    except sqlite3.Error as error:
        raise _as_store_error(error, path) from error
    except SyncError as error:
        if isinstance(error.__cause__, sqlite3.Error):
            raise _as_store_error(error.__cause__, path) from error
        raise


def _as_store_error(error: sqlite3.Error, path: Path) -> StoreError:
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    line = f"store {path}: {error}"
    if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _is_full(path)):
        return StoreFullError(line)
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return StoreDamagedError(line)
    return StoreError(line)


def _is_full(path: Path) -> bool:
    return shutil.disk_usage(path.parent).free < ROOM_BYTES


def _create_tables(connection: sqlite3.Connection) -> None:
    create_edge_tables(connection)
    create_outbox_tables(connection)
    Inbox(connection)


def _store_id(connection: sqlite3.Connection, randomness: Callable[[int], bytes]) -> str:
    return _meta(connection, "store-id", randomness(16).hex().encode()).decode()


def _meta(connection: sqlite3.Connection, key: str, first_value: bytes) -> bytes:
    connection.execute("INSERT OR IGNORE INTO store_meta (key, value) VALUES (?, ?)", (key, first_value))
    row = connection.execute("SELECT value FROM store_meta WHERE key = ?", (key,)).fetchone()
    return bytes(row[0])
