"""Pages of a long list, and the cursors between them."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from hub.errors import FieldProblem, InvalidInputError

Item = TypeVar("Item")

MAX_LIMIT = 200


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
        position = Position(datetime.fromisoformat(at), identifier)
    except (binascii.Error, ValueError) as error:
        raise _bad_cursor(cursor) from error
    if position.at.tzinfo is None:
        raise _bad_cursor(cursor)
    return position


def _bad_cursor(cursor: str) -> InvalidInputError:
    return InvalidInputError(
        FieldProblem("/cursor", "not-a-cursor", f"{cursor[:80]!r} is not a cursor of this list")
    )
