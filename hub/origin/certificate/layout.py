"""What of a certificate stands where on its form: one cell for each box, or for each row of a column. Pure.

A form too short for its items is followed by another sheet of itself, with the same boxes and the next items.
"""

from collections.abc import Callable, Iterator
from datetime import date
from math import ceil

import msgspec

from hub.origin.certificate.certificate import Certificate, statements
from hub.origin.certificate.paths import ROW, Kind, path_in_row, place_of
from hub.origin.certificate.templates import FIELD, Area, Box, Template

SIZES_PT = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0)
"""Sizes that a box's text may have, the largest that fits is taken; smaller ones are not read by machines."""
MM_PER_PT = 25.4 / 72
LINE_PITCH = 1.25
"""Distance of lines, in sizes."""
MARK_MM = 3.0
"""Side of the four black squares by which a scan is laid straight."""
MARKS = ((7.5, 7.5), (202.5, 7.5), (202.5, 289.5), (7.5, 289.5))
"""Their middles, from the upper left clockwise, in mm."""
PADDING_MM = 1.2
"""Kept free between a box's frame and its text."""

Widths = Callable[[str], float]
"""Width of a text, in sizes of its font."""


class Line(msgspec.Struct, frozen=True):
    """One statement as it is printed; it may run over several lines of the paper."""

    text: str
    fields: tuple[str, ...]
    """Paths of what it states."""
    own: tuple[str, ...] = ()
    """Words that are the form's, not the certificate's: ``HS``, ``kg``."""


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """A place on a sheet and all that stands in it; nothing, where nothing should."""

    page: int
    """From 0."""
    box: str
    row: int | None
    """Number of the item or invoice, from 1; None: the box stands once."""
    at: Area
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """All lines."""
        return "\n".join(line.text for line in self.lines)


def pages_of(certificate: Certificate, template: Template) -> int:
    """Return how many sheets its items and invoices take."""
    rows = [place_of(path).row or 1 for path in certificate.fields]
    return ceil(max(rows, default=1) / template.rows)


def cells_of(certificate: Certificate, template: Template, sheets: int = 0) -> tuple[Cell, ...]:
    """Return every cell of every sheet, empty ones too; of more sheets than it needs, where its code does."""
    return tuple(
        cell
        for page in range(sheets or pages_of(certificate, template))
        for box in template.boxes
        if box.lines
        for cell in _box_cells(certificate, template, box, page)
    )


def written(path: str, value: str) -> str:
    """Return a value as forms have it: days as 31.12.2026, all else as it is stated."""
    if place_of(path).kind is not Kind.DAY:
        return value
    try:
        return f"{date.fromisoformat(value):%d.%m.%Y}"
    except ValueError:
        return value


def room_of(box: Box) -> Area:
    """Return where its text stands: without label, signatures and frame."""
    left, top, width, height = box.at
    return (
        left + PADDING_MM,
        top + box.head,
        width - 2 * PADDING_MM,
        height - box.head - box.foot - PADDING_MM,
    )


def fitting(cell: Cell, width_of: Widths) -> tuple[float, tuple[str, ...]] | None:
    """Return the largest size that fits, in points, and the lines broken for it; None: none does."""
    _, _, width, height = cell.at
    for size in SIZES_PT:
        mm = size * MM_PER_PT
        lines = tuple(part for line in cell.lines for part in wrapped(line.text, width_of, width / mm))
        if len(lines) * LINE_PITCH * mm <= height:
            return size, lines
    return None


def wrapped(text: str, width_of: Widths, room: float) -> Iterator[str]:
    """Break a text at spaces, and words longer than a line where they have to be."""
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if width_of(longer) <= room:
                line = longer
                continue
            if line:
                yield line
            *full, line = _pieces(word, width_of, room)
            yield from full
        yield line


def _pieces(word: str, width_of: Widths, room: float) -> list[str]:
    pieces, piece = [], ""
    for sign in word:
        if piece and width_of(piece + sign) > room:
            pieces.append(piece)
            piece = ""
        piece += sign
    return [*pieces, piece]


def _box_cells(certificate: Certificate, template: Template, box: Box, page: int) -> Iterator[Cell]:
    left, top, width, height = room_of(box)
    if not box.is_column:
        lines = _lines(certificate, box, None)
        yield Cell(page=page, box=box.number, row=None, at=(left, top, width, height), lines=lines)
        return
    pitch = height / template.rows
    for place in range(template.rows):
        row = page * template.rows + place + 1
        at = (left, top + place * pitch + PADDING_MM, width, pitch - 2 * PADDING_MM)
        yield Cell(page=page, box=box.number, row=row, at=at, lines=_lines(certificate, box, row))


def _lines(certificate: Certificate, box: Box, row: int | None) -> tuple[Line, ...]:
    stated = dict(statements(certificate))
    lines = []
    for pattern in box.lines:
        names = FIELD.findall(pattern)
        fields = [name if row is None else path_in_row(name, row) for name in names if name != ROW]
        shown = [path for path in fields if path in stated]
        if shown:
            values = [written(path, stated[path]) if path in stated else "" for path in fields]
            figures = pattern.replace(f"{{{ROW}}}", str(row))
            own = tuple(FIELD.sub(" ", figures).split())
            lines.append(Line(FIELD.sub("{}", figures).format(*values).strip(), tuple(shown), own))
    return tuple(lines)
