"""QR codes: written as modules for printing, read from pictures with their corners."""

import cv2
import msgspec
import numpy as np
import segno
import zxingcpp

from hub.documents.reader import GreyPicture
from hub.errors import FieldProblem, InvalidInputError
from hub.watchlist.picture_check import check_picture

MOST_PICTURE_BYTES = 40 << 20
Modules = tuple[tuple[bool, ...], ...]
"""Rows of a code, dark is true, without the quiet zone."""
QUIET = 4
"""Modules kept free around a code."""
_DARK = 0.33
"""Share of the paper's light that print leaves at most; a stamp's ink leaves more."""
Corner = tuple[float, float]


class FoundCode(msgspec.Struct, frozen=True):
    """A code on a picture."""

    text: str
    corners: tuple[Corner, Corner, Corner, Corner]
    """In pixels: of the code's own upper left, upper right, lower right, lower left."""


def modules_of(text: str) -> Modules:
    """Write a QR code at level M; raises `InvalidInputError` when no code can hold the text."""
    try:
        code = segno.make_qr(text, error="m", boost_error=False)
    except segno.DataOverflowError:
        raise InvalidInputError(FieldProblem("", "too-long", "no code can hold it")) from None
    return tuple(tuple(bool(module) for module in row) for row in code.matrix)


def decode_picture(content: bytes) -> GreyPicture:
    """Read a whole, still JPEG or PNG, grey, upright after its EXIF; raises `InvalidInputError`."""
    if len(content) > MOST_PICTURE_BYTES:
        problem = FieldProblem("", "too-long", f"has more than {MOST_PICTURE_BYTES >> 20} MiB")
        raise InvalidInputError(problem)
    checked = check_picture(content)
    if checked.reason is not None:
        raise InvalidInputError(FieldProblem("", checked.reason, "is no picture that can be read"))
    picture = cv2.imdecode(np.frombuffer(checked.content, np.uint8), cv2.IMREAD_GRAYSCALE)
    if picture is None:
        raise InvalidInputError(FieldProblem("", "not-a-picture", "is no picture that can be read"))
    return np.asarray(picture, dtype=np.uint8)


def find_codes(picture: GreyPicture) -> tuple[FoundCode, ...]:
    """Read every QR code of a picture, from the top; without any, once more in what is printed alone."""
    return _codes_on(picture) or _codes_on(_printed(picture))


def _printed(picture: GreyPicture) -> GreyPicture:
    """Keep what is much darker than its surroundings: print, and not a stamp, a ring, a shadow over it."""
    paper = cv2.medianBlur(cv2.dilate(picture, np.ones((9, 9), np.uint8)), 51)
    share = picture.astype(np.float32) / np.maximum(paper, 1)
    return np.asarray(np.where(share < _DARK, 0, 255), dtype=np.uint8)


def _codes_on(picture: GreyPicture) -> tuple[FoundCode, ...]:
    formats = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    found = [_found(code) for code in zxingcpp.read_barcodes(picture, formats=formats, try_invert=False)]
    return tuple(sorted(found, key=lambda code: min(y for _, y in code.corners)))


def _found(code: zxingcpp.Barcode) -> FoundCode:
    place = code.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    first, second, third, fourth = ((float(corner.x), float(corner.y)) for corner in corners)
    return FoundCode(code.text, (first, second, third, fourth))
