"""The reader's language: which one, and its catalogue."""

import gettext
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TRANSLATIONS = Path(__file__).parent / "translations"
DOMAIN = "console"
DEFAULT = "az"
NAMES = {"az": "Azərbaycanca", "ru": "Русский", "en": "English"}
"""Every language of the console by its code, named in itself, in the order of the switch."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language with its catalogue; the msgids are the English sentences."""

    code: str
    words: gettext.NullTranslations


def load_languages(folder: Path = TRANSLATIONS) -> Mapping[str, Language]:
    """Read every compiled catalogue; raises `FileNotFoundError` naming the domain when one is missing."""
    return {
        code: Language(code, gettext.translation(DOMAIN, localedir=str(folder), languages=[code]))
        for code in NAMES
    }


def choose_language(wanted: str | None, accepted: str | None) -> str:
    """Return the reader's own choice, else the browser's (``Accept-Language``), else Azerbaijani."""
    if wanted in NAMES:
        return str(wanted)
    ranked = sorted(_weighted(accepted or ""), key=lambda pair: -pair[1])
    return next((code for code, weight in ranked if code in NAMES and weight > 0), DEFAULT)


def _weighted(header: str) -> list[tuple[str, float]]:
    """Split ``ru-RU,ru;q=0.9`` into primary subtags with their weights (RFC 9110, section 12.5.4)."""
    found = re.findall(
        r"([A-Za-z]{2,3})(?:-[A-Za-z0-9-]+)?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*(?:,|$)", header
    )
    return [(code.lower(), float(weight) if weight else 1.0) for code, weight in found]
