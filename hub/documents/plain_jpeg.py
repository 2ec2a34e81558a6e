"""Makes plain JPEGs of what somebody hands in: a JPEG, a PNG, or the pages of a PDF. Pure."""

import cv2
import numpy as np
from numpy.typing import NDArray

from hub.documents.pdf_pages import draw_pages
from hub.errors import FieldProblem, InvalidInputError
from hub.watchlist.picture_check import check_picture

MOST_BYTES = 8 << 20
LONGEST_SIDE = 2400
"""Pixels: an A4 sheet at 200 dpi; a larger picture is reduced."""
QUALITY = 85
PDF_DPI = 150
_PDF = b"%PDF-"


def plain_jpegs(content: bytes, *, most: int) -> tuple[bytes, ...]:
    """Decode and encode anew, upright, so that nothing but the picture stays: no place, camera or script.

    A PDF gives one for each page, `most` at most. Raises `InvalidInputError` naming why it is no picture.
    """
    if len(content) > MOST_BYTES:
        raise _refused("too-long", f"has more than {MOST_BYTES >> 20} MiB")
    if not content.startswith(_PDF):
        return (_encoded(_decoded(content)),)
    pages = draw_pages(content, PDF_DPI)
    if len(pages) > most:
        raise _refused("too-many", f"has {len(pages)} pages, {most} are taken")
    return tuple(_encoded(page) for page in pages)


def _decoded(content: bytes) -> NDArray[np.uint8]:
    checked = check_picture(content)
    if checked.reason is not None:
        raise _refused(checked.reason, "is no picture that can be read")
    # The decoder turns it upright after its EXIF.
    picture = cv2.imdecode(np.frombuffer(checked.content, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise _refused("not-a-picture", "is no picture that can be read")
    return np.asarray(picture, np.uint8)


def _encoded(picture: NDArray[np.uint8]) -> bytes:
    scale = LONGEST_SIDE / max(picture.shape[:2])
    if scale < 1.0:
        reduced = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        picture = np.asarray(reduced, np.uint8)
    _, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return encoded.tobytes()


def _refused(code: str, detail: str) -> InvalidInputError:
    return InvalidInputError(FieldProblem("", code, detail))
