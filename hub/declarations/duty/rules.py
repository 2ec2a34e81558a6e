"""Dated rules of duties, taxes, preferences and limits, and how the one in force is found. Pure."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, TypeVar

import msgspec

from hub.declarations.duty.rates import ExchangeRates


class Tax(StrEnum):
    """What is levied, in the order in which one is part of the next one's base."""

    DUTY = "duty"
    EXCISE = "excise"
    VAT = "vat"


class Rounding(StrEnum):
    """How a total is brought to whole units."""

    UP = "up"
    HALF_UP = "half-up"
    DOWN = "down"


class Dated(Protocol):
    """A rule with its days, the first and the last."""

    @property
    def valid_from(self) -> date:
        """The first day."""
        ...

    @property
    def valid_to(self) -> date:
        """The last day."""
        ...


Rule = TypeVar("Rule", bound=Dated)


class TaxRule(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What goods below a prefix bear: a part of the base, an amount a unit, or the greater of both."""

    rule: str
    """File and line, such as ``duty.csv:2``."""
    hs_prefix: str
    """Empty: all goods."""
    regime: str
    """Empty: whatever the origin (most favoured nation)."""
    percent: Decimal | None
    amount: Decimal | None
    """In `currency` for each `unit`."""
    currency: str
    unit: str
    """UN/ECE recommendation 20; ``KGM`` is the net mass, ``H87`` pieces."""
    valid_from: date
    valid_to: date
    source: str


class Regime(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A preference for goods of some origins, given on a valid certificate."""

    rule: str
    regime: str
    countries: frozenset[str]
    valid_from: date
    valid_to: date
    source: str


class PersonLimit(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Up to which value a person's parcels of one calendar month are free of duties and taxes."""

    rule: str
    amount_usd: Decimal
    modes: frozenset[str]
    """Modes of transport it is for (UN/ECE recommendation 19)."""
    excluded: tuple[str, ...]
    """Prefixes of goods that are never free and do not count."""
    valid_from: date
    valid_to: date
    source: str


class Territory(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Whose duties these are, in what money, and how totals are rounded."""

    rule: str
    country: str
    currency: str
    unit: Decimal
    """The smallest amount that is paid."""
    rounding: Rounding
    valid_from: date
    valid_to: date
    source: str


class TaxRules(msgspec.Struct, frozen=True, gc=False):
    """The rules of one tax, by regime and prefix."""

    rules: Mapping[tuple[str, str], tuple[TaxRule, ...]]
    lengths: tuple[int, ...]
    """Of the prefixes that have rules, the longest first."""

    def find(self, hs_code: str, day: date, regime: str = "") -> TaxRule | None:
        """Return the rule of the longest prefix that is in force; None: there is none."""
        for length in self.lengths:
            rules = self.rules.get((regime, hs_code[:length])) if length <= len(hs_code) else None
            found = None if rules is None else in_force(rules, day)
            if found is not None:
                return found
        return None


class DutyTables(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """All rules of one territory; read them once and keep them."""

    edition: str
    """Stands for the content of all files."""
    territories: tuple[Territory, ...]
    taxes: Mapping[Tax, TaxRules]
    regimes: tuple[Regime, ...]
    limits: tuple[PersonLimit, ...]
    rates: ExchangeRates


def in_force(rules: tuple[Rule, ...], day: date) -> Rule | None:
    """Return the first rule that holds on a day; None: none does."""
    for rule in rules:
        if rule.valid_from <= day <= rule.valid_to:
            return rule
    return None
