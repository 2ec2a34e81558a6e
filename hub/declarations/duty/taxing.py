"""The taxes of one item as if nothing of it were free: duty, excise on top, VAT on top of both. Pure."""

from datetime import date
from decimal import Decimal

import msgspec

from hub.declarations.duty.assessment import PreferenceAnswer, Remark
from hub.declarations.duty.preferences import Origins, preference_of
from hub.declarations.duty.rules import DutyTables, Tax, TaxRule
from hub.declarations.duty.valuing import Converter, ItemValue
from hub.declarations.facts import ItemFacts

_PIECES = "H87"
_KILOGRAM = "KGM"
_HUNDRED = Decimal(100)


class TaxOf(msgspec.Struct, frozen=True, gc=False):
    """One tax of an item, exact."""

    rule: TaxRule
    tax: Tax
    base: Decimal
    amount: Decimal


class ItemTaxes(msgspec.Struct, frozen=True, gc=False):
    """All taxes of an item, exact."""

    taxes: tuple[TaxOf, ...]
    total: Decimal
    preference: PreferenceAnswer


def tax_item(
    item: ItemFacts,
    value: ItemValue,
    place: int,
    reckoning: tuple[DutyTables, date, Origins],
    converter: Converter,
) -> ItemTaxes:
    """Work out an item's taxes; what is missing for it is noted with the converter."""
    tables, day, origins = reckoning
    regime, answer = preference_of(item, tables.regimes, day, origins)
    taxes: list[TaxOf] = []
    base = value.customs
    for tax in Tax:
        rule = _rule(tables, tax, item.hs_code, day, regime if tax is Tax.DUTY else "")
        if rule is not None:
            found = TaxOf(rule, tax, base, _amount(rule, base, item, place, converter))
            taxes.append(found)
            base += found.amount
        elif tax is not Tax.EXCISE:
            values = {"tax": tax.value, "hs_code": item.hs_code}
            converter.problems.append(Remark("rule-missing", values, place))
    return ItemTaxes(tuple(taxes), base - value.customs, answer)


def _rule(tables: DutyTables, tax: Tax, hs_code: str, day: date, regime: str) -> TaxRule | None:
    preferential = tables.taxes[tax].find(hs_code, day, regime) if regime else None
    return preferential or tables.taxes[tax].find(hs_code, day)


def _amount(rule: TaxRule, base: Decimal, item: ItemFacts, place: int, converter: Converter) -> Decimal:
    """Take the part of the base or the amount a unit, whichever is greater."""
    part = Decimal(0) if rule.percent is None else base * rule.percent / _HUNDRED
    if rule.amount is None:
        return part
    quantity, rate = _quantity(item, rule.unit), converter.rate(rule.currency, place)
    if quantity is None:
        converter.problems.append(Remark("quantity-missing", {"unit": rule.unit, "rule": rule.rule}, place))
    if quantity is None or rate is None:
        return part
    return max(part, quantity * rule.amount * rate.value)


def _quantity(item: ItemFacts, unit: str) -> Decimal | None:
    if unit == _KILOGRAM and item.net_kg is not None:
        return item.net_kg
    return item.quantity if (item.unit or _PIECES) == unit else None
