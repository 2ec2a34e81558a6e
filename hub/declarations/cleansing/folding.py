"""Letters without case and marks, so that ``HƏDİYYƏ``, ``hədiyyə`` and ``hediyye`` are one word. Pure."""

import unicodedata

_LATIN = range(0xC0, 0x250)
_OWN = {
    "ə": "e",
    "ı": "i",
    "ø": "o",
    "đ": "d",
    "ł": "l",
    "æ": "ae",
    "œ": "oe",
    "ё": "е",
    "ґ": "г",
    "\u0307": "",
}
_PLAIN = {
    ord(letter): unicodedata.normalize("NFD", letter)[0]
    for letter in map(chr, _LATIN)
    if unicodedata.normalize("NFD", letter)[0].isascii()
}
_PLAIN |= {ord(letter): plain for letter, plain in _OWN.items()}


def fold(text: str) -> str:
    """Fold case, and Latin letters with marks to those without; other scripts keep their letters."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", text.casefold()).translate(_PLAIN)
