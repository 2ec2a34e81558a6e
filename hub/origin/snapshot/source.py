"""Answers from a snapshot: without a line, in far less than a millisecond, as of the block it says."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import msgspec

from hub.origin.anchoring.leaves import RegistryPlace, batch_key
from hub.origin.certificate.certificate import StateCode
from hub.origin.chain.facts import (
    Anchor,
    Authority,
    BlockRef,
    ChainFacts,
    ChainUnavailableError,
    Provenance,
    Question,
    Role,
    Silence,
    Status,
)
from hub.origin.registry.layout import time_of
from hub.origin.snapshot import tables
from hub.origin.snapshot.opening import SnapshotError, open_to_read


class SnapshotCounts(msgspec.Struct, frozen=True):
    """How much a snapshot holds."""

    batches: int
    statuses: int
    draws: int
    authorities: int


class Listing(msgspec.Struct, frozen=True):
    """How an authority was listed from a block on, until it was listed anew."""

    account: bytes
    block: int
    authority: Authority


class SnapshotSource:
    """Answers from a file that another process writes or replaces by a newer copy; safe for threads."""

    def __init__(self, path: Path, registry: RegistryPlace) -> None:
        """Open it at the first question."""
        self._path = path
        self._registry = registry
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None
        self._file = (0, 0)

    def ask(self, question: Question) -> ChainFacts:
        """Answer as of the block up to which it was written; raises `ChainUnavailableError`."""
        if question.registry != self._registry:
            raise ChainUnavailableError(Silence.NOT_CONFIGURED, "the snapshot is of another registry")
        try:
            with self._reading() as connection:
                return _facts(connection, question)
        except SnapshotError as error:
            raise ChainUnavailableError(Silence.NO_SNAPSHOT, str(error)) from error

    def tip(self) -> BlockRef | None:
        """Return the block up to which it holds everything; raises `SnapshotError`."""
        with self._reading() as connection:
            return _tip(connection)

    def counts(self) -> SnapshotCounts:
        """Count what it holds; raises `SnapshotError`."""
        with self._reading() as connection:
            return SnapshotCounts(*connection.execute(tables.COUNTS).fetchone())

    def listings(self) -> list[Listing]:
        """Return who was listed when, oldest listing of each authority first; raises `SnapshotError`."""
        with self._reading() as connection:
            rows = connection.execute(tables.LISTINGS).fetchall()
            return [Listing(account, block, _authority(*row)) for account, block, *row in rows]

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._let_go()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            connection = self._opened()
            try:
                # One transaction: all of it as of one block.
                connection.execute("BEGIN")
                yield connection
                connection.execute("COMMIT")
            except (sqlite3.Error, ValueError) as error:
                self._let_go()
                raise SnapshotError(f"the snapshot cannot be read: {error}") from error
            except SnapshotError:
                self._let_go()
                raise

    def _opened(self) -> sqlite3.Connection:
        """Return the connection, to the newer file where the path names another one by now."""
        try:
            about = self._path.stat()
        except OSError:
            self._let_go()
            raise SnapshotError("there is no snapshot") from None
        file = (about.st_dev, about.st_ino)
        if self._connection is None or file != self._file:
            self._let_go()
            self._connection, self._file = open_to_read(self._path, self._registry), file
        return self._connection

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _facts(connection: sqlite3.Connection, question: Question) -> ChainFacts:
    block = _tip(connection)
    if block is None:
        raise SnapshotError("nothing has been indexed yet")
    row = connection.execute(tables.BATCH, (batch_key(question.state, question.root),)).fetchone()
    if row is None:
        return ChainFacts(block=block, provenance=Provenance.SNAPSHOT, anchor=None)
    batch, account, issuer, places, anchored_at = row
    listed = connection.execute(tables.LISTED_NOW, (account,)).fetchone()
    place = (batch, question.index)
    status, reason, replaced_by = connection.execute(tables.STATUS_NOW, place).fetchone() or (0, 0, b"")
    used = {
        line: (connection.execute(tables.USED_NOW, (*place, line)).fetchone() or (0,))[0]
        for line in question.lines
    }
    return ChainFacts(
        block=block,
        provenance=Provenance.SNAPSHOT,
        anchor=Anchor(question.state, question.root, places, issuer, time_of(anchored_at)),
        authority=None if listed is None else _authority(*listed),
        status=Status(status),
        reason_code=reason,
        replaced_by=replaced_by,
        used=used,
    )


def _tip(connection: sqlite3.Connection) -> BlockRef | None:
    row = connection.execute(tables.TIP).fetchone()
    return None if row is None else BlockRef(row[0], row[1], time_of(row[2]))


def _authority(state: str, roles: int, begins: int, ends: int) -> Authority:
    return Authority(StateCode(state), Role(roles), time_of(begins), time_of(ends))
