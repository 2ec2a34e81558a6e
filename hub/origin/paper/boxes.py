"""Cuts the cells of a straight sheet out, without the form's own lines and labels, evenly lit. Pure."""

import cv2
import msgspec
import numpy as np

from hub.documents.reader import GreyPicture
from hub.origin.certificate.layout import Cell
from hub.origin.certificate.templates import Area, Template
from hub.origin.paper.registering import PX_PER_MM, pixels

_REACH_MM = 1.2
"""How far a frame may lie beside its place: paper is never quite flat."""
_AROUND_MM = 0.5
"""Cut around the place of a text: printers differ."""
_BACKGROUND_MM = 8.0
"""Farther than any letter's stroke is wide: what is left is the paper's shade."""
_INK = 150
"""Darker than this, on evenly lit paper, is ink."""
_SPECK_MM2 = 0.12
"""Less ink in one piece is dirt."""
_GAP_PX = 3
"""White between two lines; a letter's mark is nearer to its letter."""
_LOWEST_PX = 12
"""A lower band is the marks above the letters of the next."""
_BORDER_PX = 12
"""White around what is read."""


_PRINT_BELOW = 105
"""Grey value below which ink is print on an evenly lit sheet; a stamp's is lighter."""


_INK_BELOW = 205
"""Grey value below which anything is ink: paper is at 245."""
_EDGE_PX = 2
"""How far the soft edge of print reaches."""
_STROKE_MM2 = 0.08
"""Least part of a pen's stroke that counts, apart from print."""


class Crop(msgspec.Struct, frozen=True):
    """A cell's picture."""

    picture: GreyPicture
    """Evenly lit: paper is white, whatever shadow lay on it."""
    at: tuple[int, int, int, int]
    """Left, top, width, height on the straight sheet, in pixels."""
    has_ink: bool


def evenly_lit(sheet: GreyPicture) -> GreyPicture:
    """Take shadows away: divide by the shade of the paper around."""
    small = cv2.resize(sheet, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    size = int(_BACKGROUND_MM * PX_PER_MM / 4) | 1
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((size, size), np.uint8)), 2 * (size // 2) + 1)
    shade = cv2.resize(paper, sheet.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(sheet, shade, scale=245), dtype=np.uint8)


def cut(sheet: GreyPicture, cell: Cell, template: Template) -> Crop:
    """Cut a cell out of an evenly lit, straight sheet, its frame found again nearby."""
    box = next(box for box in template.boxes if box.number == cell.box)
    right, down = _shift(sheet, box.at)
    left, top, width, height = cell.at
    x, y, across, high = pixels(
        (left - _AROUND_MM, top - _AROUND_MM, width + 2 * _AROUND_MM, height + 2 * _AROUND_MM)
    )
    x, y = max(0, x + right), max(0, y + down)
    picture = sheet[y : y + high, x : x + across]
    return Crop(picture, (x, y, picture.shape[1], picture.shape[0]), _has_ink(picture))


def inked(picture: GreyPicture, scale: float) -> GreyPicture:
    """Return the part that has ink, enlarged, with white around it: what is given to a reader."""
    dark = _pieces(picture)
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    if not len(rows):
        return np.full((2 * _BORDER_PX, 2 * _BORDER_PX), 255, dtype=np.uint8)
    part = picture[max(0, rows[0] - 3) : rows[-1] + 4, max(0, columns[0] - 3) : columns[-1] + 4]
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    sized = cv2.resize(part, None, fx=scale, fy=scale, interpolation=way)
    return np.pad(np.asarray(sized, dtype=np.uint8), _BORDER_PX, constant_values=255)


def printed_alone(picture: GreyPicture) -> GreyPicture:
    """Take away what is lighter than print, such as a stamp's ink over it; edges of signs stay soft."""
    dark = cv2.dilate((picture < _PRINT_BELOW).astype(np.uint8), np.ones((3, 3), np.uint8))
    return np.asarray(np.where(dark, picture, 255), dtype=np.uint8)


def has_ink_between(picture: GreyPicture) -> bool:
    """Say whether ink lighter than print lies where the print is: a stamp over it, or a pen's stroke."""
    dark = picture < _PRINT_BELOW
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    if not len(rows):
        return False
    near = cv2.dilate(dark.astype(np.uint8), np.ones((2 * _EDGE_PX + 1, 2 * _EDGE_PX + 1), np.uint8)) > 0
    light = (picture < _INK_BELOW) & ~near
    among = light[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return int(among.sum()) > _STROKE_MM2 * PX_PER_MM**2


def lines_of(picture: GreyPicture) -> tuple[GreyPicture, ...]:
    """Part a cell's picture into its lines, from the top."""
    has_ink = _pieces(picture).any(axis=1)
    edges = np.flatnonzero(np.diff(np.r_[False, has_ink, False].astype(np.int8)))
    bands: list[tuple[int, int]] = []
    for first, last in edges.reshape(-1, 2).tolist():
        is_near = bool(bands) and first - bands[-1][1] < _GAP_PX
        is_thin = bool(bands) and bands[-1][1] - bands[-1][0] < _LOWEST_PX
        if is_near or is_thin:
            bands[-1] = (bands[-1][0], last)
        else:
            bands.append((first, last))
    return tuple(picture[max(0, first - 4) : last + 4] for first, last in bands)


def _pieces(picture: GreyPicture) -> GreyPicture:
    """Return ink without dirt: 255 is ink."""
    dark = np.where(picture < _INK, np.uint8(255), np.uint8(0))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    small = np.flatnonzero(stats[:, 4] < _SPECK_MM2 * PX_PER_MM**2)
    if count > 1 and len(small):
        near = cv2.dilate(np.where(np.isin(labels, small), np.uint8(0), dark), np.ones((25, 25), np.uint8))
        dark = np.where(near > 0, dark, np.uint8(0))
    return np.asarray(dark, dtype=np.uint8)


def _has_ink(picture: GreyPicture) -> bool:
    return bool(_pieces(picture).any())


def _shift(sheet: GreyPicture, frame: Area) -> tuple[int, int]:
    """Return how far the frame's left and upper line lie beside their place, in pixels; 0: not seen."""
    left, top, width, height = pixels(frame)
    reach = round(_REACH_MM * PX_PER_MM)
    inner = round(2 * PX_PER_MM)
    beside = sheet[top + inner : top + height - inner, max(0, left - reach) : left + reach + 1]
    above = sheet[max(0, top - reach) : top + reach + 1, left + inner : left + width - inner]
    return _darkest(beside, 0, reach), _darkest(above, 1, reach)


def _darkest(strip: GreyPicture, axis: int, reach: int) -> int:
    if not strip.size or strip.shape[1 - axis] != 2 * reach + 1:
        return 0
    shades = strip.mean(axis=axis)
    best = int(shades.argmin())
    return best - reach if shades[best] < np.median(shades) - 40 else 0
