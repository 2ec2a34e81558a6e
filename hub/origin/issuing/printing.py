"""Prints a certificate on its form as PDF: boxes, values, the code, one sheet after the other."""

from datetime import UTC, datetime, time
from pathlib import Path

from fpdf import FPDF
from fpdf.fonts import TTFFont

from hub.errors import FieldProblem, HubError, InvalidInputError
from hub.origin.certificate.anchored import AnchoredCertificate
from hub.origin.certificate.certificate import Certificate
from hub.origin.certificate.layout import (
    LINE_PITCH,
    MARK_MM,
    MARKS,
    MM_PER_PT,
    Cell,
    cells_of,
    fitting,
    pages_of,
    room_of,
    wrapped,
)
from hub.origin.certificate.templates import PAGE_MM, Area, Box, Template
from hub.origin.issuing.settings import FONTS
from hub.origin.paper.code import code_of, sheets_needed
from hub.origin.paper.code_image import QUIET, modules_of

_FACES = {"text": "DejaVuSans.ttf", "bold": "DejaVuSans-Bold.ttf"}
_LABEL_SIZES = (6.0, 5.5, 5.0, 4.5, 4.0)
_TITLE_SIZES = (13.0, 12.0, 11.0, 10.0, 9.0, 8.0, 7.0)
_RULE_MM, _HAIR_MM = 0.25, 0.08
_GREY = 110


class FontError(HubError):
    """The fonts that forms are printed in are not there; the message says where they were looked for."""


def print_certificate(document: AnchoredCertificate, template: Template, fonts: Path = FONTS) -> bytes:
    """Return the PDF; raises `InvalidInputError` for what cannot be printed, `FontError` without fonts."""
    sheets = max(pages_of(document.certificate, template), sheets_needed(document))
    codes = code_of(document, sheets)
    sheet = _Sheet(fonts, document.certificate)
    try:
        cells = cells_of(document.certificate, template, sheets)
        for page, code in enumerate(codes):
            sheet.begin(f"{document.certificate.number}    {page + 1} / {sheets}")
            sheet.draw_form(template)
            sheet.draw_code(template.code_at, code)
            for cell in cells:
                if cell.page == page and cell.lines:
                    sheet.write(cell)
        return sheet.finished()
    finally:
        sheet.close()


class _Sheet:
    """Draws on one page after the other; lengths in mm."""

    def __init__(self, fonts: Path, certificate: Certificate) -> None:
        self._pdf = FPDF(unit="mm", format="A4")
        self._pdf.set_auto_page_break(auto=False)
        self._pdf.set_title(certificate.number)
        self._pdf.set_creation_date(datetime.combine(certificate.issued_on, time(), tzinfo=UTC))
        paths = {family: fonts / name for family, name in _FACES.items()}
        for path in paths.values():
            if not path.is_file():
                raise FontError(
                    f"no {path.name} in {fonts}: install fonts-dejavu-core or set origin_issuing.fonts"
                )
        for family, path in paths.items():
            self._pdf.add_font(family, fname=path)
        self._widths = {family: _widths(self._pdf, family) for family in _FACES}

    def begin(self, footer: str) -> None:
        """Start a page with its marks and what it is."""
        self._pdf.add_page()
        self._pdf.set_fill_color(0)
        for x, y in MARKS:
            self._pdf.rect(x - MARK_MM / 2, y - MARK_MM / 2, MARK_MM, MARK_MM, style="F")
        self._pdf.set_font("text", size=6)
        width = self._pdf.get_string_width(footer)
        self._pdf.text((PAGE_MM[0] - width) / 2, 290.2, footer)

    def draw_form(self, template: Template) -> None:
        """Draw title, boxes and labels."""
        titles = [template.title[language] for language in template.printed]
        self._draw_title(template.title_at, titles)
        self._pdf.set_draw_color(0)
        left, top, width, _ = template.code_at
        lowest = max(box.at[1] + box.at[3] for box in template.boxes)
        self._pdf.set_line_width(_RULE_MM)
        self._pdf.rect(left - 1, top - 1, width + 2, lowest - top + 1)
        self._pdf.rect(*template.title_at)
        for box in template.boxes:
            self._pdf.rect(*box.at)
            labels = [box.label[language] for language in template.printed]
            self._draw_label(box, labels)
            self._draw_rules(box, template.rows)

    def _draw_title(self, at: Area, titles: list[str]) -> None:
        left, top, width, height = at
        for size in _TITLE_SIZES:
            mm = size * MM_PER_PT
            lines = [line for text in titles for line in self._broken("bold", text, (width - 4) / mm)]
            if len(lines) * mm * LINE_PITCH <= height:
                break
        self._pdf.set_font("bold", size=size)
        first = top + (height - len(lines) * mm * LINE_PITCH) / 2 + mm
        for place, line in enumerate(lines):
            across = self._pdf.get_string_width(line)
            self._pdf.text(left + (width - across) / 2, first + place * mm * LINE_PITCH, line)

    def _draw_label(self, box: Box, labels: list[str]) -> None:
        left, top, width, _ = box.at
        number = f"{box.number}. " if box.number[0].isdigit() else ""
        texts = [number + labels[0], *labels[1:]]
        for size in _LABEL_SIZES:
            mm = size * MM_PER_PT
            lines = [line for text in texts for line in self._broken("text", text, (width - 2) / mm)]
            if len(lines) * mm * LINE_PITCH <= box.head - 0.8:
                break
        self._pdf.set_font("text", size=size)
        for place, line in enumerate(lines):
            self._pdf.text(left + 1, top + 0.4 + mm + place * mm * LINE_PITCH, line)

    def _draw_rules(self, box: Box, rows: int) -> None:
        """Part the rows of a column, and leave a line to sign on."""
        left, top, width, height = box.at
        self._pdf.set_draw_color(_GREY)
        self._pdf.set_line_width(_HAIR_MM)
        if box.is_column:
            _, first, _, room = room_of(box)
            for row in range(rows):
                y = first + row * room / rows
                self._pdf.line(left, y, left + width, y)
        if box.foot:
            y = top + height - 5
            self._pdf.line(left + 4, y, left + width - 4, y)
        self._pdf.set_draw_color(0)
        self._pdf.set_line_width(_RULE_MM)

    def draw_code(self, at: Area, text: str) -> None:
        """Draw the code as large as its place, quiet zone within it; dark modules of a row as one piece."""
        left, top, width, height = at
        modules = modules_of(text)
        pitch = min(width, height) / (len(modules) + 2 * QUIET)
        for y, row in enumerate(modules):
            x = 0
            while x < len(row):
                run = x
                while run < len(row) and row[run] == row[x]:
                    run += 1
                if row[x]:
                    at_x, at_y = left + (QUIET + x) * pitch, top + (QUIET + y) * pitch
                    self._pdf.rect(at_x, at_y, (run - x) * pitch, pitch, style="F")
                x = run

    def write(self, cell: Cell) -> None:
        """Write a cell's lines in the largest type that fits."""
        for line in cell.lines:
            unknown = sorted(set(line.text) - set(self._widths["text"]) - {"\n"})
            if unknown:
                raise _refused(line.fields[0], "not-printable", f"the font has no {unknown[0]!r}")
        found = fitting(cell, lambda text: self._width("text", text))
        if found is None:
            raise _refused(cell.lines[0].fields[0], "too-long", f"does not fit in box {cell.box}")
        size, lines = found
        left, top, _, _ = cell.at
        mm = size * MM_PER_PT
        self._pdf.set_font("text", size=size)
        for place, text in enumerate(lines):
            self._pdf.text(left, top + mm * (1 + place * LINE_PITCH), text)

    def finished(self) -> bytes:
        """Return the PDF."""
        return bytes(self._pdf.output() or b"")

    def close(self) -> None:
        """Close the fonts' files."""
        for font in self._pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.close()

    def _width(self, family: str, text: str) -> float:
        widths = self._widths[family]
        return sum(widths.get(sign, 1.0) for sign in text)

    def _broken(self, family: str, text: str, room: float) -> list[str]:
        return list(wrapped(text, lambda part: self._width(family, part), room))


def _widths(pdf: FPDF, family: str) -> dict[str, float]:
    """Return the width of every sign that the font has, in sizes."""
    font = pdf.fonts[family]
    if not isinstance(font, TTFFont):
        raise FontError(f"{family} is no TrueType font")
    return {chr(point): font.cw[point] / 1000 for point in font.cmap}


def _refused(field: str, code: str, detail: str) -> InvalidInputError:
    return InvalidInputError(FieldProblem(f"/fields/{field}", code, detail))
