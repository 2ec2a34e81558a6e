"""What a person's limit frees: first of what bears most, so that parting a parcel never pays. Pure."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import msgspec

from hub.declarations.duty.assessment import LimitUse
from hub.declarations.duty.rounding import CENT, rounded
from hub.declarations.duty.rules import PersonLimit, Rounding
from hub.declarations.duty.taxing import ItemTaxes
from hub.declarations.duty.valuing import ItemValue
from hub.declarations.facts import DeclarationFacts

_NOTHING = Decimal(0)


class Freed(msgspec.Struct, frozen=True, gc=False):
    """What is free of each item's customs value, exact, and the limit that frees it."""

    values: Sequence[Decimal]
    limit: LimitUse | None = None


def limit_for(facts: DeclarationFacts, limits: Sequence[PersonLimit], day: date) -> PersonLimit | None:
    """Return the limit that holds for a person's own goods of this mode of transport; None: there is none."""
    for limit in limits:
        if facts.mode in limit.modes and limit.valid_from <= day <= limit.valid_to:
            return limit if facts.is_personal else None
    return None


def nothing_freed(count: int) -> Freed:
    """Free nothing of so many items."""
    return Freed([_NOTHING] * count)


def freed_by(
    limit: PersonLimit,
    facts: DeclarationFacts,
    goods: Sequence[tuple[ItemValue, ItemTaxes]],
    used_usd: Decimal,
    usd_rate: Decimal,
) -> Freed:
    """Share what is left of a limit; `used_usd`: before, `usd_rate`: national currency for a dollar."""
    counted = [place for place, item in enumerate(facts.items) if not item.hs_code.startswith(limit.excluded)]
    counted_usd = sum((goods[place][0].customs for place in counted), _NOTHING) / usd_rate
    use = LimitUse(
        limit_usd=limit.amount_usd,
        used_usd=used_usd,
        counted_usd=rounded(counted_usd, CENT, Rounding.UP),
        rule=limit.rule,
        source=limit.source,
    )
    left = max(_NOTHING, limit.amount_usd - used_usd) * usd_rate
    values = [_NOTHING] * len(goods)
    for place in sorted(counted, key=lambda place: _burden(*goods[place]), reverse=True):
        values[place] = min(left, goods[place][0].customs)
        left -= values[place]
    return Freed(values, use)


def _burden(value: ItemValue, taxes: ItemTaxes) -> Decimal:
    return taxes.total / value.customs if value.customs else _NOTHING
