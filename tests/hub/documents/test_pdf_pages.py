"""Pages of a PDF as pictures."""

import pytest
from fpdf import FPDF

from hub.documents.pdf_pages import MOST_PAGES, draw_pages
from hub.errors import InvalidInputError


def pdf(pages: int = 1, size: tuple[float, float] = (210, 297), password: str = "") -> bytes:
    document = FPDF(unit="mm", format=size)
    for _ in range(pages):
        document.add_page()
        document.rect(10, 10, 20, 20, style="F")
    if password:
        document.set_encryption(owner_password=password, user_password=password)
    return bytes(document.output() or b"")


def test_pages_are_drawn_grey_at_the_resolution_asked_for() -> None:
    first, second = draw_pages(pdf(2), dpi=100)
    assert first.shape == second.shape == (1170, 827)
    assert first[80, 80] == 0
    assert first[200, 200] == 255


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not-a-pdf"),
        (b"%PDF-1.7\nnothing", "not-a-pdf"),
        (pdf(password="secret"), "not-a-pdf"),
        (pdf(MOST_PAGES + 1), "out-of-range"),
        (pdf(size=(900, 900)), "too-many-pixels"),
        (bytes((40 << 20) + 1), "too-long"),
    ],
)
def test_what_is_not_drawn_is_refused_by_name(content: bytes, code: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        draw_pages(content)
    assert caught.value.problems[0].code == code
