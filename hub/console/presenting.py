"""Small values every page is made of: badges and facts. Pure."""

from dataclasses import dataclass

from hub.console.reader import Reader
from hub.console.wording import severity_word


@dataclass(frozen=True, slots=True)
class Badge:
    """A short word with a tone: good, warn, bad, accent or none; ``dot`` and ``ring`` add a mark."""

    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a list of facts."""

    label: str
    text: str


def severity_badge(severity: int, reader: Reader) -> Badge:
    """Name a severity, 1 to 3, with its tone."""
    return Badge(
        severity_word(severity, reader.language.words), {1: "accent", 2: "warn", 3: "bad"}.get(severity, "")
    )
