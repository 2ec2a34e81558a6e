"""Words that do not say what goods are, in seven languages and in their inflected forms. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache

import msgspec

from hub.declarations.cleansing.folding import fold

WORD = re.compile(r"[^\W\d_]+")
_KEPT = 1 << 15


class WordGroup(msgspec.Struct, frozen=True, gc=False):
    """Words of one kind, such as those for gifts."""

    name: str
    is_always_doubted: bool
    """Doubted beside a good description too; otherwise only where nothing else is said."""
    example: str
    """A description that says what the goods are."""


class VagueWord(msgspec.Struct, frozen=True, gc=False):
    """A word or phrase by its stems."""

    stems: tuple[str, ...]
    group: WordGroup
    language: str
    since: date = date.min
    until: date = date.max
    """The last day on which it counts."""


class Inflection(msgspec.Struct, frozen=True, gc=False):
    """How a language inflects its words: stem and ending."""

    endings: frozenset[str]
    shortest: int
    """Stems of fewer letters take no ending, or they would be found in words of other languages."""


class FoundWord(msgspec.Struct, frozen=True, gc=False):
    """Where a text has a vague word."""

    start: int
    """In characters."""
    end: int
    word: VagueWord


class VagueWords:
    """The words of all languages; a text is searched for all of them, as senders mix languages."""

    def __init__(
        self, words: Iterable[VagueWord], inflections: Mapping[str, Inflection], fillers: Iterable[str]
    ) -> None:
        """Take words, how each language inflects, and small words that say nothing."""
        self._inflections = inflections
        self._fillers = frozenset(map(fold, fillers))
        self._by_first: dict[str, list[VagueWord]] = {}
        self._languages: dict[str, set[str]] = {}
        for word in words:
            self._by_first.setdefault(word.stems[0], []).append(word)
            for stem in word.stems:
                self._languages.setdefault(stem, set()).add(word.language)
        for beginning in self._by_first.values():
            beginning.sort(key=lambda word: -len(word.stems))
        self._stems_of = lru_cache(_KEPT)(self._find_stems)

    def count(self, language: str) -> int:
        """Return how many words and phrases a language has."""
        return sum(word.language == language for words in self._by_first.values() for word in words)

    def found_in(self, text: str, day: date) -> tuple[list[FoundWord], bool]:
        """Return the vague words of a text that count on a day, and whether there is any other word."""
        places = [(match.start(), match.end(), match[0]) for match in WORD.finditer(text)]
        tokens = [self._stems_of(token) for _, _, token in places]
        found, says_more, place = [], False, 0
        while place < len(tokens):
            word = self._beginning_at(tokens, place, day)
            if word is not None:
                last = place + len(word.stems) - 1
                found.append(FoundWord(places[place][0], places[last][1], word))
                place = last
            elif not self._is_filler(places[place][2]):
                says_more = True
            place += 1
        return found, says_more

    def _beginning_at(self, tokens: Sequence[frozenset[str]], place: int, day: date) -> VagueWord | None:
        longest: VagueWord | None = None
        for word in self._candidates(tokens[place]):
            after = tokens[place : place + len(word.stems)]
            fits = len(after) == len(word.stems) and all(map(_holds, after, word.stems))
            is_longer = longest is None or len(word.stems) > len(longest.stems)
            if fits and is_longer and word.since <= day <= word.until:
                longest = word
        return longest

    def _candidates(self, stems: frozenset[str]) -> Iterator[VagueWord]:
        for stem in sorted(stems, key=len, reverse=True):
            yield from self._by_first.get(stem, ())

    def _is_filler(self, token: str) -> bool:
        return len(token) == 1 or fold(token) in self._fillers

    def _find_stems(self, token: str) -> frozenset[str]:
        """Return the stems a word may be a form of; itself as a stem is one of them."""
        folded = fold(token)
        found = {folded} if folded in self._languages else set()
        for length in range(1, len(folded)):
            languages = self._languages.get(folded[:length], ())
            if any(self._inflects(one, length, folded[length:]) for one in languages):
                found.add(folded[:length])
        return frozenset(found)

    def _inflects(self, language: str, length: int, ending: str) -> bool:
        inflection = self._inflections[language]
        return length >= inflection.shortest and ending in inflection.endings


def _holds(stems: frozenset[str], stem: str) -> bool:
    return stem in stems
