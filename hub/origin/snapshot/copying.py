"""Copies a snapshot into one compact file that a border post can open without writing beside it."""

import os
import sqlite3
from hashlib import sha256
from pathlib import Path

import msgspec

from hub.origin.anchoring.leaves import RegistryPlace
from hub.origin.snapshot.opening import SnapshotError, open_to_read
from hub.origin.snapshot.tables import TIP

_PIECE = 1 << 20


class SnapshotCopy(msgspec.Struct, frozen=True):
    """What was written."""

    block: int
    bytes: int
    sha256: str
    """By which the receiver knows that it is the same file."""


def copy_snapshot(path: Path, registry: RegistryPlace, to: Path) -> SnapshotCopy:
    """Write a copy, also beside a process that writes, and put it in place of an older one in one step.

    Raises `SnapshotError` when there is nothing to copy or no place for it.
    """
    connection = open_to_read(path, registry)
    unfinished = to.with_name(f".{to.name}.{os.getpid()}")
    try:
        tip = connection.execute(TIP).fetchone()
        if tip is None:
            raise SnapshotError("nothing has been indexed yet")
        connection.execute("VACUUM INTO ?", (str(unfinished),))
        block = _settle(unfinished)
        unfinished.replace(to)
    except (sqlite3.Error, OSError) as error:
        raise SnapshotError(f"{to}: {error}") from error
    finally:
        connection.close()
        unfinished.unlink(missing_ok=True)
    return SnapshotCopy(block, to.stat().st_size, _digest(to))


def _settle(copy: Path) -> int:
    """Leave no file beside it, get it onto the disk, and return the block it stands at."""
    connection = sqlite3.connect(copy, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = DELETE")
        block = int(connection.execute(TIP).fetchone()[0])
    finally:
        connection.close()
    with copy.open("rb") as file:
        os.fsync(file.fileno())
    return block


def _digest(file: Path) -> str:
    digest = sha256()
    with file.open("rb") as opened:
        while piece := opened.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
