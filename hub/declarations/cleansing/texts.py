"""Text in its normal form: what cannot be seen is taken out, what looks like another letter is told. Pure."""

import re
import unicodedata

from hub.declarations.cleansing.notes import Notes

_PLAIN = re.compile(r"[!-~]+(?: [!-~]+)*\Z")
_CONTROLS = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u061c\u2060-\u2064\ufeff\ufff9-\ufffb]"
)
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SPACES = re.compile(r"\s+")
_ODD_SPACES = re.compile(r"[^\S ]| {2}|^ | \Z")
_WORD = re.compile(r"[^\W\d_]{2,}")
_MIXED = re.compile("[A-Za-z]")
_CYRILLIC_OR_GREEK = re.compile("[\u0370-\u03ff\u0400-\u04ff]")
_LATIN_LIKE = dict(
    zip(
        "аеорсухкмтвніјѕԁԛԝһАВЕКМНОРСТУХІЈЅαορνΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
        "aeopcyxkmtbhijsdqwhABEKMHOPCTYXIJSaopvABEZHIKMNOPTYX",
        strict=True,
    )
)
_CYRILLIC_LIKE = dict(zip("aeopcyxkmtbhiABEKMHOPCTYX", "аеорсухкмтвніАВЕКМНОРСТУХ", strict=True))


def cleanse_text(text: str, fact: str, item: int | None, notes: Notes) -> str:
    """Return text in Unicode's form C without control characters and needless spaces; case is kept."""
    if not text or _PLAIN.match(text) or _is_tidy(text):
        return text
    if _TURNS.search(text):
        notes.say("text-direction", fact, item, value=text)
        text = _TURNS.sub("", text)
    seen = _CONTROLS.sub("", text)
    if seen != text:
        notes.change("text-control-characters", fact, item, text, seen)
    composed = unicodedata.normalize("NFC", seen)
    if composed != seen:
        notes.change("text-form", fact, item, seen, composed)
    spaced = _SPACES.sub(" ", composed).strip()
    if spaced != composed:
        notes.change("text-spaces", fact, item, composed, spaced)
    return spaced


def _is_tidy(text: str) -> bool:
    odd = _ODD_SPACES.search(text) or _CONTROLS.search(text) or _TURNS.search(text)
    return odd is None and unicodedata.is_normalized("NFC", text)


def without_look_alikes(text: str) -> tuple[str, tuple[str, ...]]:
    """Return text with each word in the one script it is meant in, and the words that mixed two.

    A word is taken to be in the script of its letters that look like none of the other's; where all of them
    do, in that of most.
    """
    if text.isascii() or not _MIXED.search(text) or not _CYRILLIC_OR_GREEK.search(text):
        return text, ()
    mixed = [word for word in _WORD.findall(text) if _MIXED.search(word) and _CYRILLIC_OR_GREEK.search(word)]
    for word in mixed:
        text = text.replace(word, _in_one_script(word))
    return text, tuple(mixed)


def _in_one_script(word: str) -> str:
    foreign = [letter for letter in word if _CYRILLIC_OR_GREEK.match(letter)]
    latin = [letter for letter in word if letter.isascii()]
    is_latin_possible = all(letter in _LATIN_LIKE for letter in foreign)
    is_cyrillic_possible = all(letter in _CYRILLIC_LIKE for letter in latin)
    if is_latin_possible and (not is_cyrillic_possible or len(latin) >= len(foreign)):
        return "".join(_LATIN_LIKE.get(letter, letter) for letter in word)
    if is_cyrillic_possible:
        return "".join(_CYRILLIC_LIKE.get(letter, letter) for letter in word)
    return word
