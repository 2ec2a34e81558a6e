"""Compares what was read in a cell with what the certificate says there. Pure.

Figures are compared strictly, letters with patience: a reader confuses letters of two scripts, seldom
figures. One reading alone decides nothing against a paper: what differs has to be read alike twice.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

import msgspec

from hub.documents.reader import Word
from hub.origin.certificate.layout import Cell
from hub.origin.certificate.paths import Kind, place_of
from hub.origin.paper.confusions import are_alike, as_figures, is_cyrillic, letters_of, strict_of

SURE = 0.80
"""Confidence from which a figure that differs is believed to stand on the paper."""
CLEAR = 0.60
"""Confidence below which even what agrees is read a second time."""
_OTHER_WORD = 0.5
"""Share of a word's letters that differ from which it is another word."""
_OTHER_TEXT = 0.4
"""The same of a whole cell."""
_LONG_WORD = 4
_SEVERAL = 2
MOST_READINGS = 3
_STRICT = frozenset({Kind.CODE, Kind.DECIMAL, Kind.DAY, Kind.HS_CODE, Kind.STATE, Kind.CRITERION})


class Outcome(StrEnum):
    """What a cell comes to."""

    MATCHES = "matches"
    LOOK = "look"
    """It could not be read well enough: an officer looks at the picture beside the value."""
    DIFFERS = "differs"
    """Another figure or another word stands there."""


class Reading(msgspec.Struct, frozen=True):
    """How one reading of a cell compares, word by word of what should stand there."""

    needed: dict[int, int]
    """By word: in how many readings of the cell it has to agree before it is believed."""
    wrong: frozenset[int]
    """Words that do not agree, shapes that look alike apart."""
    is_clear: bool
    differing: frozenset[str]
    """What is there instead, where the reader is sure of it: each as ``expected>read``."""
    suspected: frozenset[str]
    """The same where it is not sure and several signs differ."""
    text: str

    @property
    def agrees(self) -> bool:
        """Whether every word does."""
        return not self.wrong


class _Sign(msgspec.Struct, frozen=True):
    sign: str
    confidence: float
    is_cyrillic: bool
    """Of its word."""


class _Wanted(msgspec.Struct, frozen=True):
    sign: str
    is_strict: bool
    word: int
    is_cyrillic: bool
    is_own: bool
    """Of a word that the form has for itself: whatever is read there says nothing."""


_Pair = tuple[_Wanted | None, _Sign | None]


def compare(cell: Cell, words: Sequence[Word]) -> Reading:
    """Compare one reading."""
    pairs = _aligned(tuple(_wanted(cell)), tuple(_signs(words, lone=_has_lone_letter(cell))))
    inside = _by_word(pairs)
    clear = min((word.confidence for word in words if letters_of(word.text)), default=0.0) >= CLEAR
    return Reading(
        needed={number: _needed(word) for number, word in inside.items()},
        wrong=frozenset(number for number, word in inside.items() if any(map(_is_wrong, word))),
        is_clear=clear,
        differing=frozenset(_differing(inside)),
        suspected=frozenset(_named(number, word) for number, word in inside.items() if _differs_much(word)),
        text=" ".join(word.text for word in words),
    )


def decide(readings: Sequence[Reading]) -> Outcome | None:
    """Weigh the readings made so far; None: another one is needed."""
    if readings[0].agrees and readings[0].is_clear:
        return Outcome.MATCHES
    needed = {number: least for reading in readings for number, least in reading.needed.items()}
    agreeing = {number: sum(number not in reading.wrong for reading in readings) for number in needed}
    if len(readings) > 1 and all(agreeing[number] >= least for number, least in needed.items()):
        return Outcome.MATCHES
    if len(readings) < MOST_READINGS:
        return None
    seen = [one for reading in readings for one in reading.differing]
    always = frozenset.intersection(*(reading.suspected | reading.differing for reading in readings))
    return Outcome.DIFFERS if always or any(seen.count(one) > 1 for one in seen) else Outcome.LOOK


def decide_empty(words: Sequence[Word]) -> Outcome:
    """Weigh what was read where nothing should stand: a stamp's edge is looked at, words are not."""
    sure = [word for word in words if word.confidence >= SURE and len(letters_of(word.text)) >= 2]
    return Outcome.DIFFERS if sure else Outcome.LOOK


def _wanted(cell: Cell) -> Iterator[_Wanted]:
    number = 0
    for line in cell.lines:
        is_strict = any(place_of(path).kind in _STRICT for path in line.fields)
        for word in line.text.split():
            number += 1
            is_own = word in line.own
            strict = not is_own and (is_strict or any(sign.isdigit() for sign in word))
            folded = strict_of(word) if strict else letters_of(word)
            yield from (_Wanted(sign, strict, number, is_cyrillic(word), is_own) for sign in folded)


def _signs(words: Sequence[Word], *, lone: bool) -> Iterator[_Sign]:
    """Take words apart; a letter by itself where there should be none may be a stroke of the pen."""
    for word in words:
        folded = strict_of(word.text) if any(map(str.isdigit, word.text)) else letters_of(word.text)
        is_stroke = not lone and len(folded) == 1 and folded.isalpha()
        confidence = 0.0 if is_stroke else word.confidence
        yield from (_Sign(sign, confidence, is_cyrillic(word.text)) for sign in folded)


def _has_lone_letter(cell: Cell) -> bool:
    return any(len(word) == 1 and word.isalpha() for line in cell.lines for word in line.text.split())


def _same(one: _Wanted, other: _Sign) -> bool:
    return are_alike(one.sign, other.sign)


def _aligned(wanted: Sequence[_Wanted], signs: Sequence[_Sign]) -> list[_Pair]:
    """Pair signs by the fewest changes (Levenshtein's distance); None stands for a sign that has no other."""
    rows, columns = len(wanted), len(signs)
    cost = [
        [column + row if not row or not column else 0 for column in range(columns + 1)]
        for row in range(rows + 1)
    ]
    for row in range(1, rows + 1):
        for column in range(1, columns + 1):
            change = 0 if _same(wanted[row - 1], signs[column - 1]) else 1
            cost[row][column] = min(
                cost[row - 1][column - 1] + change, cost[row - 1][column] + 1, cost[row][column - 1] + 1
            )
    pairs: list[_Pair] = []
    row, column = rows, columns
    while row or column:
        here = cost[row][column]
        changed = row and column and not _same(wanted[row - 1], signs[column - 1])
        if row and column and here == cost[row - 1][column - 1] + (1 if changed else 0):
            row, column = row - 1, column - 1
            pairs.append((wanted[row], signs[column]))
        elif row and here == cost[row - 1][column] + 1:
            row -= 1
            pairs.append((wanted[row], None))
        else:
            column -= 1
            pairs.append((None, signs[column]))
    return pairs[::-1]


def _by_word(pairs: Sequence[_Pair]) -> dict[int, list[_Pair]]:
    """Group pairs by the word that is wanted; what is read besides goes with the word before it.

    Words of the form's own are left out, and with them whatever was read for them, but for figures: those
    go with the word that follows.
    """
    words: dict[int, list[_Pair]] = {}
    own: set[int] = set()
    place = 1
    for one, other in pairs:
        if one is not None:
            place = one.word
            own |= {place} if one.is_own else set()
        is_figure = one is None and other is not None and other.sign.isdigit()
        words.setdefault(place + 1 if is_figure and place in own else place, []).append((one, other))
    return {number: inside for number, inside in words.items() if number not in own}


def _needed(word: Sequence[_Pair]) -> int:
    """Return in how many readings it has to agree; nothing is misread as just the long word wanted."""
    wanted = [one for one, _ in word if one is not None]
    return 2 if len(wanted) < _LONG_WORD or any(one.is_strict for one in wanted) else 1


def _named(number: int, word: Sequence[_Pair]) -> str:
    said = "".join(one.sign for one, _ in word if one is not None)
    read = "".join(other.sign for _, other in word if other is not None)
    return f"{number} {said}>{as_figures(read)}"


def _differs_much(word: Sequence[_Pair]) -> bool:
    """Say whether several other signs are read for a strict word; nothing read says nothing."""
    is_strict = any(one is not None and one.is_strict for one, _ in word)
    read = [pair for pair in word if pair[1] is not None]
    return is_strict and sum(map(_is_wrong, read)) >= _SEVERAL


def _differing(words: Mapping[int, Sequence[_Pair]]) -> Iterator[str]:
    """Name each word that another stands for, as far as the reader is sure of the signs that differ."""
    all_sure, all_wanted = 0, 0
    for number, inside in words.items():
        said = sum(one is not None for one, _ in inside)
        sure = sum(_is_wrong(pair) and _is_sure(pair) for pair in inside)
        is_strict = any(one is not None and one.is_strict for one, _ in inside)
        all_sure += sure
        all_wanted += said
        if (is_strict and sure) or sure > _OTHER_WORD * max(said, 2):
            yield _named(number, inside)
    if all_sure > _OTHER_TEXT * max(all_wanted, 2):
        yield "another text"


def _is_wrong(pair: _Pair) -> bool:
    """Say whether a pair speaks against the paper; a stroke or point read or lost among letters does not."""
    one, other = pair
    if one is None or other is None:
        sign = one.sign if one is not None else other.sign if other is not None else ""
        return sign.isalnum() or (one is not None and one.is_strict)
    return not _same(one, other)


def _is_sure(pair: _Pair) -> bool:
    """Say whether another sign stands there for certain; one of another script is the reader's confusion."""
    one, other = pair
    if other is None or other.confidence < SURE:
        return False
    return one is None or one.is_cyrillic == other.is_cyrillic or not other.sign.isalpha()
