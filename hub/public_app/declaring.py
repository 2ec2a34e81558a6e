"""The form of a parcel: what was typed, as a declaration, and what is to be said at each field. Pure."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from hub.declarations.batches import ReadRow, read_row
from hub.declarations.cleansing.cleanse import cleanse
from hub.declarations.cleansing.reference import ReferenceData
from hub.declarations.facts import DeclarationFacts, Money
from hub.declarations.findings import Finding
from hub.declarations.low_value import LOW_VALUE_POINTERS
from hub.errors import InvalidInputError
from hub.public_app.identity import COUNTRY, Citizen

MOST_ITEMS = 10
PARCEL_FIELDS = (
    "reference",
    "tracking_number",
    "mode",
    "shop",
    "shop_country",
    "currency",
    "freight",
    "gross_kg",
    "phone",
    "city",
    "line",
    "postcode",
)
ITEM_FIELDS = ("description", "quantity", "value", "hs_code", "origin")
MODES = ("5", "4", "3", "1")
"""Post, air, road, sea (UN/ECE recommendation 19)."""
CURRENCIES = (
    "USD",
    "EUR",
    "AZN",
    "TRY",
    "CNY",
    "RUB",
    "GBP",
    "GEL",
    "UAH",
    "KZT",
    "AED",
    "JPY",
    "KRW",
    "PLN",
)
_REQUIRED = ("reference", "mode", "shop", "shop_country", "currency", "city", "line", "phone")
_REQUIRED_OF_ITEM = ("description", "quantity", "value")
_NUMBERS = ("freight", "gross_kg")
_NUMBERS_OF_ITEM = ("quantity", "value")
_FIELDS = {
    "consignor/name": "shop",
    "consignor/country": "shop_country",
    "export_country": "shop_country",
    "consignee/phone": "phone",
    "consignee/city": "city",
    "consignee/line": "line",
    "consignee/postcode": "postcode",
}
WHOLE = "parcel"
"""Where stands what belongs to no field."""


@dataclass(frozen=True, slots=True)
class FieldNote:
    """Something to be said at a field, as a stable code with what its sentence needs."""

    field: str
    code: str
    tone: str
    """``bad``: it has to be mended; ``warn``: it may be wrong; empty: it was taken in another form."""
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked:
    """A form that was gone through."""

    row: ReadRow | None
    """The declaration; None when something has to be mended first."""
    facts: DeclarationFacts | None
    """In the standards' forms; None as `row`."""
    notes: tuple[FieldNote, ...]


def item_field(place: int, name: str) -> str:
    """Name a field of an item, whose place counts from 0."""
    return f"item-{place}-{name}"


def check(
    values: Mapping[str, str], items: int, citizen: Citizen, reference: ReferenceData, now: datetime
) -> Checked:
    """Make a declaration of what was typed; `values`: by field, without blanks around; nothing is stored."""
    typed = tuple(_typing_notes(values, items))
    if typed:
        return Checked(None, None, typed)
    try:
        row = read_row(msgspec.json.encode(_declared(values, items, citizen)))
    except InvalidInputError as error:
        unread = tuple(FieldNote(field_of(one.pointer), "too-long", "bad") for one in error.problems)
        return Checked(None, None, unread)
    facts, report = cleanse(row.facts, LOW_VALUE_POINTERS, reference, now)
    notes = tuple(_note(one) for one in report.findings)
    return Checked(row, facts, notes) if report.is_valid else Checked(None, None, notes)


def values_of(facts: DeclarationFacts) -> dict[str, str]:
    """Write down in the form what somebody else declared."""
    whole = {
        "tracking_number": facts.tracking_number,
        "mode": facts.mode,
        "shop": facts.consignor.name,
        "shop_country": facts.export_country or facts.consignor.country,
        "currency": next((item.value.currency for item in facts.items if item.value is not None), ""),
        "freight": _text(facts.freight),
        "gross_kg": _text(facts.gross_kg),
        "phone": facts.consignee.phone,
        "city": facts.consignee.city,
        "line": facts.consignee.line,
        "postcode": facts.consignee.postcode,
    }
    for place, item in enumerate(facts.items[:MOST_ITEMS]):
        texts = (item.description, _text(item.quantity), _text(item.value), item.hs_code, item.origin)
        whole |= {item_field(place, name): text for name, text in zip(ITEM_FIELDS, texts, strict=True)}
    return whole


def field_of(pointer: str) -> str:
    """Name the field of a JSON pointer into the declaration; `WHOLE` for one that has no field."""
    parts = pointer.strip("/").split("/")
    if parts[0] == "items" and len(parts) > 2:
        known = parts[2] in ITEM_FIELDS
        return item_field(int(parts[1]), parts[2]) if known else WHOLE
    place = "/".join(parts[:2])
    name = _FIELDS.get(place, parts[0])
    return name if name in PARCEL_FIELDS else WHOLE


def number_in(text: str) -> Decimal | None:
    """Read a number with a point or a comma; None when it is none."""
    try:
        found = Decimal(text.replace(",", ".").replace(" ", "").replace("\u00a0", ""))
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < Decimal("1e12") else None


def _typing_notes(values: Mapping[str, str], items: int) -> Iterator[FieldNote]:
    required = [*_REQUIRED, *(item_field(at, name) for at in range(items) for name in _REQUIRED_OF_ITEM)]
    numbers = [*_NUMBERS, *(item_field(at, name) for at in range(items) for name in _NUMBERS_OF_ITEM)]
    for name in required:
        if not values.get(name):
            yield FieldNote(name, "missing", "bad")
    for name in numbers:
        if values.get(name) and number_in(values[name]) is None:
            yield FieldNote(name, "not-a-number", "bad")


def _declared(values: Mapping[str, str], items: int, citizen: Citizen) -> dict[str, Any]:
    """Write the low-value data set; what was left empty is left out."""
    address = {name: values.get(name, "") for name in ("city", "line", "postcode", "phone")}
    declared = {
        "reference": values["reference"],
        "tracking_number": values.get("tracking_number", ""),
        "mode": values["mode"],
        "is_personal": True,
        "consignor": {"name": values["shop"], "country": values["shop_country"]},
        "consignee": {"name": citizen.name, "id": citizen.number, "country": COUNTRY} | _said(address),
        "export_country": values["shop_country"],
        "freight": _amount(values.get("freight", ""), values["currency"]),
        "gross_kg": _number(values.get("gross_kg", "")),
        "items": [_item(values, place) for place in range(items)],
    }
    return _said(declared)


def _item(values: Mapping[str, str], place: int) -> dict[str, Any]:
    texts = {name: values.get(item_field(place, name), "") for name in ITEM_FIELDS}
    item = {
        "description": texts["description"],
        "hs_code": texts["hs_code"],
        "quantity": _number(texts["quantity"]),
        "value": _amount(texts["value"], values["currency"]),
        "origin": texts["origin"],
    }
    return _said(item)


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _number(text: str) -> str:
    number = number_in(text)
    return "" if number is None else f"{number:f}"


def _amount(text: str, currency: str) -> dict[str, str]:
    number = _number(text)
    return {"value": number, "currency_id": currency} if number else {}


def _text(number: Decimal | Money | None) -> str:
    if number is None:
        return ""
    return f"{number.amount:f}" if isinstance(number, Money) else f"{number:f}"


def _note(finding: Finding) -> FieldNote:
    tones = {"error": "bad", "doubt": "warn"}
    values = finding.values | ({"after": finding.after} if finding.after is not None else {})
    return FieldNote(field_of(finding.pointer), finding.code, tones.get(finding.weight, ""), values)
