"""Opens a snapshot's file, and refuses one that is another registry's or of another version."""

import sqlite3
from pathlib import Path
from urllib.parse import quote

from hub.errors import HubError
from hub.origin.anchoring.leaves import RegistryPlace
from hub.origin.snapshot.tables import ABOUT, CREATION, SET_ABOUT, VERSION

BUSY_TIMEOUT_S = 30.0


class SnapshotError(HubError):
    """The snapshot cannot be used; the message is one line without names of files."""


def open_to_read(path: Path, registry: RegistryPlace) -> sqlite3.Connection:
    """Open an existing snapshot; raises `SnapshotError` when there is none or it is no snapshot of that."""
    if not path.is_file():
        raise SnapshotError("there is no snapshot")
    try:
        connection = _connect(f"file:{quote(str(path.absolute()))}?mode=ro")
    except sqlite3.Error as error:
        raise SnapshotError(f"the snapshot cannot be read: {error}") from error
    return _checked(connection, registry)


def open_to_write(path: Path, registry: RegistryPlace) -> sqlite3.Connection:
    """Open a snapshot, or begin one; raises `SnapshotError`."""
    try:
        connection = _connect(f"file:{quote(str(path.absolute()))}")
        # Readers go on while a span is written.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        _create(connection, registry)
    except sqlite3.Error as error:
        raise SnapshotError(f"the snapshot cannot be written: {error}") from error
    return _checked(connection, registry)


def _connect(address: str) -> sqlite3.Connection:
    return sqlite3.connect(
        address, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
    )


def _create(connection: sqlite3.Connection, registry: RegistryPlace) -> None:
    """Make the tables in a new file; a process that dies meanwhile leaves an empty one."""
    connection.execute("BEGIN IMMEDIATE")
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
        for statement in CREATION:
            connection.execute(statement)
        connection.executemany(SET_ABOUT, _about(registry).items())
    connection.execute("COMMIT")


def _about(registry: RegistryPlace) -> dict[str, str]:
    return {
        "version": str(VERSION),
        "chain_id": str(registry.chain_id),
        "registry": registry.address.hex(),
    }


def _checked(connection: sqlite3.Connection, registry: RegistryPlace) -> sqlite3.Connection:
    try:
        found = dict(connection.execute(ABOUT).fetchall())
    except sqlite3.Error as error:
        connection.close()
        raise SnapshotError(f"the file is no snapshot: {error}") from error
    reason = _reason_to_refuse(found, _about(registry))
    if reason is not None:
        connection.close()
        raise SnapshotError(reason)
    return connection


def _reason_to_refuse(found: dict[str, str], wanted: dict[str, str]) -> str | None:
    if found == wanted:
        return None
    if found.get("version") != wanted["version"]:
        version = found.get("version", "none")[:20]
        return f"the snapshot's version is {version}, this program reads {VERSION}"
    return "the snapshot is of another chain or another registry"
