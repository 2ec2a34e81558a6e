"""Draws the pages of a PDF as pictures, by pdfium."""

import threading

import numpy as np
import pypdfium2

from hub.documents.reader import GreyPicture
from hub.errors import FieldProblem, InvalidInputError

MOST_BYTES = 40 << 20
MOST_PAGES = 20
LONGEST_POINTS = 1700.0
"""Of a page's side: A2; longer pages are no sheets that somebody scanned."""
DPI = 200
_POINTS = 72
_one_at_a_time = threading.Lock()
"""The library is not made for several threads at once."""


def draw_pages(content: bytes, dpi: int = DPI) -> tuple[GreyPicture, ...]:
    """Draw every page; raises `InvalidInputError` naming why it is no PDF that is drawn here."""
    if len(content) > MOST_BYTES:
        raise _refused("too-long", f"has more than {MOST_BYTES >> 20} MiB")
    with _one_at_a_time:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError:
            raise _refused("not-a-pdf", "is no PDF that can be read without a password") from None
        try:
            return _drawn(document, dpi)
        except pypdfium2.PdfiumError:
            raise _refused("not-a-pdf", "has a page that cannot be drawn") from None
        finally:
            document.close()


def _drawn(document: pypdfium2.PdfDocument, dpi: int) -> tuple[GreyPicture, ...]:
    if not 1 <= len(document) <= MOST_PAGES:
        raise _refused("out-of-range", f"has {len(document)} pages; 1 to {MOST_PAGES} are read")
    pictures = []
    for page in document:
        if max(page.get_size()) > LONGEST_POINTS:
            raise _refused("too-many-pixels", "has a page larger than A2")
        drawn = page.render(scale=dpi / _POINTS, grayscale=True).to_numpy()
        pictures.append(np.array(drawn.reshape(drawn.shape[:2]), dtype=np.uint8))
    return tuple(pictures)


def _refused(code: str, detail: str) -> InvalidInputError:
    return InvalidInputError(FieldProblem("", code, detail))
