"""A scanned paper beside its code, cell by cell: what differs first, what to look at next. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from hub.console.formatting import format_number
from hub.console.origin_wording import MATCH_TONES, MATCHES
from hub.console.presenting import Badge
from hub.console.reader import Reader
from hub.console.wording import word
from hub.origin.certificate.templates import Template
from hub.origin.checking.papers import SeenCell, SeenSheet, cells_to_look_at

_CODES = {"matches": "agrees", "look": "not-compared", "differs": "differs"}
_ORDER = ("differs", "look", "matches")


@dataclass(frozen=True, slots=True)
class CellRow:
    """A cell that an officer looks at."""

    label: str
    expected: tuple[str, ...]
    printed: str
    picture: str
    """Address of the cell's picture; empty: there is none."""
    match: Badge


@dataclass(frozen=True, slots=True)
class PaperView:
    """The paper of a check."""

    worst: Badge
    cells: tuple[CellRow, ...]
    same: str
    """How many cells say the same."""


def present_paper(
    check_id: str, sheets: Sequence[SeenSheet], template: Template | None, reader: Reader
) -> PaperView | None:
    """Word a paper; None: none was scanned."""
    outcomes = [cell.outcome for seen in sheets for cell in seen.cells]
    if not outcomes:
        return None
    words = reader.language.words
    count = outcomes.count("matches")
    same = words.ngettext("%(count)s cell says the same.", "%(count)s cells say the same.", count)
    return PaperView(
        worst=_badge(next(one for one in _ORDER if one in outcomes), reader),
        cells=tuple(
            _row(f"/console/origin/checks/{check_id}/pictures/{sheet}/{number}", cell, template, reader)
            for sheet, number, cell in cells_to_look_at(sheets)
        ),
        same=same % {"count": format_number(count, reader.language)},
    )


def _row(address: str, cell: SeenCell, template: Template | None, reader: Reader) -> CellRow:
    labels = {} if template is None else {box.number: box.label for box in template.boxes}
    texts = labels.get(cell.box, {})
    label = texts.get(reader.language.code, texts.get("en", ""))
    row = "" if cell.row is None else f" ({cell.row})"
    return CellRow(
        label=f"{cell.box}. {label}{row}" if label else f"{cell.box}{row}",
        expected=tuple(cell.expected.splitlines()),
        printed=cell.printed,
        picture="" if cell.at is None else address,
        match=_badge(cell.outcome, reader),
    )


def _badge(outcome: str, reader: Reader) -> Badge:
    code = _CODES[outcome]
    return Badge(word(MATCHES, code, reader.language.words), MATCH_TONES[code])
