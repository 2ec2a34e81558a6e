"""Compares a paper with the certificate in its code: sheet by sheet, cell by cell. Shell."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from hub.documents.reader import GreyPicture, Layout, TextReader, Word
from hub.errors import FieldProblem, InvalidInputError
from hub.origin.certificate.anchored import AnchoredCertificate
from hub.origin.certificate.layout import Cell, cells_of
from hub.origin.certificate.templates import Template
from hub.origin.paper.boxes import Crop, cut, evenly_lit, has_ink_between, inked, lines_of, printed_alone
from hub.origin.paper.code import read_code, sheet_of
from hub.origin.paper.code_image import FoundCode, find_codes
from hub.origin.paper.comparing import Outcome, Reading, compare, decide, decide_empty
from hub.origin.paper.languages import languages_of
from hub.origin.paper.registering import register

_SMALL, _AS_IT_IS, _LARGE = 0.8, 1.0, 1.25
"""Sizes in which a cell is read, one after the other, against 10 pixels a millimetre."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One cell of the paper."""

    sheet: int
    """From 0."""
    box: str
    row: int | None
    fields: tuple[str, ...]
    """Paths of what should stand there."""
    outcome: Outcome
    expected: str
    printed: str
    """As it was read, the clearest reading; empty: nothing."""
    at: tuple[int, int, int, int] | None
    """Left, top, width, height on the straight sheet, in pixels; None: it could not be laid straight."""


class PaperCheck(msgspec.Struct, frozen=True):
    """What a paper says beside its own code."""

    document: AnchoredCertificate
    """From the code; nothing is said yet about its standing on the chain."""
    findings: tuple[Finding, ...]
    sheets: dict[int, GreyPicture]
    """By number: laid straight, evenly lit; crops of findings are cut from these."""

    @property
    def outcome(self) -> Outcome:
        """The worst of all cells."""
        order = (Outcome.MATCHES, Outcome.LOOK, Outcome.DIFFERS)
        return max((finding.outcome for finding in self.findings), key=order.index, default=Outcome.LOOK)


class PaperChecker:
    """Checks papers with one reader; for one thread at a time."""

    def __init__(self, reader: TextReader, templates: Mapping[str, Template]) -> None:
        self._reader = reader
        self._templates = templates

    def check(self, pictures: Sequence[GreyPicture]) -> PaperCheck:
        """Check all sheets of one certificate; raises `InvalidInputError`, for an unknown form too."""
        codes = [
            (picture, code) for picture in pictures for code in find_codes(picture) if sheet_of(code.text)
        ]
        document = read_code([code.text for _, code in codes])
        template = self._templates.get(document.certificate.form)
        if template is None:
            detail = f"no template of form {document.certificate.form!r}"
            raise InvalidInputError(FieldProblem("/form", "unknown-form", detail))
        findings: list[Finding] = []
        sheets: dict[int, GreyPicture] = {}
        for picture, code in codes:
            number, count = sheet_of(code.text) or (0, 1)
            cells = [cell for cell in cells_of(document.certificate, template, count) if cell.page == number]
            straight = _straight(picture, code, template)
            if straight is not None:
                sheets[number] = straight
            findings += self._sheet(cells, straight, template)
        return PaperCheck(document, tuple(findings), sheets)

    def _sheet(
        self, cells: Sequence[Cell], straight: GreyPicture | None, template: Template
    ) -> Iterator[Finding]:
        for cell in cells:
            if straight is None:
                yield _finding(cell, Outcome.LOOK, "", None)
                continue
            crop = cut(straight, cell, template)
            outcome, printed = self._cell(cell, crop)
            yield _finding(cell, outcome, printed, crop)

    def _cell(self, cell: Cell, crop: Crop) -> tuple[Outcome, str]:
        if not crop.has_ink:
            return (Outcome.DIFFERS if cell.lines else Outcome.MATCHES), ""
        if not cell.lines:
            return self._empty(crop.picture)
        outcome, read = self._read(cell, crop.picture)
        if outcome is Outcome.MATCHES:
            # A stroke in a pen's lighter ink is read past; somebody should see it.
            return (Outcome.LOOK if has_ink_between(crop.picture) else outcome), read
        if outcome is Outcome.LOOK:
            return outcome, read
        # Perhaps a stamp lies over it: what speaks against a paper has to do so also without the stamp. But
        # nothing is right because of that: what was taken away may be a pen's stroke that makes a 1 a 4.
        without, _ = self._read(cell, printed_alone(crop.picture))
        return (outcome if without is outcome else Outcome.LOOK), read

    def _empty(self, picture: GreyPicture) -> tuple[Outcome, str]:
        """Read where nothing should stand; only words in print speak against the paper."""
        for ink in (picture, printed_alone(picture)):
            words = self._reader.read(inked(ink, _SMALL), ("eng",), Layout.BLOCK)
            read = " ".join(word.text for word in words)
            if decide_empty(words) is Outcome.LOOK:
                return Outcome.LOOK, read
        return Outcome.DIFFERS, read

    def _read(self, cell: Cell, picture: GreyPicture) -> tuple[Outcome, str]:
        readings: list[Reading] = []
        for read in (self._at_once, self._by_line, self._by_line_enlarged):
            readings.append(compare(cell, read(cell, picture)))
            outcome = decide(readings)
            if outcome is not None:
                return outcome, _clearest(readings)
        return Outcome.LOOK, _clearest(readings)

    def _at_once(self, cell: Cell, picture: GreyPicture) -> tuple[Word, ...]:
        languages = languages_of(cell.text, self._reader.languages)
        layout = Layout.BLOCK if len(cell.lines) > 1 else Layout.LINE
        return self._reader.read(inked(picture, _SMALL), languages, layout)

    def _by_line(self, cell: Cell, picture: GreyPicture, scale: float = _AS_IT_IS) -> tuple[Word, ...]:
        """Read each line in its own languages, where as many are seen as should stand there."""
        pictures = lines_of(picture)
        if len(pictures) != len(cell.lines):
            languages = languages_of(cell.text, self._reader.languages)
            return self._reader.read(inked(picture, scale), languages, Layout.BLOCK)
        words: list[Word] = []
        for line, part in zip(cell.lines, pictures, strict=True):
            languages = languages_of(line.text, self._reader.languages)
            words += self._reader.read(inked(part, scale), languages, Layout.LINE)
        return tuple(words)

    def _by_line_enlarged(self, cell: Cell, picture: GreyPicture) -> tuple[Word, ...]:
        return self._by_line(cell, picture, _LARGE)


def _straight(picture: GreyPicture, code: FoundCode, template: Template) -> GreyPicture | None:
    registered = register(picture, code, template)
    return None if registered is None else evenly_lit(registered.picture)


def _clearest(readings: Sequence[Reading]) -> str:
    return max(readings, key=lambda reading: (reading.agrees, reading.is_clear)).text


def _finding(cell: Cell, outcome: Outcome, printed: str, crop: Crop | None) -> Finding:
    return Finding(
        sheet=cell.page,
        box=cell.box,
        row=cell.row,
        fields=tuple(path for line in cell.lines for path in line.fields),
        outcome=outcome,
        expected=cell.text,
        printed=printed,
        at=None if crop is None else crop.at,
    )
