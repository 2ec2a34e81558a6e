"""The state and blocks of a chain in one file of SQLite, for several processes."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from hub.origin.chain.node import NodeError
from hub.origin.chain.recursion import kept_recursion_limit

with kept_recursion_limit():
    from eth.abc import AtomicWriteBatchAPI
    from eth.db.atomic import AtomicDBWriteBatch
    from eth.db.backends.base import BaseAtomicDB

WAIT_S = 30.0
"""For another process that writes."""


class ChainFile(BaseAtomicDB):
    """Values by key, as py-evm keeps them; used within a `turn`."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it; raises `NodeError` where it cannot be one."""
        self._path = path
        self._lock = RLock()
        with _as_node_error(path):
            self._connection = sqlite3.connect(
                path, timeout=WAIT_S, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute(
                "CREATE TABLE IF NOT EXISTS held (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID"
            )

    @contextmanager
    def turn(self, *, is_writing: bool) -> Iterator[None]:
        """See one state of the file throughout; what is written counts at the end, all or nothing.

        Raises `NodeError` where another process holds it too long, or the disk fails.
        """
        with self._lock, _as_node_error(self._path):
            self._connection.execute("BEGIN IMMEDIATE" if is_writing else "BEGIN")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    @contextmanager
    def atomic_batch(self) -> Iterator[AtomicWriteBatchAPI]:
        """Collect changes and make them together."""
        with AtomicDBWriteBatch._commit_unless_raises(self) as batch:
            yield batch

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __getitem__(self, key: bytes) -> bytes:
        found = self._connection.execute("SELECT value FROM held WHERE key = ?", (key,)).fetchone()
        if found is None:
            raise KeyError(key)
        return bytes(found[0])

    def __setitem__(self, key: bytes, value: bytes) -> None:
        self._connection.execute("INSERT OR REPLACE INTO held VALUES (?, ?)", (key, value))

    def __delitem__(self, key: bytes) -> None:
        if self._connection.execute("DELETE FROM held WHERE key = ?", (key,)).rowcount == 0:
            raise KeyError(key)

    def _exists(self, key: bytes) -> bool:
        return self._connection.execute("SELECT 1 FROM held WHERE key = ?", (key,)).fetchone() is not None


@contextmanager
def _as_node_error(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise NodeError(f"{path}: {error}") from error
