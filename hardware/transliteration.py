"""Names in national characters to zone characters (ICAO Doc 9303-3, section 6, tables A and B)."""

import re
import unicodedata

_LATIN = {
    "Ä": ("AE", "A"),
    "Å": ("AA", "A"),
    "Æ": ("AE",),
    "Đ": ("D",),
    "Ð": ("D",),
    "Ə": ("E", "A"),
    "Ħ": ("H",),
    "I": ("I",),
    "ı": ("I",),
    "Ĳ": ("IJ",),
    "Ł": ("L",),
    "Ñ": ("N", "NXX"),
    "Ŋ": ("N",),
    "Œ": ("OE",),
    "Ö": ("OE", "O"),
    "Ø": ("OE", "O"),
    "ẞ": ("SS",),
    "ß": ("SS",),
    "Ŧ": ("T",),
    "Þ": ("TH",),
    "Ü": ("UE", "UXX", "U"),
}
"""First the recommended form, then what states also use; Azerbaijani passports write A for Ə."""

_CYRILLIC = dict(
    zip(
        "АБВДЕЗІЙКЛМНОПРСТУФЎЫЭҐЇ",
        [(letter,) for letter in "ABVDEZIIKLMNOPRSTUFUYEGI"],
        strict=True,
    )
) | {
    "Г": ("G", "H"),
    "Ё": ("E", "IO"),
    "Ж": ("ZH", "Z"),
    "И": ("I", "Y"),
    "Х": ("KH", "H"),
    "Ц": ("TS", "C"),
    "Ч": ("CH", "C"),
    "Ш": ("SH", "S"),
    "Щ": ("SHCH", "SHT"),
    "Ъ": ("IE", ""),
    "Ь": ("",),
    "Ю": ("IU",),
    "Я": ("IA",),
    "Є": ("IE",),
    "Ђ": ("D",),
    "Ѓ": ("G", "GJ"),
    "Ѕ": ("DZ",),
    "Ј": ("J",),
    "Љ": ("LJ",),
    "Њ": ("NJ",),
    "Ћ": ("C",),
    "Ќ": ("K", "KJ"),
    "Џ": ("DZ", "DJ"),
}
_FORMS = _LATIN | _CYRILLIC
_SEPARATORS = re.compile(r"[\s<\-‐-―]+")
_SILENT = re.compile(r"['’ʼ`.,]")


def transliterate(name: str) -> str:
    """Write a name as a zone would by the recommended forms: A-Z and single spaces; unknown letters go."""
    words = _words(name)
    return " ".join("".join(_forms(letter)[0] for letter in word) for word in words)


def is_transliteration(zone_name: str, written: str) -> bool:
    """Whether a zone's name can stand for a written one, with any of the forms that states use."""
    patterns = ("".join(f"(?:{'|'.join(_forms(letter))})" for letter in word) for word in _words(written))
    return re.fullmatch(" ".join(patterns), " ".join(_words(zone_name))) is not None


def _words(name: str) -> list[str]:
    composed = unicodedata.normalize("NFC", _SILENT.sub("", name))
    kept = composed.replace("ß", "ẞ").replace("ı", "I").upper()
    return [word for word in _SEPARATORS.split(kept) if word]


def _forms(letter: str) -> tuple[str, ...]:
    """Forms of one upper-case letter; a letter with any other mark loses the mark."""
    if letter in _FORMS:
        return _FORMS[letter]
    plain = unicodedata.normalize("NFD", letter)[0]
    return (plain,) if "A" <= plain <= "Z" else _FORMS.get(plain, ("",))
