"""Whether a certificate and the declaration that names it speak of the same goods. Pure.

What differs leaves the preference open; it is no sign of a forgery. Of each line as much is needed as its
items are of the line's gross mass, net mass or quantity in the same unit, whichever both state first.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from math import ceil

import msgspec

from hub.declarations.cleansing.folding import fold
from hub.declarations.facts import DeclarationFacts, ItemFacts, PartyFacts
from hub.origin.certificate.certificate import Certificate
from hub.origin.verifying.judging import WHOLE

HS_DIGITS = 6
_MEASURES = (("gross_mass_kg", "gross_kg"), ("net_mass_kg", "net_kg"))
_WORD = re.compile(r"\w+")


class Match(StrEnum):
    """What comparing a field came to."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_COMPARED = "not-compared"
    """One of the two does not state it in a way that could be compared."""


class Mismatch(StrEnum):
    """Why a certificate does not cover what is declared."""

    HS_CODE = "hs-code-differs"
    CONSIGNEE = "consignee-differs"
    ORIGIN = "origin-differs"
    DESTINATION = "destination-differs"
    QUANTITY = "quantity-exceeds"
    """More is declared than the certificate's line has."""
    QUANTITY_UNKNOWN = "quantity-unknown"
    """The two state no measure in common."""


class Compared(msgspec.Struct, frozen=True):
    """A field of the certificate beside the declaration's."""

    path: str
    stated: str
    declared: str
    match: Match


class Agreement(msgspec.Struct, frozen=True):
    """How far they agree."""

    compared: tuple[Compared, ...]
    mismatches: tuple[Mismatch, ...]
    """Empty: it covers what is declared."""
    needs: dict[int, int]
    """By line: parts in 1,000,000,000 that the declaration uses."""


def agree(certificate: Certificate, facts: DeclarationFacts) -> Agreement:
    """Compare a certificate with the items that name its number."""
    fields = certificate.fields
    compared = [*_parties(fields, facts)]
    found: list[Mismatch] = [
        Mismatch.CONSIGNEE if one.path.startswith("consignee") else Mismatch.DESTINATION
        for one in compared
        if one.match is Match.DIFFERS
    ]
    needs: dict[int, Decimal] = {}
    for item in facts.items:
        if certificate.number not in item.certificates:
            continue
        origin = _origin(certificate, item)
        compared.append(origin)
        if origin.match is Match.DIFFERS:
            found.append(Mismatch.ORIGIN)
        rows, problem = _of_item(fields, item, needs)
        compared += rows
        found += [problem] if problem is not None else []
    if any(part > 1 for part in needs.values()):
        found.append(Mismatch.QUANTITY)
    parts = {line: min(ceil(part * WHOLE), WHOLE) for line, part in sorted(needs.items())}
    return Agreement(tuple(compared), tuple(dict.fromkeys(found)), parts)


def _of_item(
    fields: dict[str, str], item: ItemFacts, needs: dict[int, Decimal]
) -> tuple[list[Compared], Mismatch | None]:
    """Find an item's line, and add what it needs of it."""
    line = _line_for(fields, item, needs)
    if line is None:
        return [Compared("items.N.hs_code", "", item.hs_code, Match.DIFFERS)], Mismatch.HS_CODE
    rows = [Compared(f"items.{line}.hs_code", fields[f"items.{line}.hs_code"], item.hs_code, Match.AGREES)]
    measure = _measure(fields, line, item)
    if measure is None:
        path = f"items.{line}.gross_mass_kg"
        rows.append(Compared(path, fields.get(path, ""), _text(item.gross_kg), Match.NOT_COMPARED))
        return rows, Mismatch.QUANTITY_UNKNOWN
    path, stated, declared = measure
    needs[line] = needs.get(line, Decimal(0)) + declared / stated
    match = Match.DIFFERS if needs[line] > 1 else Match.AGREES
    return [*rows, Compared(path, fields[path], _text(declared), match)], None


def _line_for(fields: dict[str, str], item: ItemFacts, needs: dict[int, Decimal]) -> int | None:
    """Choose the line of the same goods that has room for the item, else the first of the same goods."""
    lines = [line for line in _lines(fields) if _is_same_code(fields[f"items.{line}.hs_code"], item.hs_code)]
    for line in lines:
        measure = _measure(fields, line, item)
        if measure is not None and needs.get(line, Decimal(0)) + measure[2] / measure[1] <= 1:
            return line
    return lines[0] if lines else None


def _measure(fields: dict[str, str], line: int, item: ItemFacts) -> tuple[str, Decimal, Decimal] | None:
    """Give a measure that both state: its path, the certificate's and the declaration's figure."""
    for name, declared_as in _MEASURES:
        path = f"items.{line}.{name}"
        stated, declared = _number(fields.get(path, "")), getattr(item, declared_as)
        if stated and declared is not None:
            return path, stated, declared
    path = f"items.{line}.quantity"
    stated = _number(fields.get(path, ""))
    unit = fields.get(f"items.{line}.unit", "").upper()
    if stated and item.quantity is not None and unit and unit == item.unit.upper():
        return path, stated, item.quantity
    return None


def _parties(fields: dict[str, str], facts: DeclarationFacts) -> Iterator[Compared]:
    yield _consignee(fields, facts.consignee)
    stated, declared = fields.get("destination_state", ""), facts.destination_country
    yield Compared("destination_state", stated, declared, _match(stated, declared))


def _consignee(fields: dict[str, str], party: PartyFacts) -> Compared:
    """Compare numbers where both have one; names are spelt in too many ways to speak against it alone."""
    number, name = fields.get("consignee.id", ""), fields.get("consignee.name", "")
    if number and party.id:
        return Compared("consignee.id", number, party.id, _match(_plain(number), _plain(party.id)))
    is_same = bool(name and party.name) and _words(name) == _words(party.name)
    return Compared("consignee.name", name, party.name, Match.AGREES if is_same else Match.NOT_COMPARED)


def _origin(certificate: Certificate, item: ItemFacts) -> Compared:
    stated = certificate.fields.get("origin_state", certificate.state)
    return Compared("origin_state", stated, item.origin, _match(stated, item.origin))


def _match(one: str, other: str) -> Match:
    if not one or not other:
        return Match.NOT_COMPARED
    return Match.AGREES if one.upper() == other.upper() else Match.DIFFERS


def _lines(fields: dict[str, str]) -> Sequence[int]:
    found = (path.split(".") for path in fields if path.startswith("items.") and path.endswith(".hs_code"))
    return sorted(int(parts[1]) for parts in found if parts[1].isdecimal())


def _is_same_code(one: str, other: str) -> bool:
    digits, others = _plain(one)[:HS_DIGITS], _plain(other)[:HS_DIGITS]
    return len(digits) == HS_DIGITS and digits == others


def _plain(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum()).upper()


def _words(text: str) -> list[str]:
    return sorted(_WORD.findall(fold(text)))


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() and value > 0 else None


def _text(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"
