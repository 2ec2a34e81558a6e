"""Exchange rates by day: the newest on or before it; one that is missing is missing. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

import msgspec


class Rate(msgspec.Struct, frozen=True, gc=False):
    """What one unit of a currency is worth in the national one, and since when."""

    value: Decimal
    day: date


class ExchangeRates(msgspec.Struct, frozen=True, gc=False):
    """Rates of many currencies, each in the order of days."""

    by_currency: Mapping[str, tuple[Rate, ...]]

    def on(self, currency: str, day: date) -> Rate | None:
        """Return the newest rate on or before a day; None: there is none, and none is guessed."""
        rates = self.by_currency.get(currency, ())
        place = bisect_right(rates, day, key=_day)
        return rates[place - 1] if place else None


def rates_of(rows: Iterable[tuple[str, Rate]]) -> ExchangeRates:
    """Gather rates that may come in any order."""
    found: dict[str, list[Rate]] = {}
    for currency, rate in rows:
        found.setdefault(currency, []).append(rate)
    return ExchangeRates({currency: tuple(sorted(rates, key=_day)) for currency, rates in found.items()})


def _day(rate: Rate) -> date:
    return rate.day
