"""Checks a certificate against its form, before it is issued: every problem with its field. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from hub.errors import FieldProblem
from hub.origin.certificate.certificate import Certificate
from hub.origin.certificate.layout import cells_of, fitting
from hub.origin.certificate.paths import ROW, Kind, path_in_row, place_of
from hub.origin.certificate.templates import Template

LONGEST_CODE = 64
_DECIMAL = re.compile(r"(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_STATE = re.compile(r"[A-Z]{2}")
_OWN = ("number", "issued_on", "state")
_NARROW = frozenset(" ,.:;'|!()[]-/fijlrtI’іїІЇ")
_WIDE = frozenset("mwMW@%&QOGDNHЖШЩЮЫФМДЉЊжшщюыфмдƏÆæŒœŴĦ½¼¾ლ№—…")


def check(certificate: Certificate, template: Template) -> tuple[FieldProblem, ...]:
    """Return all that its form does not allow; none: it may be issued on it."""
    if certificate.form != template.name:
        detail = f"{certificate.form!r} is not {template.name!r}"
        return (FieldProblem("/form", "other-form", detail),)
    problems = [
        *_missing(certificate, template),
        *_gaps(certificate),
        *(problem for path in sorted(certificate.fields) for problem in _field(certificate, template, path)),
        *_days(certificate),
    ]
    return tuple(problems or _overfull(certificate, template))


def estimated_width(text: str) -> float:
    """Return how wide a text is at most in the font that forms are printed in, in sizes of it."""
    return sum(0.45 if sign in _NARROW else 1.1 if sign in _WIDE else _upright(sign) for sign in text)


def _upright(sign: str) -> float:
    if sign.isascii():
        return 0.78 if sign.isupper() else 0.66 if sign.isalnum() else 0.85
    return 1.1 if unicodedata.category(sign)[0] in "SP" else 0.91


def _pointer(path: str) -> str:
    return f"/{path}" if path in _OWN else f"/fields/{path}"


def _missing(certificate: Certificate, template: Template) -> Iterator[FieldProblem]:
    items = _rows(certificate, "items") or {1}
    for pattern in template.required:
        rows = sorted(items) if f".{ROW}." in pattern else [0]
        for path in (path_in_row(pattern, row) for row in rows):
            if path not in _OWN and path not in certificate.fields:
                yield FieldProblem(_pointer(path), "missing", f"form {template.name} needs it")


def _rows(certificate: Certificate, group: str) -> set[int]:
    places = (place_of(path) for path in certificate.fields)
    return {place.row for place in places if place.row and place.pattern.startswith(f"{group}.")}


def _gaps(certificate: Certificate) -> Iterator[FieldProblem]:
    for group in ("items", "invoices"):
        rows = _rows(certificate, group)
        missing = sorted(set(range(1, max(rows, default=0))) - rows)
        if missing:
            yield FieldProblem(
                f"/fields/{group}.{missing[0]}", "missing", f"{group} count from 1 without gaps"
            )


def _field(certificate: Certificate, template: Template, path: str) -> Iterator[FieldProblem]:
    place, value = place_of(path), certificate.fields[path]
    if place.pattern not in template.fields:
        yield FieldProblem(_pointer(path), "unknown-field", f"form {template.name} has no box for it")
        return
    reason = _reason(place.kind, value, template)
    if reason:
        yield FieldProblem(_pointer(path), "invalid", f"{value[:40]!r} {reason}")


def _reason(kind: Kind, value: str, template: Template) -> str:
    """Say what is wrong with a value of that kind; empty: nothing."""
    lengths = ", ".join(map(str, template.hs_digits))
    rules: dict[Kind, tuple[bool, str]] = {
        Kind.TEXT: (True, ""),
        Kind.CODE: (len(value) <= LONGEST_CODE and "\n" not in value, f"has more than {LONGEST_CODE} signs"),
        Kind.DECIMAL: (
            bool(_DECIMAL.fullmatch(value)) and Decimal(value) > 0,
            "is not an amount such as 1250.5",
        ),
        Kind.DAY: (_is_day(value), "is not a day such as 2026-12-31"),
        Kind.STATE: (bool(_STATE.fullmatch(value)), "is not a state's code of two letters"),
        Kind.HS_CODE: (_is_hs_code(value, template), f"is not a code of {lengths} digits"),
        Kind.CRITERION: (_is_criterion(value, template), f"is no criterion of form {template.name}"),
    }
    is_good, reason = rules[kind]
    return "" if is_good else reason


def _is_hs_code(value: str, template: Template) -> bool:
    return value.isascii() and value.isdigit() and len(value) in template.hs_digits


def _is_criterion(value: str, template: Template) -> bool:
    return any(re.fullmatch(one.pattern, value) for one in template.criteria)


def _is_day(value: str) -> bool:
    try:
        return bool(_DAY.fullmatch(value)) and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _days(certificate: Certificate) -> Iterator[FieldProblem]:
    declared = certificate.fields.get("declaration.date", "")
    if _is_day(declared) and date.fromisoformat(declared) > certificate.issued_on:
        detail = f"{declared} is after {certificate.issued_on}, the day of issue"
        yield FieldProblem("/fields/declaration.date", "out-of-range", detail)


def _overfull(certificate: Certificate, template: Template) -> Iterator[FieldProblem]:
    """Name each field of a box whose text cannot stand in it even in the smallest type."""
    seen = set()
    for cell in cells_of(certificate, template):
        if cell.lines and fitting(cell, estimated_width) is None:
            longest = max(cell.lines, key=lambda line: len(line.text)).fields[0]
            if longest not in seen:
                seen.add(longest)
                yield FieldProblem(_pointer(longest), "too-long", f"does not fit in box {cell.box}")
