"""Commodity codes: their digits, their edition, and whether the words of the description fit. Pure."""

import re

from hub.declarations.cleansing.folding import fold
from hub.declarations.cleansing.hs_list import EARLIER_EDITION, EDITION, HsList
from hub.declarations.cleansing.notes import Notes
from hub.declarations.cleansing.reference import ReferenceData

_SEPARATORS = re.compile(r"[\s.\-/]+")
_ASCII_DIGITS = re.compile(r"[0-9]+\Z")
_WORD = re.compile(r"[^\W\d_]+")
_INGREDIENTS = re.compile(r"\b(?:with|containing|for|from)\b")
"""What comes after these the goods hold or serve, it is not what they are."""
_LENGTHS = (6, 8, 10)
_FACT = "items.hs_code"
_ANY_CHAPTER = "*"
_SHORTEST_WORD = 4


def cleanse_hs_code(written: str, item: int, notes: Notes, hs: HsList) -> str:
    """Return a code's digits; says what is wrong with a code that is not in force."""
    if not written.strip():
        notes.say("hs-code-missing", _FACT, item)
        return ""
    code = _digits(written)
    if not _ASCII_DIGITS.match(code):
        notes.say("hs-code-not-digits", _FACT, item, value=written)
        return written
    if code != written:
        notes.change("hs-code-form", _FACT, item, written, code)
    if len(code) in _LENGTHS and code[:6] in hs:
        return code
    padded = f"0{code}"
    if len(padded) in _LENGTHS and padded[:6] in hs:
        notes.change("hs-code-leading-zero", _FACT, item, code, padded)
        return padded
    _refuse(code, item, notes, hs)
    return code


def doubt_words(description: str, code: str, item: int, notes: Notes, reference: ReferenceData) -> None:
    """Doubt a code whose chapter none of the description's English nouns belongs to.

    A word that stands in the code's own text settles it; so does a word such as "case" or "part", for it
    changes what the noun before it means.
    """
    chapter = code[:2]
    if code[:6] not in reference.hs or not description.isascii():
        return
    named: dict[str, frozenset[str]] = {}
    for word in _WORD.findall(_INGREDIENTS.split(description.lower(), maxsplit=1)[0]):
        chapters = _chapters(word, reference)
        if chapters is None:
            continue
        if chapter in chapters or _ANY_CHAPTER in chapters:
            return
        named[word] = chapters
    if not named or _in_text(named, reference.hs.text(code[:6]) + reference.hs.text(code[:4])):
        return
    word, chapters = next(iter(named.items()))
    notes.say(
        "hs-code-other-goods",
        _FACT,
        item,
        value=code,
        text=reference.hs.text(chapter)[:80],
        word=word,
        chapters=", ".join(sorted(chapters)),
    )


def _digits(written: str) -> str:
    code = _SEPARATORS.sub("", written)
    if code.isdecimal() and not code.isascii():
        return "".join(str(int(digit)) for digit in code)
    return code


def _refuse(code: str, item: int, notes: Notes, hs: HsList) -> None:
    moved = hs.moved(code[:6])
    if len(code) == 4 and code in hs:
        below = ", ".join(hs.short(one) for one in hs.under(code)[:5])
        notes.say("hs-code-heading-only", _FACT, item, value=code, near=below)
    elif len(code) not in _LENGTHS:
        notes.say("hs-code-length", _FACT, item, value=code, count=str(len(code)))
    elif moved is not None:
        notes.say(
            "hs-code-other-edition",
            _FACT,
            item,
            value=code,
            edition=EARLIER_EDITION,
            in_force=EDITION,
            near=", ".join(hs.short(one) for one in moved),
        )
    else:
        near = ", ".join(hs.short(one) for one in hs.near(code)) or "a code of the list"
        notes.say("hs-code-unknown", _FACT, item, value=code, in_force=EDITION, near=near)


def _chapters(word: str, reference: ReferenceData) -> frozenset[str] | None:
    known = reference.chapter_words
    for form in (word, word.removesuffix("s"), word.removesuffix("es")):
        if form in known:
            return known[form]
    return None


def _in_text(words: dict[str, frozenset[str]], text: str) -> bool:
    folded = fold(text)
    return any(len(word) >= _SHORTEST_WORD and word.removesuffix("s") in folded for word in words)
