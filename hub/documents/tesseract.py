"""Reads text by Tesseract, in this process; its trained data are Debian's packages ``tesseract-ocr-*``."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tesserocr

from hub.documents.errors import ReadingError
from hub.documents.reader import Box, GreyPicture, Layout, Word

DATA = Path("/usr/share/tesseract-ocr/5/tessdata")
RESOLUTION = 200
"""Dots per inch that it is told; 150 to 200 read best, more gains nothing."""
_LEVEL_WORD = "5"
_NOT_LANGUAGES = frozenset({"osd", "equ"})
_MODES = {
    Layout.PAGE: tesserocr.PSM.SINGLE_COLUMN,
    Layout.BLOCK: tesserocr.PSM.SINGLE_BLOCK,
    Layout.LINE: tesserocr.PSM.SINGLE_LINE,
}
_MARKS = dict.fromkeys([0x200E, 0x200F, *range(0x202A, 0x202F)])
"""Marks of direction, which are no text."""


class TesseractReader:
    """Keeps one engine for each set of languages it was asked for; for one thread at a time."""

    def __init__(self, data: Path = DATA) -> None:
        """Use the trained data in this folder; raises `ReadingError` when there are none."""
        self._data = data
        self._engines: dict[tuple[str, ...], Any] = {}
        self._languages = frozenset(file.stem for file in data.glob("*.traineddata")) - _NOT_LANGUAGES
        if not self._languages:
            raise ReadingError(f"no trained data in {data}: install tesseract-ocr and its languages")

    @property
    def languages(self) -> frozenset[str]:
        """Return what is installed."""
        return self._languages

    def read(self, picture: GreyPicture, languages: Sequence[str], layout: Layout) -> tuple[Word, ...]:
        """Read a picture in reading order; raises `ReadingError` and names a language that is missing."""
        if picture.ndim != 2 or picture.dtype.name != "uint8" or 0 in picture.shape:
            raise ReadingError(f"a picture of shades is read, not {picture.dtype} of shape {picture.shape}")
        engine = self._engine(tuple(languages))
        rows, columns = picture.shape
        engine.SetPageSegMode(_MODES[layout])
        engine.SetImageBytes(picture.tobytes(), columns, rows, 1, columns)
        engine.SetSourceResolution(RESOLUTION)
        words = _words(engine.GetTSVText(0))
        engine.Clear()
        return words

    def close(self) -> None:
        """Give the engines' memory back."""
        for engine in self._engines.values():
            engine.End()
        self._engines.clear()

    def _engine(self, languages: tuple[str, ...]) -> Any:
        missing = [language for language in languages if language not in self._languages]
        if missing or not languages:
            named = ", ".join(f"tesseract-ocr-{language}" for language in missing) or "a language"
            raise ReadingError(f"cannot read {', '.join(missing) or 'without a language'}: install {named}")
        if languages not in self._engines:
            self._engines[languages] = tesserocr.PyTessBaseAPI(path=str(self._data), lang="+".join(languages))
        return self._engines[languages]


def _words(table: str) -> tuple[Word, ...]:
    """Read its table: one row for each word, its line numbered within paragraph and block."""
    lines: dict[tuple[str, ...], int] = {}
    words = []
    for row in csv.reader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        level, place, (left, top, width, height), confidence, text = (
            row[0],
            tuple(row[1:5]),
            row[6:10],
            *row[10:12],
        )
        cleaned = text.translate(_MARKS).strip()
        if level != _LEVEL_WORD or not cleaned:
            continue
        box = Box(int(left), int(top), int(width), int(height))
        line = lines.setdefault(place, len(lines))
        words.append(Word(cleaned, max(0.0, float(confidence)) / 100, box, line))
    return tuple(words)
