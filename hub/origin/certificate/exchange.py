"""Certificates in the names of the UN/CEFACT reference model, both ways, with what was lost. Pure.

Source: the public schema of certificates of origin in these names, version 1.0
(``https://schemata.openattestation.com/io/tradetrust/certificate-of-origin/1.0``). It has one name for the
form (`freeTradeAgreement`), one invoice for each line of goods, and no place for a retrospective issue, a
duplicate or the exporter's declaration; those are reported, never dropped silently.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Any

import msgspec

from hub.declarations.json_form import JsonReader
from hub.errors import FieldProblem, InvalidInputError
from hub.origin.certificate.certificate import MOST_FIELDS, Certificate, from_statements, statements
from hub.origin.certificate.paths import path_in_row, place_of

_CONSIGNMENT = "supplyChainConsignment"
_ITEMS = f"{_CONSIGNMENT}.includedConsignmentItems"
_LINE = "tradeLineItems.0"
NAMES: Mapping[str, str] = {
    "form": "freeTradeAgreement",
    "number": "iD",
    "issued_on": "issueDateTime",
    "state": f"{_CONSIGNMENT}.exportCountry.code",
    "endorsement.place": "issueLocation.name",
    "destination_state": f"{_CONSIGNMENT}.importCountry.code",
    "exporter.name": f"{_CONSIGNMENT}.exporter.name",
    "exporter.address": f"{_CONSIGNMENT}.exporter.postalAddress.line1",
    "exporter.id": f"{_CONSIGNMENT}.exporter.iD",
    "consignee.name": f"{_CONSIGNMENT}.importer.name",
    "consignee.address": f"{_CONSIGNMENT}.importer.postalAddress.line1",
    "consignee.id": f"{_CONSIGNMENT}.importer.iD",
    "transport": f"{_CONSIGNMENT}.mainCarriageTransportMovement.information",
    "remarks": f"{_CONSIGNMENT}.information",
    "declaration.date": "firstSignatoryAuthentication.actualDateTime",
}
"""Our fields that stand once, and where they stand there."""
ITEM_NAMES: Mapping[str, str] = {
    "items.N.packages": "information",
    "items.N.criterion": "crossBorderRegulatoryProcedure.originCriteriaText",
    "items.N.description": f"{_LINE}.tradeProduct.description",
    "items.N.hs_code": f"{_LINE}.tradeProduct.harmonisedTariffCode.classCode",
    "items.N.marks": f"{_LINE}.transportPackages.0.iD",
    "items.N.gross_mass_kg": f"{_LINE}.transportPackages.0.grossWeight",
    "invoices.N.number": f"{_LINE}.invoiceReference.iD",
    "invoices.N.date": f"{_LINE}.invoiceReference.formattedIssueDateTime",
}
"""Fields of a line of goods, from its own object; the invoice of the same number goes with it."""
_ORIGIN = f"{_LINE}.tradeProduct.originCountry.code"
_SEQUENCE = f"{_LINE}.sequenceNumber"
_DATED = frozenset({"issued_on", "declaration.date"})
_PATHS = {where: path for path, where in NAMES.items()}
_ITEM_PATHS = {where: path for path, where in ITEM_NAMES.items()}
_READER = JsonReader(dict[str, Any])
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})((?:T[0-9:.]{5,18}(?:Z|[+-][0-9]{2}:[0-9]{2})?)?)")
_MIDNIGHT = frozenset({"", "T00:00:00Z", "T00:00:00+00:00"})
MOST_BYTES = 4 << 20


class Exchanged(msgspec.Struct, frozen=True):
    """A certificate written in those names."""

    text: bytes
    """JSON."""
    lost: tuple[str, ...]
    """Paths of the fields that have no place there."""


class Received(msgspec.Struct, frozen=True):
    """A certificate read from those names."""

    certificate: Certificate
    ignored: tuple[str, ...]
    """JSON pointers of what we have no field for."""


def to_exchange(certificate: Certificate) -> Exchanged:
    """Write it; what has no place there is listed."""
    stated = dict(statements(certificate))
    document: dict[str, Any] = {"isPreferential": True}
    items = sorted({place.row for path in stated if (place := place_of(path)).row and path[:5] == "items"})
    places = dict(_standing(stated, items))
    for path, where in sorted(places.items()):
        _put(document, where, f"{stated[path]}T00:00:00Z" if path in _DATED else stated[path])
    for at, row in enumerate(items):
        _put(document, f"{_ITEMS}.{at}.{_SEQUENCE}", row)
        if "origin_state" in stated:
            _put(document, f"{_ITEMS}.{at}.{_ORIGIN}", stated["origin_state"])
    carried = set(places) | ({"origin_state"} if items else set())
    return Exchanged(msgspec.json.format(msgspec.json.encode(document)), tuple(sorted(set(stated) - carried)))


def _standing(stated: Mapping[str, str], items: list[int]) -> Iterator[tuple[str, str]]:
    """Give each field that has a place there, with its place."""
    for path in stated:
        place = place_of(path)
        if path in _DATED and not _DAY.fullmatch(stated[path]):
            continue
        if path in NAMES:
            yield path, NAMES[path]
        elif place.row in items and place.pattern in ITEM_NAMES:
            yield path, f"{_ITEMS}.{items.index(place.row)}.{ITEM_NAMES[place.pattern]}"


def _put(document: dict[str, Any], where: str, value: str | int) -> None:
    """Set a value at a dotted place; figures are places in lists, which are filled in order."""
    names = where.split(".")
    inside: Any = document
    for name, following in pairwise(names):
        empty: Any = [] if following.isdigit() else {}
        if name.isdigit():
            if int(name) == len(inside):
                inside.append(empty)
            inside = inside[int(name)]
        else:
            inside = inside.setdefault(name, empty)
    inside[names[-1]] = value


def from_exchange(text: bytes) -> Received:
    """Read it; raises `InvalidInputError` naming what is wrong, and lists what was not taken over."""
    if len(text) > MOST_BYTES:
        raise InvalidInputError(FieldProblem("", "too-long", f"has more than {MOST_BYTES} bytes"))
    found = dict(_leaves(_READER.read(text), ""))
    stated: dict[str, str] = {}
    pointers: dict[str, str] = {}
    ignored = []
    for pointer, value in sorted(found.items()):
        path = _path_of(pointer, found)
        if path is None or not isinstance(value, str) or not value:
            ignored.append(pointer)
            continue
        if path in stated and (path != "origin_state" or stated[path] != value):
            raise InvalidInputError(FieldProblem(pointer, "repeated", f"{path} is said already"))
        stated[path] = value
        pointers[path] = pointer
    for path in _DATED & set(stated):
        stated[path], is_whole = _day(pointers[path], stated[path])
        ignored += [] if is_whole else [pointers[path]]
    return Received(_read_back(stated, pointers), tuple(sorted(one for one in ignored if not _is_known(one))))


def _read_back(stated: Mapping[str, str], pointers: Mapping[str, str]) -> Certificate:
    try:
        return from_statements(stated)
    except InvalidInputError as error:
        problems = []
        for problem in error.problems:
            path = problem.pointer.removeprefix("/fields").removeprefix("/")
            there = pointers.get(path) or (f"/{NAMES[path].replace('.', '/')}" if path in NAMES else "")
            problems.append(FieldProblem(there, problem.code, problem.detail))
        raise InvalidInputError(*problems) from None


def _is_known(pointer: str) -> bool:
    return pointer == "/isPreferential" or pointer.endswith(f"/{_SEQUENCE.replace('.', '/')}")


def _leaves(value: object, pointer: str) -> Iterator[tuple[str, object]]:
    """Give every text, number and truth of a document with its pointer; refuses a document of too many."""
    waiting = [(pointer, value)]
    count = 0
    while waiting:
        at, one = waiting.pop()
        parts = one.items() if isinstance(one, dict) else enumerate(one) if isinstance(one, list) else None
        if parts is not None:
            waiting += [(f"{at}/{_escaped(str(name))}", inner) for name, inner in parts]
            continue
        count += 1
        if count > 10 * MOST_FIELDS:
            raise InvalidInputError(FieldProblem("", "too-long", f"has more than {10 * MOST_FIELDS} values"))
        yield at, one


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")[:200]


def _path_of(pointer: str, found: Mapping[str, object]) -> str | None:
    """Return our path for a place there; None: we have none."""
    where = pointer[1:].replace("/", ".")
    if where in _PATHS:
        return _PATHS[where]
    at, _, rest = where.removeprefix(f"{_ITEMS}.").partition(".")
    if not where.startswith(f"{_ITEMS}.") or not at.isdecimal():
        return None
    if rest == _ORIGIN:
        return "origin_state"
    if rest not in _ITEM_PATHS:
        return None
    number = found.get(f"/{_ITEMS}.{at}.{_SEQUENCE}".replace(".", "/"))
    return path_in_row(_ITEM_PATHS[rest], number if isinstance(number, int) and number > 0 else int(at) + 1)


def _day(pointer: str, value: str) -> tuple[str, bool]:
    """Return the day of a moment as it is written there, and whether the moment says no more than a day."""
    found = _MOMENT.fullmatch(value)
    day, rest = (found[1], found[2]) if found else ("", "")
    try:
        return date.fromisoformat(day).isoformat(), rest in _MIDNIGHT
    except ValueError:
        raise InvalidInputError(FieldProblem(pointer, "invalid", f"{value[:40]!r} is not a day")) from None
