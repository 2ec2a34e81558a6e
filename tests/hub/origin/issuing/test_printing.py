"""Printed certificates: what stands on the sheets, and what cannot be printed."""

import random
from pathlib import Path

import cv2
import msgspec
import numpy as np
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis.strategies import integers, sampled_from

from hub.documents.pdf_pages import draw_pages
from hub.errors import InvalidInputError
from hub.origin.certificate.anchored import AnchoredCertificate
from hub.origin.certificate.layout import MARK_MM, MARKS, cells_of
from hub.origin.issuing.printing import FontError, print_certificate
from hub.origin.issuing.settings import FONTS
from hub.origin.paper.code import read_code, sheet_of
from hub.origin.paper.code_image import find_codes
from tests.hub.origin.certificate.samples import certificate
from tests.hub.origin.papers import FORMS, LANGUAGES, TEMPLATES, anchored_paper, paper

SPOKEN = sorted({language for languages in LANGUAGES.values() for language in languages})


def drawn(form: str, language: str, seed: int = 1, items: int = 2) -> AnchoredCertificate:
    rng = random.Random(seed)
    return anchored_paper(paper(form, language, rng, items), rng)


def text_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return pages


@settings(max_examples=10, deadline=None)
@given(form=sampled_from(FORMS), language=sampled_from(SPOKEN), seed=integers(0, 99), items=integers(1, 11))
def test_every_line_of_every_form_in_every_language_can_be_read(
    form: str, language: str, seed: int, items: int
) -> None:
    document = drawn(form, language, seed, items)
    pages = text_of(print_certificate(document, TEMPLATES[form]))
    for cell in cells_of(document.certificate, TEMPLATES[form]):
        flowing = pages[cell.page].replace("\r\n", " ").replace("\n", " ")
        for line in cell.lines:
            assert line.text in flowing, line.text


@pytest.mark.parametrize("form", FORMS)
def test_each_sheet_has_its_code_and_marks_and_together_they_are_the_certificate(form: str) -> None:
    document = drawn(form, "kat", items=12)
    pictures = draw_pages(print_certificate(document, TEMPLATES[form]))
    texts = [code.text for picture in pictures for code in find_codes(picture)]
    assert [sheet_of(text) for text in texts] == [(place, 3) for place in range(3)]
    assert read_code(texts) == document
    for x, y in MARKS:
        left, top = (round((one - MARK_MM / 2 + 0.3) / 25.4 * 200) for one in (x, y))
        assert pictures[0][top : top + 18, left : left + 18].max() < 60


def test_a_code_that_is_too_long_for_the_items_sheets_gets_more_sheets() -> None:
    long = {f"remarks_{place}": random.Random(place).randbytes(300).hex() for place in range(5)}
    one = certificate()
    document = anchored_paper(msgspec.structs.replace(one, fields=one.fields | long), random.Random(1))
    pictures = draw_pages(print_certificate(document, TEMPLATES["ct-1"]))
    assert len(pictures) > 1
    assert read_code([code.text for picture in pictures for code in find_codes(picture)]) == document


def test_the_same_certificate_is_printed_the_same() -> None:
    document = drawn("guam", "ukr")
    assert print_certificate(document, TEMPLATES["guam"]) == print_certificate(document, TEMPLATES["guam"])


def test_missing_fonts_are_said_with_the_folder(tmp_path: Path) -> None:
    with pytest.raises(FontError, match=str(tmp_path)):
        print_certificate(drawn("ct-1", "eng"), TEMPLATES["ct-1"], tmp_path)


@pytest.mark.parametrize(
    ("value", "code"),
    [("東京", "not-printable"), ("wide " * 390, "too-long"), ("\U0001f34e apples", "not-printable")],
)
def test_what_cannot_be_printed_is_refused_with_its_field(value: str, code: str) -> None:
    one = certificate(exporter__address=value.strip())
    with pytest.raises(InvalidInputError) as caught:
        print_certificate(anchored_paper(one, random.Random(1)), TEMPLATES["ct-1"])
    assert caught.value.problems[0].code == code
    assert caught.value.problems[0].pointer.startswith("/fields/exporter.")


def test_letters_stand_inside_their_boxes() -> None:
    """A sheet without values, taken from one with them, leaves ink only where the cells are."""
    document = drawn("form-a", "ron", items=3)
    (sheet,) = draw_pages(print_certificate(document, TEMPLATES["form-a"]))
    few = {path: value for path, value in document.certificate.fields.items() if path == "remarks"}
    bare = msgspec.structs.replace(document.certificate, fields=few)
    (blank,) = draw_pages(print_certificate(anchored_paper(bare, random.Random(1)), TEMPLATES["form-a"]))
    left = cv2.absdiff(sheet, blank) > 60
    code_left, code_top, side, _ = TEMPLATES["form-a"].code_at
    areas = [cell.at for cell in cells_of(document.certificate, TEMPLATES["form-a"])]
    for x, y, width, height in [*areas, (code_left, code_top, side, side), (60, 286, 100, 6)]:
        first, last = (np.floor(np.array([y, y + height]) / 25.4 * 200)).astype(int)
        begin, end = (np.floor(np.array([x - 0.3, x + width]) / 25.4 * 200)).astype(int)
        left[first : last + 2, begin : end + 2] = False
    assert not left.any()


def test_the_fonts_are_debians() -> None:
    assert FONTS.is_dir()
