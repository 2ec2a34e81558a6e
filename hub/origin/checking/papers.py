"""Scanned papers of checks: each sheet sealed, with what was read on it cell by cell beside its code."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, Row, delete, select

from hub.bootstrap import Services
from hub.errors import NotFoundError
from hub.jobs.pieces import drop_later
from hub.origin.checking.checks import check_of
from hub.origin.checking.tables import origin_paper_sheets
from hub.people.access import User
from hub.people.site_bounds import require_site
from hub.store.database import writing_beside_others
from hub.store.pictures import Picture, keep_piece, open_piece

if TYPE_CHECKING:
    from hub.origin.paper.checking_paper import Finding, PaperCheck

KIND = "origin-paper"
AT_ONCE = 200


class SeenCell(msgspec.Struct, frozen=True, kw_only=True):
    """One cell of a paper as it was read; what should stand there is in the certificate."""

    box: str
    row: int | None
    outcome: str
    """``matches``, ``look`` or ``differs`` (`hub.origin.paper.comparing.Outcome`)."""
    expected: str
    printed: str
    at: tuple[int, int, int, int] | None
    """Left, top, width, height on the straight sheet, in pixels; None: there is no such picture."""


class SeenSheet(msgspec.Struct, frozen=True):
    """A sheet of the paper of a check."""

    sheet: int
    cells: tuple[SeenCell, ...]


def keep_paper(services: Services, check_id: str, paper: "PaperCheck") -> None:
    """Keep what a paper says, instead of what was kept of the check before; raises `EvidenceError`."""
    now = services.clock()
    numbers = sorted({finding.sheet for finding in paper.findings})
    # Encoded before the transaction: other writers wait for it.
    jpegs = {number: _jpeg(picture) for number, picture in paper.sheets.items()}
    with writing_beside_others(services.engine) as connection:
        check_of(connection, check_id, is_held=True)
        own = origin_paper_sheets.c.check_id == check_id
        _forget(connection, connection.execute(select(origin_paper_sheets).where(own)).all(), now)
        for number in numbers:
            cells = tuple(_cell(one) for one in paper.findings if one.sheet == number)
            jpeg = jpegs.get(number)
            name = _key(check_id, number, now)
            row = {
                "check_id": check_id,
                "sheet": number,
                "file": "" if jpeg is None else keep_piece(services, KIND, name, jpeg),
                "sealed_findings": services.seal(KIND, name, msgspec.json.encode(cells)),
                "read_at": now,
            }
            connection.execute(origin_paper_sheets.insert().values(**row))


def paper_of(services: Services, connection: Connection, check_id: str) -> tuple[SeenSheet, ...]:
    """Return the sheets of a check's paper, in order; none: no paper was scanned."""
    own = origin_paper_sheets.c.check_id == check_id
    query = select(origin_paper_sheets).where(own).order_by(origin_paper_sheets.c.sheet)
    return tuple(SeenSheet(row.sheet, _cells(services, row)) for row in connection.execute(query))


def open_cell(
    services: Services, connection: Connection, place: tuple[str, int, int], viewer: User
) -> Picture:
    """Open the picture of one cell, by check, sheet and cell; raises `NotFoundError`, `EvidenceError`."""
    check_id, sheet, number = place
    site_id = check_of(connection, check_id).site_id
    if site_id:
        require_site(viewer, site_id)
    columns = origin_paper_sheets.c
    query = select(origin_paper_sheets).where(columns.check_id == check_id, columns.sheet == sheet)
    row = connection.execute(query).first()
    cells = () if row is None else _cells(services, row)
    if row is None or not row.file or not 0 <= number < len(cells) or cells[number].at is None:
        raise NotFoundError("cell", f"{check_id}/{sheet}/{number}")
    content = open_piece(services, KIND, _key(check_id, sheet, row.read_at), row.file)
    return Picture("image/jpeg", _cropped(content, cells[number]))


def forget_papers(services: Services, before: datetime) -> None:
    """Delete sheets that were read before a time."""
    query = select(origin_paper_sheets).where(origin_paper_sheets.c.read_at < before).limit(AT_ONCE)
    while True:
        with writing_beside_others(services.engine) as connection:
            old = connection.execute(query).all()
            _forget(connection, old, services.clock())
        if len(old) < AT_ONCE:
            return


def _forget(connection: Connection, rows: Sequence[Row[*tuple[Any, ...]]], now: datetime) -> None:
    """Delete rows, and their pieces once that is committed."""
    columns = origin_paper_sheets.c
    for row in rows:
        if row.file:
            drop_later(connection, row.file, now)
        connection.execute(
            delete(origin_paper_sheets).where(columns.check_id == row.check_id, columns.sheet == row.sheet)
        )


def _key(check_id: str, sheet: int, read_at: datetime) -> str:
    return f"{check_id}/{sheet}/{read_at.isoformat()}"


def _cells(services: Services, row: Row[*tuple[Any, ...]]) -> tuple[SeenCell, ...]:
    name = _key(row.check_id, row.sheet, row.read_at)
    opened = services.store_key.unseal(KIND, name, row.sealed_findings)
    return msgspec.json.decode(opened, type=tuple[SeenCell, ...])


def _cell(finding: "Finding") -> SeenCell:
    return SeenCell(
        box=finding.box,
        row=finding.row,
        outcome=finding.outcome.value,
        expected=finding.expected,
        printed=finding.printed,
        at=finding.at,
    )


def _jpeg(picture: Any) -> bytes:
    # Only who scans papers pays for the decoders.
    import cv2

    _, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 80])
    return bytes(encoded)


def _cropped(content: bytes, cell: SeenCell) -> bytes:
    import cv2
    import numpy as np

    sheet = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE)
    left, top, width, height = cell.at or (0, 0, 1, 1)
    return _jpeg(np.asarray(sheet)[top : top + height, left : left + width])


def cells_to_look_at(sheets: Sequence[SeenSheet]) -> Iterator[tuple[int, int, SeenCell]]:
    """Yield sheet, place and cell of everything that is not plainly the same, what differs first."""
    placed = [
        (seen.sheet, number, cell)
        for seen in sheets
        for number, cell in enumerate(seen.cells)
        if cell.outcome != "matches"
    ]
    yield from sorted(placed, key=lambda one: one[2].outcome != "differs")
