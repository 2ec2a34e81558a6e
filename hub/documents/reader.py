"""Reads the text of a picture (port)."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

import msgspec
import numpy as np
import numpy.typing as npt

GreyPicture = npt.NDArray[np.uint8]
"""Rows by columns, 0 is black."""


class Layout(StrEnum):
    """What is on the picture."""

    PAGE = "page"
    """Columns of text."""
    BLOCK = "block"
    """One block of lines."""
    LINE = "line"
    """One line."""


class Box(msgspec.Struct, frozen=True):
    """A place on a picture, in pixels from the left upper corner."""

    left: int
    top: int
    width: int
    height: int


class Word(msgspec.Struct, frozen=True):
    """One word as it was read."""

    text: str
    confidence: float
    """From 0 to 1: what the reader says of itself, not how often it is right."""
    box: Box
    line: int
    """Counts from 0; words of one line share it."""


class TextReader(Protocol):
    """Reads words; for one thread at a time."""

    @property
    def languages(self) -> frozenset[str]:
        """What is installed, by ISO 639-2 code: ``aze``, ``eng``, ``kat``, ``ron``, ``rus``, ``ukr``."""
        ...

    def read(self, picture: GreyPicture, languages: Sequence[str], layout: Layout) -> tuple[Word, ...]:
        """Read a picture in reading order; raises `ReadingError` and names a language that is missing."""
        ...


def lines_of(words: Sequence[Word]) -> tuple[str, ...]:
    """Join words to lines."""
    lines: dict[int, list[str]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word.text)
    return tuple(" ".join(parts) for _, parts in sorted(lines.items()))
