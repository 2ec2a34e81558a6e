"""Which languages a reader needs for a text. Pure."""

_UKRAINIAN = frozenset("іїєґІЇЄҐ")
_AZERBAIJANI = frozenset("əğıöşüçƏĞİÖŞÜÇ")
_ROMANIAN = frozenset("ăâîșțşţĂÂÎȘȚŞŢ")


def languages_of(text: str, installed: frozenset[str]) -> tuple[str, ...]:
    """Return what to read it with, of what is installed, by ISO 639-2 code; English where nothing tells."""
    signs = frozenset(text)
    cyrillic = any("\u0400" <= sign <= "\u04ff" for sign in signs)
    wanted = {
        "kat": any("\u10a0" <= sign <= "\u10ff" for sign in signs),
        "ukr": cyrillic and bool(signs & _UKRAINIAN),
        "rus": cyrillic and not signs & _UKRAINIAN,
        "ron": bool(signs & (_ROMANIAN - _AZERBAIJANI)),
        "aze": bool(signs & (_AZERBAIJANI - _ROMANIAN)),
    }
    chosen = [language for language, is_wanted in wanted.items() if is_wanted and language in installed]
    latin = any(sign.isascii() and sign.isalpha() for sign in signs) or not chosen
    return (*chosen, "eng") if latin and not {"ron", "aze"} & set(chosen) else tuple(chosen)
