"""Keeps zero bytes (U+0000) out of texts: SQLite would store them, PostgreSQL refuses them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Engine, event

from hub.errors import FieldProblem, InvalidInputError

CODE = "zero-byte"
REASON = "a text may not hold U+0000"


def refuse_zero_bytes(engine: Engine) -> None:
    """Make every statement of the engine raise `InvalidInputError` for such a text, before it is sent."""
    event.listen(engine, "before_cursor_execute", _check)


def _check(_: object, __: object, ___: object, parameters: Any, ____: object, is_many: bool) -> None:
    rows = parameters if is_many else (parameters,)
    if any("\0" in value for row in rows for value in _values(row) if isinstance(value, str)):
        raise InvalidInputError(FieldProblem("", CODE, REASON))


def _values(row: Mapping[str, object] | Sequence[object] | None) -> Iterable[object]:
    return row.values() if isinstance(row, Mapping) else row or ()
