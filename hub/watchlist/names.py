"""Names in several scripts under one key, so that each spelling finds the others. Pure."""

import re
import unicodedata

from anyascii import anyascii

SCRIPTS = ("latin", "azerbaijani", "cyrillic", "georgian", "arabic", "other")
_AZERBAIJANI = frozenset("əƏğĞıİşŞçÇ")
_BLOCKS = {"LATIN": "latin", "CYRILLIC": "cyrillic", "GEORGIAN": "georgian", "ARABIC": "arabic"}
_SOUNDS = (
    # What the scripts spell with one letter and Latin with several, first the longest.
    ("shch", "s"),
    ("dzh", "c"),
    ("sch", "s"),
    ("tch", "c"),
    ("kh", "h"),
    ("gh", "g"),
    ("zh", "c"),
    ("ch", "c"),
    ("sh", "s"),
    ("dj", "c"),
    ("ts", "c"),
    ("ph", "f"),
    ("yu", "u"),
    ("ya", "a"),
    ("yo", "o"),
    ("ye", "a"),
    ("iy", "i"),
    ("ee", "i"),
    ("oo", "u"),
    ("ou", "u"),
    # What the same sound is spelt with from one orthography to the next.
    ("x", "h"),
    ("q", "g"),
    ("j", "c"),
    ("w", "v"),
    ("e", "a"),
    ("y", "i"),
)
_NO_LETTER = re.compile(r"[^a-z ]+")
_TWICE = re.compile(r"([a-z])\1+")
LONGEST_WORD = 64


def script_of(name: str) -> str:
    """Tell the script of most letters; ``azerbaijani`` is Latin with a letter that is not in English."""
    counts = dict.fromkeys(SCRIPTS, 0)
    for letter in filter(str.isalpha, name):
        counts[_BLOCKS.get(unicodedata.name(letter, "").partition(" ")[0], "other")] += 1
    found = max(counts, key=lambda script: counts[script])
    if not counts[found]:
        return "other"
    return "azerbaijani" if found == "latin" and _AZERBAIJANI & set(name) else found


def folded(name: str) -> str:
    """Reduce a name to what its spellings share: ``Рашад Мамедов`` and ``Rəşad Məmmədov`` become one."""
    return " ".join(words_of(name))


def words_of(name: str) -> tuple[str, ...]:
    """Give the folded words of a name in their order; empty for a name without letters."""
    plain = anyascii(unicodedata.normalize("NFC", name)).lower().replace("-", " ")
    words = (_fold(word) for word in _NO_LETTER.sub("", plain).split())
    return tuple(word[:LONGEST_WORD] for word in words if word)


def _fold(word: str) -> str:
    for spelling, sound in _SOUNDS:
        word = word.replace(spelling, sound)
    return _TWICE.sub(r"\1", word)
