"""Reading by Tesseract: what is printed in six languages, and what cannot be read."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from hub.documents.errors import ReadingError
from hub.documents.fakes import SaidReader
from hub.documents.reader import GreyPicture, Layout, TextReader, lines_of
from hub.documents.tesseract import DATA, TesseractReader

FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
needs_tesseract = pytest.mark.skipif(
    not (DATA / "eng.traineddata").is_file() or not FONT.is_file(),
    reason="no trained data of Tesseract or no DejaVu (apt-get install tesseract-ocr fonts-dejavu-core)",
)
SAMPLES = {
    "eng": "Fresh apples in boxes 8400",
    "aze": "Təzə alma yeşiklərdə 8400",
    "rus": "Свежие яблоки в ящиках 8400",
    "ukr": "Свіжі яблука в ящиках 8400",
    "kat": "ახალი ვაშლი ყუთებში 8400",
    "ron": "Mere proaspete în lăzi 8400",
}


def printed(*lines: str) -> GreyPicture:
    picture = Image.new("L", (1000, 60 * len(lines) + 40), 255)
    font = ImageFont.truetype(str(FONT), 32)
    for number, line in enumerate(lines):
        ImageDraw.Draw(picture).text((30, 20 + 60 * number), line, font=font, fill=20)
    return np.asarray(picture)


@pytest.fixture(scope="module")
def reader() -> TesseractReader:
    return TesseractReader()


@needs_tesseract
@pytest.mark.parametrize("language", SAMPLES)
def test_a_clean_print_is_read(reader: TesseractReader, language: str) -> None:
    if language not in reader.languages:
        pytest.skip(f"no trained data of {language}")
    words = reader.read(printed(SAMPLES[language]), [language], Layout.LINE)
    assert lines_of(words) == (SAMPLES[language],)
    assert all(word.confidence > 0.6 for word in words)


@needs_tesseract
def test_lines_and_places_are_told(reader: TesseractReader) -> None:
    words = reader.read(printed("one two", "three"), ["eng"], Layout.BLOCK)
    assert lines_of(words) == ("one two", "three")
    one, two, three = words
    assert one.box.left < two.box.left
    assert one.box.top + one.box.height < three.box.top + three.box.height


@needs_tesseract
def test_an_empty_picture_has_no_words(reader: TesseractReader) -> None:
    assert reader.read(np.full((50, 400), 255, np.uint8), ["eng"], Layout.LINE) == ()


@needs_tesseract
@pytest.mark.parametrize("languages", [["eng", "tlh"], []])
def test_a_missing_language_is_named(reader: TesseractReader, languages: list[str]) -> None:
    with pytest.raises(ReadingError, match=r"tesseract-ocr-tlh|a language"):
        reader.read(printed("one"), languages, Layout.LINE)


@needs_tesseract
@pytest.mark.parametrize("shape", [(0, 4), (4, 4, 3)])
def test_what_is_no_picture_of_shades_is_refused(reader: TesseractReader, shape: tuple[int, ...]) -> None:
    with pytest.raises(ReadingError, match="shades"):
        reader.read(np.zeros(shape, np.uint8), ["eng"], Layout.LINE)


def test_a_folder_without_trained_data_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReadingError, match="no trained data"):
        TesseractReader(tmp_path)


def test_the_fake_reads_what_it_is_told_to() -> None:
    said: TextReader = SaidReader("one two\nthree")
    assert lines_of(said.read(np.zeros((2, 2), np.uint8), ["eng"], Layout.PAGE)) == ("one two", "three")
    assert said.read(np.zeros((2, 2), np.uint8), ["eng"], Layout.PAGE) == ()
