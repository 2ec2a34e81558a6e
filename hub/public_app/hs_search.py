"""Finds commodity codes by words of their English texts, or by their first digits. Pure."""

from functools import cache
from itertools import islice
from typing import NamedTuple

from hub.declarations.cleansing.hs_list import HsList
from hub.declarations.reference_files import reference_data

MOST_FOUND = 8
_FEWEST_DIGITS = 2
_FEWEST_LETTERS = 2


class HsFound(NamedTuple):
    """A subheading."""

    code: str
    text: str


class _Entry(NamedTuple):
    found: HsFound
    own: str
    """Its text in small letters."""
    above: str
    """The texts of its heading and chapter."""


class HsSearch:
    """An index of all subheadings; make it once and keep it."""

    def __init__(self, hs: HsList) -> None:
        """Index the list."""
        self._entries = [_entry(code, hs) for code in hs.under("")]

    def find(self, wanted: str) -> list[HsFound]:
        """Return what fits best: every word has to begin a word of the text or of the heading above it."""
        digits = "".join(wanted.split()).replace(".", "")
        if digits.isdecimal():
            fitting = (one.found for one in self._entries if one.found.code.startswith(digits[:6]))
            return list(islice(fitting, MOST_FOUND)) if len(digits) >= _FEWEST_DIGITS else []
        words = [word for word in _plain(wanted).split() if len(word) >= _FEWEST_LETTERS]
        if not words:
            return []
        ranked = sorted(
            (_misses(words, one), len(one.own), one.found)
            for one in self._entries
            if all(f" {word}" in one.own or f" {word}" in one.above for word in words)
        )
        return [found for _, _, found in ranked[:MOST_FOUND]]


@cache
def hs_search() -> HsSearch:
    """Index the list in force, once in a process."""
    return HsSearch(reference_data().hs)


def _entry(code: str, hs: HsList) -> _Entry:
    above = f"{hs.text(code[:4])} {hs.text(code[:2])}"
    return _Entry(HsFound(code, hs.text(code)), f" {_plain(hs.text(code))}", f" {_plain(above)}")


def _misses(words: list[str], entry: _Entry) -> int:
    """Count the words that stand above an entry only."""
    return sum(f" {word}" not in entry.own for word in words)


def _plain(text: str) -> str:
    return "".join(letter if letter.isalnum() else " " for letter in text.lower())
