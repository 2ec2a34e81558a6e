"""Descriptions of goods: whether one can tell from the words what is in the parcel. Pure."""

import re
from datetime import date

from hub.declarations.cleansing.folding import fold
from hub.declarations.cleansing.notes import Notes
from hub.declarations.cleansing.reference import ReferenceData
from hub.declarations.cleansing.texts import cleanse_text, without_look_alikes
from hub.declarations.cleansing.vague_words import WORD
from hub.watchlist.names import script_of

_FACT = "items.description"
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+\Z", re.IGNORECASE)
_FEWEST_LETTERS = 3
_READ_HERE = frozenset(("latin", "azerbaijani", "cyrillic", "georgian"))


def cleanse_description(written: str, item: int, notes: Notes, reference: ReferenceData, day: date) -> str:
    """Return the text in its normal form; says which word is wrong with it and what to write instead."""
    text = cleanse_text(written, _FACT, item, notes)
    if not text:
        notes.say("description-missing", _FACT, item)
        return text
    plain, mixed = without_look_alikes(text)
    if mixed:
        notes.say("text-look-alike", _FACT, item, word=mixed[0], instead=without_look_alikes(mixed[0])[0])
    _judge(plain, item, notes, reference, day)
    return text


def _judge(text: str, item: int, notes: Notes, reference: ReferenceData, day: date) -> None:
    words = WORD.findall(text)
    letters = sum(map(len, words))
    if letters == 0 or (letters >= _FEWEST_LETTERS and len(set(fold("".join(words)))) == 1):
        notes.say("description-no-words", _FACT, item, value=text)
    elif not text.isascii() and script_of(text) not in _READ_HERE:
        notes.say("description-script", _FACT, item, value=text, script=script_of(text))
    elif letters < _FEWEST_LETTERS:
        notes.say("description-short", _FACT, item, value=text, fewest=str(_FEWEST_LETTERS))
    elif _ADDRESS.match(text):
        notes.say("description-address", _FACT, item, value=text)
    elif all(fold(word) in reference.brands for word in words):
        notes.say("description-brand-only", _FACT, item, value=text)
    else:
        _doubt_words(text, item, notes, reference, day)


def _doubt_words(text: str, item: int, notes: Notes, reference: ReferenceData, day: date) -> None:
    found, says_more = reference.vague.found_in(text, day)
    if not says_more and not found:
        notes.say("description-no-words", _FACT, item, value=text)
        return
    for one in found:
        group = one.word.group
        if not says_more or group.is_always_doubted:
            code = "description-vague-word" if says_more else "description-vague"
            word = text[one.start : one.end]
            notes.say(
                code,
                _FACT,
                item,
                word=word,
                kind=group.name,
                language=one.word.language,
                example=group.example,
            )
            return
