"""Pages of a long list, and the cursors between them."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from hub.errors import FieldProblem, InvalidInputError

Item = TypeVar("Item")

MAX_LIMIT = 200
LARGEST = 2**63 - 1
LARGEST_INTEGER = 2**31 - 1
"""Of a column of 32 bits."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some items, and where the next page starts."""

    items: tuple[Item, ...]
    next_cursor: str | None
    """None: this was the last page."""


@dataclass(frozen=True, slots=True)
class Position:
    """The last item of a page: its time and id."""

    at: datetime
    identifier: str


def encode_cursor(position: Position) -> str:
    """Opaque text for a URL."""
    return base64.urlsafe_b64encode(f"{position.at.isoformat()}|{position.identifier}".encode()).decode()


def decode_cursor(cursor: str) -> Position:
    """Inverse of `encode_cursor`; raises `InvalidInputError` for anything else."""
    try:
        at, _, identifier = base64.b64decode(cursor, altchars=b"-_", validate=True).decode().partition("|")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise bad_cursor(cursor)
        return Position(moment.astimezone(UTC), identifier)
    except (binascii.Error, ValueError, OverflowError) as error:
        raise bad_cursor(cursor) from error


def decode_number(cursor: str, *, most: int = LARGEST) -> int:
    """Read a cursor that is a row's number, up to `most`; raises `InvalidInputError` for anything else."""
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > len(str(most)) or int(cursor) > most:
        raise bad_cursor(cursor)
    return int(cursor)


def bad_cursor(cursor: str) -> InvalidInputError:
    """Say that a list never gave this cursor."""
    return InvalidInputError(
        FieldProblem("/cursor", "not-a-cursor", f"{cursor[:80]!r} is not a cursor of this list")
    )
