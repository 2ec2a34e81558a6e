"""Works out what is due on a declaration. Pure.

Every tax of an item grows with its value and quantity alike, and the limit frees first what bears most:
so goods in several parcels never cost less than the same goods in one. A total is rounded once.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, localcontext

import msgspec

from hub.declarations.duty.assessment import DutyAssessment, DutyLine, ItemDuty, Remark
from hub.declarations.duty.freeing import Freed, freed_by, limit_for, nothing_freed
from hub.declarations.duty.preferences import Origins
from hub.declarations.duty.rounding import CENT, EXACT, apportion, rounded
from hub.declarations.duty.rules import DutyTables, Rounding, TaxRule, Territory, in_force
from hub.declarations.duty.taxing import ItemTaxes, TaxOf, tax_item
from hub.declarations.duty.valuing import Converter, ItemValue, Valuation, value_items
from hub.declarations.facts import DeclarationFacts

Goods = Sequence[tuple[ItemValue, ItemTaxes]]


class _Ground(msgspec.Struct, frozen=True, gc=False):
    """What everything is worked out with."""

    tables: DutyTables
    territory: Territory
    day: date
    usd_rate: Decimal


def assess_duty(
    facts: DeclarationFacts, tables: DutyTables, used_usd: Decimal, day: date, origins: Origins
) -> DutyAssessment:
    """Work out duties and taxes with the rules and rates of a day.

    `used_usd`: what the person's parcels of the month have used of the limit before. What is missing stands
    in the answer's problems; then it has no total.
    """
    territory = in_force(tables.territories, day)
    if territory is None:
        return _without(tables, day, Remark("territory-missing", {"day": day.isoformat()}))
    if facts.destination_country not in {"", territory.country}:
        remark = Remark("destined-elsewhere", {"country": facts.destination_country})
        return _without(tables, day, remark)
    with localcontext(EXACT):
        converter = Converter(tables.rates, territory.currency, day)
        usd = converter.rate("USD")
        valuation = value_items(facts, converter)
        if usd is None or not valuation.items:
            return _without(tables, day, *(converter.problems or valuation.problems))
        goods = _taxed(facts, valuation, (tables, day, origins), converter)
        limit = limit_for(facts, tables.limits, day)
        freed = (
            nothing_freed(len(goods)) if limit is None else freed_by(limit, facts, goods, used_usd, usd.value)
        )
        found = _summed(valuation, goods, freed, _Ground(tables, territory, day, usd.value))
    return _unsummed(found, converter.problems) if converter.problems else found


def _taxed(
    facts: DeclarationFacts,
    valuation: Valuation,
    reckoning: tuple[DutyTables, date, Origins],
    converter: Converter,
) -> Goods:
    pairs = zip(facts.items, valuation.items, strict=True)
    return [
        (value, tax_item(item, value, place, reckoning, converter))
        for place, (item, value) in enumerate(pairs)
    ]


def _without(tables: DutyTables, day: date, *problems: Remark) -> DutyAssessment:
    return DutyAssessment(edition=tables.edition, day=day, problems=problems)


def _unsummed(found: DutyAssessment, problems: Sequence[Remark]) -> DutyAssessment:
    """Keep values and limit, and say why there are no taxes."""
    items = tuple(msgspec.structs.replace(item, lines=()) for item in found.items)
    return msgspec.structs.replace(found, items=items, total=None, total_usd=None, problems=tuple(problems))


def _summed(valuation: Valuation, goods: Goods, freed: Freed, ground: _Ground) -> DutyAssessment:
    due = [
        tax.amount * _due_share(value.customs, free)
        for (value, taxes), free in zip(goods, freed.values, strict=True)
        for tax in taxes.taxes
    ]
    territory, usd_rate = ground.territory, ground.usd_rate
    amounts = apportion(due, territory.unit, territory.rounding)
    total = sum(amounts, Decimal(0))
    return DutyAssessment(
        edition=ground.tables.edition,
        day=ground.day,
        currency=territory.currency,
        items=_items(goods, freed, amounts),
        charges=rounded(valuation.charges, CENT, Rounding.HALF_UP),
        goods_usd=rounded(valuation.goods / usd_rate, CENT, Rounding.HALF_UP),
        total=total,
        total_usd=rounded(total / usd_rate, CENT, Rounding.HALF_UP),
        usd_rate=usd_rate,
        limit=freed.limit,
    )


def _due_share(customs: Decimal, free: Decimal) -> Decimal:
    return (customs - free) / customs if free else Decimal(1)


def _items(goods: Goods, freed: Freed, amounts: Sequence[Decimal]) -> tuple[ItemDuty, ...]:
    values = apportion([value.customs for value, _ in goods], CENT, Rounding.HALF_UP)
    items, first = [], 0
    for place, (value, taxes) in enumerate(goods):
        last = first + len(taxes.taxes)
        lines = tuple(map(_line, taxes.taxes, amounts[first:last]))
        free = rounded(freed.values[place], CENT, Rounding.HALF_UP)
        items.append(_item(place, value, (values[place], free), taxes, lines))
        first = last
    return tuple(items)


def _item(
    place: int,
    value: ItemValue,
    rounded_values: tuple[Decimal, Decimal],
    taxes: ItemTaxes,
    lines: tuple[DutyLine, ...],
) -> ItemDuty:
    price, rate = value.price, value.rate
    customs, free = rounded_values
    return ItemDuty(
        place, price.amount, price.currency, rate.value, rate.day, customs, free, taxes.preference, lines
    )


def _line(tax: TaxOf, amount: Decimal) -> DutyLine:
    rule = tax.rule
    base = rounded(tax.base, CENT, Rounding.HALF_UP)
    return DutyLine(tax.tax, base, amount, rule.rule, rule.source, rule.percent, _specific(rule), rule.regime)


def _specific(rule: TaxRule) -> str:
    return "" if rule.amount is None else f"{rule.amount} {rule.currency}/{rule.unit}"
