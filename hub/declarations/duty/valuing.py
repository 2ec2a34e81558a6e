"""The customs value of every item: its price with its share of freight and insurance. Pure."""

from datetime import date
from decimal import Decimal

import msgspec

from hub.declarations.duty.assessment import Remark
from hub.declarations.duty.rates import ExchangeRates, Rate
from hub.declarations.facts import DeclarationFacts, Money


class ItemValue(msgspec.Struct, frozen=True, gc=False):
    """One item's value in the national currency, exact."""

    price: Money
    rate: Rate
    goods: Decimal
    """The price alone."""
    customs: Decimal
    """With its share of the charges."""


class Valuation(msgspec.Struct, frozen=True, gc=False):
    """All items' values; empty where `problems` says why."""

    items: tuple[ItemValue, ...] = ()
    goods: Decimal = Decimal(0)
    charges: Decimal = Decimal(0)
    problems: tuple[Remark, ...] = ()


class Converter:
    """Turns amounts into the national currency on one day, and keeps what could not be."""

    def __init__(self, rates: ExchangeRates, national: str, day: date) -> None:
        """Take the newest rates on or before `day`."""
        self.problems: list[Remark] = []
        self._rates, self._day = rates, day
        self._national, self._one = national, Rate(Decimal(1), day)

    def rate(self, currency: str, item: int | None = None) -> Rate | None:
        """Return a rate; a missing one is noted."""
        if currency == self._national:
            return self._one
        found = self._rates.on(currency, self._day)
        if found is None:
            values = {"currency": currency, "day": self._day.isoformat()}
            self.problems.append(Remark("rate-missing", values, item))
        return found

    def amount(self, money: Money | None) -> Decimal:
        """Convert a charge; none is nothing, one that cannot be converted is noted and nothing."""
        if money is None or not money.amount:
            return Decimal(0)
        found = self.rate(money.currency)
        return Decimal(0) if found is None else money.amount * found.value


def value_items(facts: DeclarationFacts, converter: Converter) -> Valuation:
    """Convert every price and share freight and insurance by value, evenly where nothing has one."""
    prices = [_price(item.value, place, converter) for place, item in enumerate(facts.items)]
    charges = converter.amount(facts.freight) + converter.amount(facts.insurance)
    if converter.problems or not prices:
        return Valuation(problems=tuple(converter.problems) or (Remark("no-items"),))
    known = [price for price in prices if price is not None]
    goods = sum((amount for _, _, amount in known), Decimal(0))
    items = tuple(
        ItemValue(money, rate, amount, amount + (charges * amount / goods if goods else charges / len(known)))
        for money, rate, amount in known
    )
    return Valuation(items, goods, charges)


def _price(money: Money | None, place: int, converter: Converter) -> tuple[Money, Rate, Decimal] | None:
    if money is None or money.amount < 0:
        converter.problems.append(Remark("value-missing", {}, place))
        return None
    rate = converter.rate(money.currency, place)
    return None if rate is None else (money, rate, money.amount * rate.value)
