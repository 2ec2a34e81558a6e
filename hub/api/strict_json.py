"""The dependency that takes JSON at its word: each name once, real numbers (RFC 7493), storable texts."""

import json
from collections.abc import Sequence

from fastapi import Request

from hub.errors import FieldProblem, InvalidInputError
from hub.store import zero_bytes

_DEEPEST = "nested too deeply"


async def strict_json(request: Request) -> None:
    """Refuse a JSON body with a repeated name, NaN or U+0000; raises `InvalidInputError` naming it."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json" or kind.endswith("+json"):
        check_json(await request.body())


def check_json(body: bytes) -> None:
    """Check JSON; what cannot be read at all is left to the parser that everybody shares."""
    try:
        found = json.loads(body, object_pairs_hook=_each_once, parse_constant=_no_constant)
        pointer = _zero_byte(found, "") if b"u0000" in body or b"\0" in body else None
    except RecursionError as error:
        raise InvalidInputError(FieldProblem("", "too-deep", _DEEPEST)) from error
    except ValueError:
        return
    if pointer is not None:
        raise InvalidInputError(FieldProblem(pointer, zero_bytes.CODE, zero_bytes.REASON))


def _each_once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    seen: dict[str, object] = {}
    for name, value in pairs:
        if name in seen:
            problem = "the name stands there twice"
            raise InvalidInputError(FieldProblem(_below("", name), "repeated-name", problem))
        seen[name] = value
    return seen


def _zero_byte(found: object, pointer: str) -> str | None:
    """Point to the first text, or name, with U+0000 in it."""
    if isinstance(found, str):
        return pointer if "\0" in found else None
    parts = found.items() if isinstance(found, dict) else enumerate(found if isinstance(found, list) else ())
    for name, value in parts:
        below = _below(pointer, str(name))
        inside = below if "\0" in str(name) else _zero_byte(value, below)
        if inside is not None:
            return inside
    return None


def _below(pointer: str, name: str) -> str:
    return f"{pointer}/{name.replace('~', '~0').replace('/', '~1')[:200]}"


def _no_constant(name: str) -> None:
    raise InvalidInputError(FieldProblem("", "not-a-number", f"{name} is no JSON number"))
