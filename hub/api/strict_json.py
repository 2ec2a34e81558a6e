"""The dependency that takes JSON at its word: each name once, and numbers that are numbers (RFC 7493)."""

import json
from collections.abc import Sequence

from fastapi import Request

from hub.errors import FieldProblem, InvalidInputError

_DEEPEST = "nested too deeply"


async def strict_json(request: Request) -> None:
    """Refuse a JSON body with a repeated name or with NaN; raises `InvalidInputError` naming it."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json" or kind.endswith("+json"):
        check_json(await request.body())


def check_json(body: bytes) -> None:
    """Check JSON; what cannot be read at all is left to the parser that everybody shares."""
    try:
        json.loads(body, object_pairs_hook=_each_once, parse_constant=_no_constant)
    except RecursionError as error:
        raise InvalidInputError(FieldProblem("", "too-deep", _DEEPEST)) from error
    except ValueError:
        return


def _each_once(pairs: Sequence[tuple[str, object]]) -> None:
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            pointer = "/" + name.replace("~", "~0").replace("/", "~1")[:200]
            raise InvalidInputError(FieldProblem(pointer, "repeated-name", "the name stands there twice"))
        seen.add(name)


def _no_constant(name: str) -> None:
    raise InvalidInputError(FieldProblem("", "not-a-number", f"{name} is no JSON number"))
