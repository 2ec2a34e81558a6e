"""Codes of units (UN/ECE recommendation 20), currencies (ISO 4217) and countries (ISO 3166-1). Pure."""

import re

import msgspec

from hub.declarations.cleansing.folding import fold
from hub.declarations.cleansing.notes import Notes
from hub.declarations.cleansing.reference import ReferenceData
from hub.declarations.facts import Money

_UNIT_LIKE = re.compile(r"[A-Z0-9]{2,3}\Z")


def cleanse_unit(written: str, item: int, notes: Notes, reference: ReferenceData) -> str:
    """Return a unit's code for a code or a common name in seven languages; empty stays: pieces."""
    code, mark, qualifier = written.partition("#")
    if not written or code in reference.unit_codes:
        return written
    upper = code.strip().upper()
    meant = upper if upper in reference.unit_codes else _named(code, reference)
    if meant:
        after = meant + mark + qualifier
        notes.change("unit-name", "items.unit", item, written, after)
        return after
    known = "unit-unlisted" if _UNIT_LIKE.match(code) else "unit-unknown"
    notes.say(known, "items.unit", item, value=written)
    return written


def cleanse_money(
    money: Money | None, fact: str, item: int | None, notes: Notes, reference: ReferenceData
) -> Money | None:
    """Return money with its currency's code; says what is wrong with a currency that is not in use."""
    if money is None:
        return None
    known = reference.currencies.get(money.currency)
    if known is not None and not known.until:
        return money
    code = money.currency.strip().upper()
    known = reference.currencies.get(code)
    if known is None:
        notes.say("currency-unknown" if code else "currency-missing", fact, item, value=money.currency)
        return money
    if code != money.currency:
        notes.change("currency-form", fact, item, money.currency, code)
    if known.until:
        successor = known.successor or "a currency in use"
        notes.say("currency-withdrawn", fact, item, value=code, until=known.until, successor=successor)
    return money if code == money.currency else msgspec.structs.replace(money, currency=code)


def cleanse_country(written: str, fact: str, item: int | None, notes: Notes, reference: ReferenceData) -> str:
    """Return a country's code in capitals; empty stays."""
    known = reference.countries.get(written)
    if not written or (known is not None and not known.now):
        return written
    code = written.strip().upper()
    known = reference.countries.get(code)
    if known is None:
        notes.say("country-unknown", fact, item, value=written)
        return written
    if known.state == "alias":
        code = known.now[0]
    elif known.now:
        notes.say("country-withdrawn", fact, item, value=code, successors=", ".join(known.now))
    if code != written:
        notes.change("country-form", fact, item, written, code)
    return code


def _named(name: str, reference: ReferenceData) -> str:
    return reference.unit_names.get(fold(name.strip().rstrip(".")), "")
