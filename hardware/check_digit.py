"""The check digit of machine readable zones: weights 7, 3, 1, modulo 10 (ICAO Doc 9303-3, 4.9)."""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FILLER = "<"
_VALUES = {character: value for value, character in enumerate(ALPHABET)} | {FILLER: 0}
_WEIGHTS = (7, 3, 1)


def check_digit(text: str) -> int:
    """Compute the digit, 0 to 9, over zone characters; raises `KeyError` for any other character."""
    return sum(_VALUES[character] * _WEIGHTS[place % 3] for place, character in enumerate(text)) % 10


def is_zone_text(text: str) -> bool:
    """Whether only characters stand there that a zone may hold."""
    return all(character in _VALUES for character in text)
