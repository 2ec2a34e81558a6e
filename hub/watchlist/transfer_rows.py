"""Rows of an import or export: CSV, JSON, encodings, cells that a spreadsheet would execute. Pure."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.errors import FieldProblem, InvalidInputError
from hub.watchlist.records import SubjectRecord

TEXTS = (
    "external_key",
    "display_name",
    "category",
    "legal_basis",
    "authority",
    "case_number",
    "instructions",
)
LISTS = ("aliases", "photos")
COLUMNS = (*TEXTS[:2], "aliases", "category", "severity", *TEXTS[3:], "expires_at", "captured_on", "photos")
BETWEEN = "|"
"""Separates several values of one CSV cell."""
MAX_ROWS = 20_000
LONGEST_CELL = 10_000
ENCODINGS = ("utf-8-sig", "utf-8", "cp1251")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One person as a file states it."""

    number: int
    """From 1, without the heading."""
    values: Mapping[str, str]
    """Every text by column, missing ones empty."""
    aliases: tuple[str, ...]
    photos: tuple[str, ...]
    """File names inside the archive."""
    formulas: tuple[str, ...] = ()
    """Columns whose text a spreadsheet would have executed; it was taken as text."""


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A whole file."""

    rows: tuple[SourceRow, ...]
    encoding: str
    """``utf-8``, ``utf-8-sig`` (with a byte order mark) or ``cp1251``."""


def read_csv(content: bytes) -> SourceTable:
    """Read a CSV file with a heading; raises `InvalidInputError` for one that is none."""
    text, encoding = decoded(content)
    delimiter = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        heading, lines = reader.fieldnames or (), list(reader)
    except csv.Error as error:
        raise _unreadable(f"not a CSV file: {error}") from error
    if len(lines) > MAX_ROWS:
        raise _unreadable(f"{len(lines)} rows, at most {MAX_ROWS}")
    if "external_key" not in heading:
        raise _unreadable(f"no column external_key; there are {', '.join(COLUMNS)}")
    if unknown := sorted(set(heading) - set(COLUMNS)):
        raise _unreadable(f"unknown column {unknown[0][:40]!r}; there are {', '.join(COLUMNS)}")
    return SourceTable(tuple(_csv_row(number, line) for number, line in enumerate(lines, 1)), encoding)


def read_json(content: bytes) -> SourceTable:
    """Read a JSON array of objects with the same names; raises `InvalidInputError` for anything else."""
    text, encoding = decoded(content)
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _unreadable(f"not JSON: {error}") from error
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise _unreadable("want an array of objects")
    if len(found) > MAX_ROWS:
        raise _unreadable(f"{len(found)} rows, at most {MAX_ROWS}")
    return SourceTable(tuple(_json_row(number, one) for number, one in enumerate(found, 1)), encoding)


def decoded(content: bytes) -> tuple[str, str]:
    """Decode by the first encoding that fits; Windows-1251 fits nearly anything, so it is tried last."""
    for encoding in ENCODINGS:
        if encoding == "utf-8-sig" and not content.startswith(b"\xef\xbb\xbf"):
            continue
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise _unreadable("neither UTF-8 nor Windows-1251")


def record_of_row(row: SourceRow) -> tuple[SubjectRecord, tuple[FieldProblem, ...]]:
    """Make the record of a row, with what is wrong with its numbers and times."""
    problems = []
    severity, expires_at = 0, None
    if row.values["severity"].strip() in {"1", "2", "3"}:
        severity = int(row.values["severity"])
    else:
        detail = f"{row.values['severity'][:20]!r} is not 1, 2 or 3"
        problems.append(FieldProblem("/severity", "out-of-range", detail))
    if row.values["expires_at"]:
        try:
            expires_at = datetime.fromisoformat(row.values["expires_at"])
        except ValueError:
            detail = f"{row.values['expires_at'][:40]!r} is not an ISO time"
            problems.append(FieldProblem("/expires_at", "not-a-date", detail))
    if not row.values["external_key"]:
        problems.append(FieldProblem("/external_key", "missing", "an import needs it, to be repeatable"))
    texts = {name: row.values[name] for name in TEXTS}
    record = SubjectRecord(severity=severity, expires_at=expires_at, aliases=row.aliases, **texts)
    # The field's own problem says more than that 0 is out of range.
    return record, tuple(problems)


def write_csv(rows: Iterable[Mapping[str, object]]) -> bytes:
    """Write rows as UTF-8 with a byte order mark, which spreadsheets need; no cell is a formula."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: neutral(_cell(row.get(name, ""))) for name in COLUMNS})
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def write_json(rows: Sequence[Mapping[str, object]]) -> bytes:
    """Write rows as a JSON array."""
    return json.dumps(list(rows), ensure_ascii=False, indent=1).encode()


def neutral(cell: str) -> str:
    """Keep a spreadsheet from executing a cell: a leading apostrophe makes it text."""
    return f"'{cell}" if is_formula(cell) else cell


def is_formula(cell: str) -> bool:
    """Tell whether a spreadsheet would execute a cell."""
    return cell.startswith(_FORMULA)


def _cell(value: object) -> str:
    return BETWEEN.join(value) if isinstance(value, list | tuple) else str(value)


def _csv_row(number: int, line: Mapping[str | None, str | list[str] | None]) -> SourceRow:
    cells = {name: _plain(line.get(name)) for name in COLUMNS}
    formulas = tuple(name for name, cell in cells.items() if is_formula(cell))
    values = {name: cell.removeprefix("'") if is_formula(cell[1:]) else cell for name, cell in cells.items()}
    several = {name: tuple(_parts(values[name])) for name in LISTS}
    return SourceRow(number, values, several["aliases"], several["photos"], formulas)


def _json_row(number: int, given: Mapping[str, object]) -> SourceRow:
    values = {name: _plain(given.get(name)) for name in COLUMNS if name not in LISTS}
    several = {}
    for name in LISTS:
        found = given.get(name)
        several[name] = tuple(map(_plain, found)) if isinstance(found, list) else ()
    formulas = tuple(name for name, cell in values.items() if is_formula(cell))
    return SourceRow(number, values, several["aliases"], several["photos"], formulas)


def _plain(value: object) -> str:
    return "" if value is None or isinstance(value, list) else str(value).strip()[:LONGEST_CELL]


def _parts(cell: str) -> Iterator[str]:
    return (part.strip() for part in cell.split(BETWEEN) if part.strip())


def _unreadable(reason: str) -> InvalidInputError:
    return InvalidInputError(FieldProblem("/file", "unreadable", reason))
