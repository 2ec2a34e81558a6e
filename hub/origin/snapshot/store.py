"""Writes a snapshot: one span of blocks in one transaction, taken back where the chain takes blocks back."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from hub.origin.anchoring.leaves import RegistryPlace, batch_key
from hub.origin.chain.events import Anchored, AuthorityListed, DrawnDown, PlacedEvent, StatusChanged
from hub.origin.chain.facts import BlockRef
from hub.origin.snapshot import tables
from hub.origin.snapshot.opening import SnapshotError, open_to_write
from hub.origin.snapshot.telling import Telling

CHECKPOINTS_KEPT = 1_000
"""A chain that takes back more than all of them is read anew from its first block."""


class SnapshotStore:
    """The one writer of a snapshot; another one beside it is noticed and refused."""

    def __init__(self, path: Path, registry: RegistryPlace) -> None:
        """Open it, or begin one; raises `SnapshotError`."""
        self._connection = open_to_write(path, registry)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def tip(self) -> BlockRef | None:
        """Return the block up to which it holds everything; None: it holds nothing yet."""
        row = self._connection.execute(tables.TIP).fetchone()
        return None if row is None else _ref(row)

    def checkpoints(self) -> list[BlockRef]:
        """Return the ends of the last spans, newest first."""
        return [_ref(row) for row in self._connection.execute(tables.CHECKPOINTS)]

    def keep(self, told: Telling) -> None:
        """Add a span to the tip it was asked for; raises `SnapshotError` when that is the tip no longer."""
        with self._writing(expected=told.base):
            for placed in told.events:
                self._add(placed, told)
            self._connection.execute(tables.ADD_CHECKPOINT, _row(told.end))
            self._connection.execute(tables.DROP_CHECKPOINTS, (CHECKPOINTS_KEPT,))

    def take_back(self, tip: BlockRef | None, fork: BlockRef | None) -> None:
        """Forget what was told after a block; None: everything; raises `SnapshotError` for another tip."""
        last = -1 if fork is None else fork.number
        with self._writing(expected=tip):
            for statement in tables.TAKE_BACK:
                self._connection.execute(statement, (last,))

    @contextmanager
    def _writing(self, *, expected: BlockRef | None) -> Iterator[None]:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            if self.tip() != expected:
                raise SnapshotError("another process writes this snapshot")
            yield
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise SnapshotError(f"the snapshot cannot be written: {error}") from error
        finally:
            if self._connection.in_transaction:
                self._connection.rollback()

    def _add(self, placed: PlacedEvent, told: Telling) -> None:
        at = (placed.block, placed.position)
        match placed.event:
            case Anchored() as event:
                self._add_batch(event, at, told.times[placed.block])
            case AuthorityListed() as event:
                self._add_listing(event, at)
            case StatusChanged() as event:
                status = (event.status.value, min(event.reason_code, tables.LARGEST), event.replaced_by)
                self._connection.execute(tables.ADD_STATUS, (event.batch, event.index, *at, *status))
            case DrawnDown() as event:
                self._add_draw(event, at)

    def _add_batch(self, event: Anchored, at: tuple[int, int], anchored_at: datetime) -> None:
        self._connection.execute(tables.ADD_ACCOUNT, (event.issuer,))
        key, seconds = batch_key(event.state, event.root), int(anchored_at.timestamp())
        row = (key, event.state, event.issuer, event.count, seconds, *at)
        self._connection.execute(tables.ADD_BATCH, row)

    def _add_listing(self, event: AuthorityListed, at: tuple[int, int]) -> None:
        self._connection.execute(tables.ADD_ACCOUNT, (event.account,))
        period = (int(event.valid_from.timestamp()), int(event.valid_until.timestamp()))
        row = (event.account, *at, event.state, event.roles.value, *period)
        self._connection.execute(tables.ADD_LISTING, row)

    def _add_draw(self, event: DrawnDown, at: tuple[int, int]) -> None:
        self._connection.execute(tables.ADD_ACCOUNT, (event.customs,))
        line = min(event.line, tables.LARGEST)
        row = (event.batch, event.index, line, *at, event.used, event.parts, event.declaration, event.customs)
        self._connection.execute(tables.ADD_DRAW, row)


def _ref(row: tuple[int, bytes, int]) -> BlockRef:
    number, digest, at = row
    return BlockRef(number, digest, datetime.fromtimestamp(at, UTC))


def _row(block: BlockRef) -> tuple[int, bytes, int]:
    return block.number, block.digest, int(block.at.timestamp())
