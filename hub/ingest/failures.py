"""What a failure of the store means for a payload: wait, stop, or set it aside. Pure."""

from enum import StrEnum

from sqlalchemy.exc import DBAPIError, OperationalError, TimeoutError

from hub.store.pictures import EvidenceError

_WAIT_CLASSES = ("08", "25", "40", "53", "55", "57", "58")
"""SQLSTATE classes: connection, a standby that is not written to, lost races, resources (disk full), locks,
a server that goes down or comes up, its files."""
_SCHEMA_CLASSES = ("0A", "3D", "3F", "42", "XX")
"""Missing tables, columns or rights, and damage: no payload changes that, and no waiting."""
_SQLITE_WAITS = (
    "SQLITE_BUSY",
    "SQLITE_CANTOPEN",
    "SQLITE_FULL",
    "SQLITE_IOERR",
    "SQLITE_LOCKED",
    "SQLITE_READONLY",
)
_SQLITE_STOPS = ("SQLITE_CORRUPT", "SQLITE_ERROR", "SQLITE_NOTADB", "SQLITE_SCHEMA")


class Failure(StrEnum):
    """What to do about it."""

    WAIT = "wait"
    """The store is away, busy or full: the same payload goes in later."""
    STOP = "stop"
    """The schema is not the one this program writes: nothing goes in until a person acts."""
    REFUSE = "refuse"
    """The store takes everything but this payload."""


def failure_of(error: Exception) -> Failure:
    """Judge an exception of a write by its SQLSTATE or SQLite's error name, never by its text."""
    if isinstance(error, (EvidenceError, TimeoutError)):
        return Failure.WAIT
    if not isinstance(error, DBAPIError):
        return Failure.REFUSE
    if error.connection_invalidated:
        return Failure.WAIT
    sqlstate = getattr(error.orig, "sqlstate", None)
    if sqlstate is not None:
        return _by_prefix(sqlstate, _WAIT_CLASSES, _SCHEMA_CLASSES)
    name = getattr(error.orig, "sqlite_errorname", None)
    if name is not None:
        return _by_prefix(name, _SQLITE_WAITS, _SQLITE_STOPS)
    # psycopg has no SQLSTATE for a server that it does not reach.
    return Failure.WAIT if isinstance(error, OperationalError) else Failure.REFUSE


def _by_prefix(code: str, waits: tuple[str, ...], stops: tuple[str, ...]) -> Failure:
    if code.startswith(waits):
        return Failure.WAIT
    return Failure.STOP if code.startswith(stops) else Failure.REFUSE
