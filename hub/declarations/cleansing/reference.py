"""The lists that declarations are checked against: codes, words, limits and formats. Pure."""

import re
from collections.abc import Mapping
from decimal import Decimal

import msgspec

from hub.declarations.cleansing.hs_list import HsList
from hub.declarations.cleansing.vague_words import VagueWords


class Currency(msgspec.Struct, frozen=True, gc=False):
    """A currency of ISO 4217."""

    until: str = ""
    """Year and month in which it was withdrawn; empty: in use."""
    successor: str = ""
    rough_usd: Decimal | None = None
    """About what one unit is worth in US dollars: for the size of a value, never for a duty."""


class Country(msgspec.Struct, frozen=True, gc=False):
    """A code of ISO 3166-1 alpha-2, or one that people write for it."""

    state: str = ""
    """Empty: in use; ``user-assigned``, ``withdrawn`` or ``alias``."""
    now: tuple[str, ...] = ()
    """The codes in use instead."""


class ValueBounds(msgspec.Struct, frozen=True, gc=False):
    """Between what values goods of a chapter lie, in US dollars."""

    kg_low: Decimal
    kg_high: Decimal
    piece_low: Decimal
    piece_high: Decimal


class NumberFormat(msgspec.Struct, frozen=True, gc=False):
    """How a postcode, a person's or a firm's number of a country is written."""

    pattern: re.Pattern[str]
    example: str


class PhonePlan(msgspec.Struct, frozen=True, gc=False):
    """Telephone numbers of a country (ITU-T E.164)."""

    dial: str
    trunk: str
    """What is dialled before the number within the country; empty: nothing."""
    fewest: int
    most: int
    """Digits after the country's code."""
    example: str


class ReferenceData(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Everything cleansing looks things up in; read it once and keep it."""

    edition: str
    hs: HsList
    chapter_words: Mapping[str, frozenset[str]]
    """English nouns, each with the chapters its goods belong to; ``*``: says nothing of the chapter."""
    vague: VagueWords
    brands: frozenset[str]
    unit_codes: frozenset[str]
    unit_names: Mapping[str, str]
    """Folded names and their codes."""
    currencies: Mapping[str, Currency]
    countries: Mapping[str, Country]
    bounds: Mapping[str, ValueBounds]
    """By chapter."""
    most_kg: Mapping[str, Decimal]
    """What one consignment weighs at most, by mode of transport (UN/ECE recommendation 19)."""
    formats: Mapping[tuple[str, str], tuple[NumberFormat, ...]]
    """By country and kind: ``person``, ``firm``, ``postcode``."""
    phones: Mapping[str, PhonePlan]
    """By country."""
    phones_by_dial: Mapping[str, tuple[PhonePlan, ...]]
    """By the country's code, which several may share."""
