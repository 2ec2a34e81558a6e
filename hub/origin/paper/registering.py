"""Lays a picture of a sheet straight: by its code's corners, then by the marks in its corners. Pure."""

from collections.abc import Iterator, Sequence

import cv2
import msgspec
import numpy as np
import numpy.typing as npt

from hub.documents.reader import GreyPicture
from hub.origin.certificate.layout import MARK_MM, MARKS
from hub.origin.certificate.templates import PAGE_MM, Template
from hub.origin.paper.code_image import QUIET, FoundCode, modules_of

PX_PER_MM = 10.0
"""Of a sheet that was laid straight: 254 dpi."""
FEWEST_MARKS = 3
_REACH_MM = (9.0, 11.0, 13.0, 16.0)
"""How far a mark may lie from where the points found so far put it, the nearest mark first."""
_FARTHEST_OFF_MM = 1.0
"""Between where a point should lie and where all points together put it."""
_FILLED = 0.75
"""Share of its frame that a mark fills at least."""
_SIDE = (0.6, 1.5)
"""Sides of what may be a mark, against a mark's."""

Points = npt.NDArray[np.float64]
"""(n, 2): x and y."""


class Registered(msgspec.Struct, frozen=True):
    """A sheet as if it lay under a scanner, `PX_PER_MM`."""

    picture: GreyPicture
    marks: int
    """How many of the four were found."""


def register(picture: GreyPicture, code: FoundCode, template: Template) -> Registered | None:
    """Lay it straight; None: too few marks are seen to say where its boxes are."""
    corners = np.array(code.corners, dtype=np.float64)
    placed = _code_places(template, len(modules_of(code.text)))
    pixels_per_mm = float(np.linalg.norm(corners[1] - corners[0]) / (placed[1, 0] - placed[0, 0]))
    seen, meant = [*corners], [*placed]
    candidates = _squares(picture, pixels_per_mm * MARK_MM)
    found = 0
    for mark, reach in zip(_nearest_first(placed.mean(axis=0)), _REACH_MM, strict=True):
        expected = _affine(np.array(meant), np.array(seen), mark)
        near = _nearest(candidates, expected, reach * pixels_per_mm)
        if near is not None:
            found += 1
            seen.append(near)
            meant.append(mark)
    # The farthest mark is where another square is most easily taken for it.
    for kept in range(found, FEWEST_MARKS - 1, -1):
        points = len(corners) + kept
        straight = _straightened(picture, np.array(seen[:points]), np.array(meant[:points]))
        if straight is not None:
            return Registered(straight, kept)
    return None


def _code_places(template: Template, modules: int) -> Points:
    """Return where the code's own corners stand on the form, in mm."""
    left, top, width, height = template.code_at
    pitch = min(width, height) / (modules + 2 * QUIET)
    near, far = QUIET * pitch, (QUIET + modules) * pitch
    return np.array([[left + x, top + y] for x, y in ((near, near), (far, near), (far, far), (near, far))])


def _nearest_first(middle: Points) -> Iterator[Points]:
    yield from sorted(np.array(MARKS), key=lambda mark: float(np.linalg.norm(mark - middle)))


def _affine(meant: Points, seen: Points, mark: Points) -> Points:
    """Return where a place on the form should be seen: the points found so far carried on evenly."""
    design = np.c_[meant, np.ones(len(meant))]
    solved, *_ = np.linalg.lstsq(design, seen, rcond=None)
    return np.asarray(np.array([*mark, 1.0]) @ solved)


def _squares(picture: GreyPicture, side: float) -> Points:
    """Return the middles of all that is black, filled, and as large as a mark."""
    window = int(side * 5) | 1
    dark = cv2.adaptiveThreshold(picture, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, window, 40)
    count, _, stats, centres = cv2.connectedComponentsWithStats(dark, connectivity=4)
    if count < 2:
        return np.empty((0, 2))
    widths, heights, areas = stats[:, 2], stats[:, 3], stats[:, 4]
    low, high = _SIDE[0] * side, _SIDE[1] * side
    sized = (widths > low) & (widths < high) & (heights > low) & (heights < high)
    filled = areas > _FILLED * widths * heights
    chosen = sized & filled
    chosen[0] = False
    return np.asarray(centres[chosen], dtype=np.float64)


def _nearest(candidates: Points, expected: Points, reach: float) -> Points | None:
    if not len(candidates):
        return None
    distances = np.linalg.norm(candidates - expected, axis=1)
    best = int(distances.argmin())
    return candidates[best] if distances[best] <= reach else None


def _straightened(picture: GreyPicture, seen: Points, meant: Points) -> GreyPicture | None:
    """Lay it straight; None: the points contradict one another."""
    matrix, _ = cv2.findHomography(seen, meant * PX_PER_MM)
    if np.shape(matrix) != (3, 3):
        return None
    laid_points = cv2.perspectiveTransform(seen[None], matrix)[0]
    if float(np.abs(laid_points - meant * PX_PER_MM).max()) > _FARTHEST_OFF_MM * PX_PER_MM:
        return None
    size = (round(PAGE_MM[0] * PX_PER_MM), round(PAGE_MM[1] * PX_PER_MM))
    laid = cv2.warpPerspective(picture, matrix, size, flags=cv2.INTER_CUBIC, borderValue=255)
    return np.asarray(laid, dtype=np.uint8)


def pixels(lengths: Sequence[float]) -> tuple[int, ...]:
    """Return lengths on the form, in mm, as pixels of a straight sheet."""
    return tuple(round(length * PX_PER_MM) for length in lengths)
