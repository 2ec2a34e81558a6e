"""A certificate of origin: a form, a number, and fields by path. Pure.

Paths are dotted and say the same on every form; which of them a form has, where they stand on it and which
it needs is in its template. Items and invoices count from 1: ``items.1.hs_code``.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from typing import NewType

import msgspec

from hub.errors import FieldProblem, InvalidInputError

StateCode = NewType("StateCode", str)
"""ISO 3166-1 alpha-2, upper case."""
MOST_FIELDS = 400
LONGEST_VALUE = 2000
LONGEST_NUMBER = 64
_PATH = re.compile(r"[a-z][a-z0-9_]{0,31}(\.[a-z0-9_]{1,32}){0,3}")
_STATE = re.compile(r"[A-Z]{2}")
_FORM = re.compile(r"[a-z0-9]+(-[a-z0-9]+){0,5}")
_OWN = ("form", "issued_on", "number", "state")


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """One certificate as its authority states it."""

    form: str
    """The template's name, such as ``ct-1``."""
    state: StateCode
    """Of the issuing authority."""
    number: str
    issued_on: date
    fields: dict[str, str]
    """By path; numbers are decimal texts, days are ISO 8601, every text is in Unicode's form C."""

    def __post_init__(self) -> None:
        problems = tuple(_problems(self))
        if problems:
            raise InvalidInputError(*problems)


def statements(certificate: Certificate) -> tuple[tuple[str, str], ...]:
    """Return all it states, its own form, number, state and day too, sorted by path."""
    own = {
        "form": certificate.form,
        "issued_on": certificate.issued_on.isoformat(),
        "number": certificate.number,
        "state": certificate.state,
    }
    return tuple(sorted((own | certificate.fields).items()))


def from_statements(stated: Mapping[str, str]) -> Certificate:
    """Read back what `statements` gave; raises `InvalidInputError` naming each field that is wrong."""
    missing = [
        FieldProblem(f"/{name}", "missing", f"{name} is missing") for name in _OWN if name not in stated
    ]
    if missing:
        raise InvalidInputError(*missing)
    try:
        day = date.fromisoformat(stated["issued_on"])
    except ValueError:
        problem = FieldProblem("/issued_on", "invalid", f"{stated['issued_on'][:40]!r} is not a day")
        raise InvalidInputError(problem) from None
    return Certificate(
        form=stated["form"],
        state=StateCode(stated["state"]),
        number=stated["number"],
        issued_on=day,
        fields={path: value for path, value in stated.items() if path not in _OWN},
    )


def _problems(certificate: Certificate) -> Iterator[FieldProblem]:
    if not _FORM.fullmatch(certificate.form):
        yield FieldProblem("/form", "invalid", f"{certificate.form[:40]!r} is not a form's name")
    if not _STATE.fullmatch(certificate.state):
        yield FieldProblem(
            "/state", "invalid", f"{certificate.state[:40]!r} is not a state's code of two letters"
        )
    if not 1 <= len(certificate.number) <= LONGEST_NUMBER:
        yield FieldProblem("/number", "out-of-range", f"has 1 to {LONGEST_NUMBER} characters")
    yield from _text_problems("/number", certificate.number)
    if not 1 <= len(certificate.fields) <= MOST_FIELDS:
        yield FieldProblem("/fields", "out-of-range", f"has 1 to {MOST_FIELDS} fields")
    for path, value in certificate.fields.items():
        yield from _field_problems(path, value)


def _field_problems(path: str, value: str) -> Iterator[FieldProblem]:
    pointer = f"/fields/{path[:200]}"
    if not _PATH.fullmatch(path):
        yield FieldProblem(pointer, "invalid", f"{path[:100]!r} is not a path")
    elif path in _OWN:
        yield FieldProblem(pointer, "invalid", f"{path!r} is stated by the certificate itself")
    if not 1 <= len(value) <= LONGEST_VALUE:
        yield FieldProblem(pointer, "out-of-range", f"has 1 to {LONGEST_VALUE} characters")
    yield from _text_problems(pointer, value)


def _text_problems(pointer: str, value: str) -> Iterator[FieldProblem]:
    """Refuse what two programs would write in different bytes, or what nobody could read on paper."""
    if not unicodedata.is_normalized("NFC", value) or value != value.strip():
        yield FieldProblem(
            pointer, "not-canonical", "is not in Unicode's form C, or begins or ends with a space"
        )
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Co", "Cn") and sign != "\n" for sign in value):
        yield FieldProblem(pointer, "invalid", "has a control character or one that is not assigned")
