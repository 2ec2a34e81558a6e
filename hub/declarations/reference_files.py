"""Reads the lists that declarations are checked against from the files beside this module."""

import csv
import gzip
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from itertools import product

from hub.declarations.cleansing.folding import fold
from hub.declarations.cleansing.hs_list import HsList
from hub.declarations.cleansing.reference import (
    Country,
    Currency,
    NumberFormat,
    PhonePlan,
    ReferenceData,
    ValueBounds,
)
from hub.declarations.cleansing.vague_words import Inflection, VagueWord, VagueWords, WordGroup

EDITION = "hs-2022 lists-2026-11"
LANGUAGES = ("az", "en", "ka", "ro", "ru", "tr", "uk")
_FOLDER = resources.files("hub.declarations") / "data"


@cache
def reference_data() -> ReferenceData:
    """Read all lists, once in a process: about a tenth of a second."""
    units = list(_rows("units.csv"))
    phones = {row["country"]: _phone_plan(row) for row in _rows("phone_plans.csv")}
    return ReferenceData(
        edition=EDITION,
        hs=_hs_list(),
        chapter_words={row["word"]: frozenset(row["chapters"].split()) for row in _rows("chapter_words.csv")},
        vague=_vague_words(),
        brands=frozenset(row["brand"] for row in _rows("brands.csv")),
        unit_codes=frozenset(row["code"] for row in units),
        unit_names={fold(name): row["code"] for row in units for name in _names(row)},
        currencies={row["code"]: _currency(row) for row in _rows("currencies.csv")},
        countries={
            row["code"]: Country(row["state"], tuple(row["now"].split())) for row in _rows("countries.csv")
        },
        bounds=_bounds(),
        most_kg={row["mode"]: Decimal(row["most_kg"]) for row in _rows("mode_limits.csv")},
        formats=_formats(),
        phones=phones,
        phones_by_dial={plan.dial: _plans_of(plan.dial, phones) for plan in phones.values()},
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    file = _FOLDER.joinpath(name)
    content = file.read_bytes()
    text = (gzip.decompress(content) if name.endswith(".gz") else content).decode()
    return csv.DictReader(text.splitlines())


def _hs_list() -> HsList:
    texts = {row["code"]: row["description"] for row in _rows("hs_2022.csv.gz")}
    moved = {row["code"]: tuple(row["since_2022"].split()) for row in _rows("hs_2017.csv")}
    return HsList(texts, moved)


def _vague_words() -> VagueWords:
    groups = {
        row["group"]: WordGroup(row["group"], row["heard"] == "always", row["example"])
        for row in _rows("vague_words/groups.csv")
    }
    words = [
        _word(row, language, groups) for language in LANGUAGES for row in _rows(f"vague_words/{language}.csv")
    ]
    inflections = {row["language"]: _inflection(row) for row in _rows("vague_words/endings.csv")}
    fillers = [word for row in _rows("vague_words/fillers.csv") for word in row["words"].split()]
    return VagueWords(words, inflections, fillers)


def _word(row: dict[str, str], language: str, groups: dict[str, WordGroup]) -> VagueWord:
    return VagueWord(
        stems=tuple(fold(row["word"]).split()),
        group=groups[row["group"]],
        language=language,
        since=date.fromisoformat(row["since"]) if row["since"] else date.min,
        until=date.fromisoformat(row["until"]) if row["until"] else date.max,
    )


def _inflection(row: dict[str, str]) -> Inflection:
    """Join up to three endings as agglutinating languages do."""
    parts = [("", *fold(row[place]).split()) for place in ("first", "second", "third")]
    endings = frozenset("".join(one) for one in product(*parts))
    return Inflection(endings, int(row["shortest"]))


def _names(row: dict[str, str]) -> list[str]:
    return [name for name in row["names"].split("|") if name]


def _currency(row: dict[str, str]) -> Currency:
    rough = Decimal(row["rough_usd"]) if row["rough_usd"] else None
    return Currency(row["until"], row["successor"], rough)


def _bounds() -> dict[str, ValueBounds]:
    bounds = {}
    for row in _rows("value_bounds.csv"):
        first, _, last = row["chapters"].partition("-")
        limits = [Decimal(row[name]) for name in ("kg_low", "kg_high", "piece_low", "piece_high")]
        for chapter in range(int(first), int(last or first) + 1):
            bounds[f"{chapter:02}"] = ValueBounds(*limits)
    return bounds


def _formats() -> dict[tuple[str, str], tuple[NumberFormat, ...]]:
    formats: dict[tuple[str, str], tuple[NumberFormat, ...]] = {}
    for row in _rows("number_formats.csv"):
        key = (row["country"], row["kind"])
        formats[key] = (*formats.get(key, ()), NumberFormat(re.compile(row["pattern"]), row["example"]))
    return formats


def _plans_of(dial: str, phones: dict[str, PhonePlan]) -> tuple[PhonePlan, ...]:
    return tuple(plan for plan in phones.values() if plan.dial == dial)


def _phone_plan(row: dict[str, str]) -> PhonePlan:
    fewest, _, most = row["digits"].partition("-")
    return PhonePlan(row["dial"], row["trunk"], int(fewest), int(most or fewest), row["example"])
