"""JSON of declarations, taken at its word: each name once, numbers that are numbers, no field unknown. Pure.

Source: I-JSON (RFC 7493) for what is taken, RFC 6901 for pointers.
"""

import json
import re
from typing import Any, Generic, TypeVar

import msgspec

from hub.errors import FieldProblem, InvalidInputError
from hub.store import zero_bytes

Form = TypeVar("Form")
MOST_SHOWN = 300
_PLACE = re.compile(r" - at `(key in )?\$(?P<path>.*)`\Z", re.DOTALL)
_PART = re.compile(r"\.([A-Za-z_0-9]+)|\[(\d+|\.\.\.)\]")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(.*)`", re.DOTALL)


class JsonReader(Generic[Form]):
    """Reads one form; make it once and keep it."""

    def __init__(self, form: type[Form]) -> None:
        """Read values of this type."""
        self._decoder = msgspec.json.Decoder(form)

    def read(self, text: bytes | memoryview | msgspec.Raw) -> Form:
        """Read UTF-8 JSON; raises `InvalidInputError` naming the first field that is wrong."""
        sent = bytes(text)
        try:
            value = self._decoder.decode(sent)
        except msgspec.DecodeError as error:
            raise InvalidInputError(problem_of(error)) from error
        except RecursionError as error:
            raise InvalidInputError(FieldProblem("", "too-deep", "nested too deeply")) from error
        except UnicodeDecodeError as error:
            raise InvalidInputError(_not_utf8(error)) from error
        _each_name_once(sent, value)
        if b"\\u0000" in sent:
            _refuse_zero_bytes(value)
        return value


def problem_of(error: msgspec.DecodeError) -> FieldProblem:
    """Turn the decoder's sentence into a pointer, a code and what is wrong."""
    words = str(error)
    found = _PLACE.search(words)
    pointer = "" if found is None else _pointer(found["path"])
    reason = (words if found is None else words[: found.start()])[:MOST_SHOWN]
    for pattern, code in ((_UNKNOWN, "unknown-field"), (_MISSING, "missing")):
        named = pattern.fullmatch(reason)
        if named is not None:
            return FieldProblem(f"{pointer}/{_escaped(named[1])}", code, reason)
    is_value = isinstance(error, msgspec.ValidationError)
    return FieldProblem(pointer, "invalid" if is_value else "malformed-json", reason)


def _pointer(path: str) -> str:
    return "".join(f"/{_escaped(name or index)}" for name, index in _PART.findall(path))


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")[:200]


def _not_utf8(error: UnicodeDecodeError) -> FieldProblem:
    return FieldProblem("", "not-utf-8", f"byte {error.start} is not UTF-8: {error.reason}")


def _each_name_once(text: bytes, value: object) -> None:
    """Refuse a name that stands twice: the typed decoder would take the last of two values silently.

    As many names in the text as in what was read: none stands twice, and nothing need be read again. An
    escape may hide a quotation mark, so with one the names are not counted.
    """
    if b"\\u" in text or _names_in(text) != _names_in(msgspec.json.encode(value)):
        twice = _repeated(json.loads(text, object_pairs_hook=_Pairs))
        if twice is not None:
            raise InvalidInputError(FieldProblem(twice, "repeated-name", "the name stands there twice"))


def _refuse_zero_bytes(value: object) -> None:
    """Refuse U+0000, which no text of a database may hold."""
    pointer = _zero_byte(msgspec.to_builtins(value))
    if pointer is not None:
        raise InvalidInputError(FieldProblem(pointer, zero_bytes.CODE, zero_bytes.REASON))


def _zero_byte(found: object) -> str | None:
    if isinstance(found, str):
        return "" if "\0" in found else None
    parts = found.items() if isinstance(found, dict) else enumerate(found if isinstance(found, list) else ())
    for name, value in parts:
        inside = _zero_byte(value)
        if inside is not None:
            return f"/{_escaped(str(name))}{inside}"
    return None


def _names_in(text: bytes) -> int:
    return text.translate(None, b" \t\r\n").count(b'":')


class _Pairs(tuple[tuple[str, Any], ...]):
    """An object with every name that was written."""

    __slots__ = ()


def _repeated(value: object) -> str | None:
    """Return the pointer of the first name that stands twice in its object."""
    if isinstance(value, _Pairs):
        seen: set[str] = set()
        for name, inner in value:
            deeper = "" if name in seen else _repeated(inner)
            if deeper is not None:
                return f"/{_escaped(name)}{deeper}"
            seen.add(name)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            deeper = _repeated(inner)
            if deeper is not None:
                return f"/{index}{deeper}"
    return None
