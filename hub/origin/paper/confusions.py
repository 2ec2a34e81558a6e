"""Which signs a reader of print takes for one another, and which not. Pure."""

import unicodedata
from collections.abc import Mapping

_LOOKALIKES: Mapping[str, str] = dict(
    zip("АВЕКМНОРСТУХІЇЈЅЗӘƏÖÜŞÇĞİÂÎĂȘŞȚŢЁЙҐ", "ABEKMHOPCTYXIIJS3EEOUSCGIAIASSTTEИГ", strict=True)
)
"""Letters of two scripts in one shape, and letters whose marks a reader loses."""
_AS_DIGIT: Mapping[str, str] = {"O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "|": "1", "З": "3"}
"""Letters that are read where a figure of the same shape stands."""
_DROPPED = frozenset(" \t\n.,:;'’‘`\"“”„«»_~|·•*°^")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")


def letters_of(text: str) -> str:
    """Fold a text to what is compared of its letters: capitals of one script, no marks, rn as m."""
    capital = unicodedata.normalize("NFKC", text).translate(_DASHES).upper()
    folded = "".join(_LOOKALIKES.get(sign, sign) for sign in capital if sign not in _DROPPED)
    return folded.replace("RN", "M")


def strict_of(text: str) -> str:
    """Fold a figure or a number of a document: decimal points and strokes between figures count."""
    capital = unicodedata.normalize("NFKC", text).translate(_DASHES).upper().replace(",", ".")
    kept = (sign for sign in capital.strip(" .:;'\"|_~") if not sign.isspace())
    return "".join(_LOOKALIKES.get(sign, sign) for sign in kept)


def are_alike(expected: str, read: str) -> bool:
    """Say whether one folded sign may be read for another of the same shape, the paper being genuine."""
    if expected == read:
        return True
    return _AS_DIGIT.get(read, read) == _AS_DIGIT.get(expected, expected) and (
        expected.isdigit() != read.isdigit() or not expected.isdigit()
    )


def as_figures(word: str) -> str:
    """Return a folded word with its letters as the figures they may be, where it has figures."""
    return "".join(_AS_DIGIT.get(sign, sign) for sign in word) if any(map(str.isdigit, word)) else word


def is_cyrillic(word: str) -> bool:
    """Say whether a word, as it was written, has letters of that script."""
    return any("\u0400" <= sign <= "\u04ff" for sign in word)
