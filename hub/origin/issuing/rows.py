"""Certificates as an exporter's program writes them: JSON, a line of JSON each, or a table (CSV). Pure."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum

import msgspec

from hub.declarations.json_form import JsonReader, problem_of
from hub.errors import FieldProblem, InvalidInputError
from hub.origin.certificate.certificate import Certificate, StateCode, from_statements
from hub.origin.issuing.values import RowProblems

MOST_ROWS = 10_000
MOST_BYTES = 64 << 20


class RowForm(StrEnum):
    """How they are written."""

    JSON = "json"
    """A list, or one."""
    LINES = "ndjson"
    TABLE = "csv"
    """A row each; columns are paths, and ``form``, ``number``, ``issued_on``."""


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A certificate that is to be issued."""

    number: str
    fields: dict[str, str]
    form: str = ""
    issued_on: date | None = None
    """Today, where it says nothing."""


class Defaults(msgspec.Struct, frozen=True):
    """What holds where a row says nothing."""

    state: StateCode
    form: str
    issued_on: date


Rows = tuple[Certificate | RowProblems, ...]
_LIST, _ONE = msgspec.json.Decoder(list[msgspec.Raw]), JsonReader(Wanted)


def read_rows(content: bytes, form: RowForm, defaults: Defaults) -> Rows:
    """Read every row that can be read, and say of the others why not.

    Raises `InvalidInputError` for what is no such file, has no row, or more than `MOST_ROWS`.
    """
    if len(content) > MOST_BYTES:
        raise InvalidInputError(FieldProblem("", "too-long", f"has more than {MOST_BYTES >> 20} MiB"))
    if form is RowForm.TABLE:
        rows = tuple(_table(content, defaults))
    else:
        texts = _listed(content) if form is RowForm.JSON else _lines(content)
        rows = tuple(_row(place, text, defaults) for place, text in enumerate(texts))
    if not 1 <= len(rows) <= MOST_ROWS:
        detail = f"has {len(rows)} certificates, not 1 to {MOST_ROWS}"
        raise InvalidInputError(FieldProblem("", "out-of-range", detail))
    return rows


def form_of_name(name: str) -> RowForm:
    """Tell by a file's name how it is written."""
    endings = {".csv": RowForm.TABLE, ".ndjson": RowForm.LINES, ".jsonl": RowForm.LINES}
    return next((form for ending, form in endings.items() if name.lower().endswith(ending)), RowForm.JSON)


def certificate_of(wanted: Wanted, defaults: Defaults) -> Certificate:
    """Make the certificate; raises `InvalidInputError` naming each field that is wrong."""
    return Certificate(
        form=wanted.form or defaults.form,
        state=defaults.state,
        number=wanted.number,
        issued_on=wanted.issued_on or defaults.issued_on,
        fields=wanted.fields,
    )


def _listed(content: bytes) -> list[msgspec.Raw]:
    if content.lstrip()[:1] != b"[":
        return [msgspec.Raw(content)]
    try:
        return _LIST.decode(content)
    except msgspec.DecodeError as error:
        raise InvalidInputError(problem_of(error)) from error
    except (RecursionError, UnicodeDecodeError) as error:
        raise InvalidInputError(FieldProblem("", "malformed-json", "cannot be read as JSON")) from error


def _lines(content: bytes) -> list[msgspec.Raw]:
    return [msgspec.Raw(line) for line in content.splitlines() if line.strip()]


def _row(place: int, text: msgspec.Raw, defaults: Defaults) -> Certificate | RowProblems:
    number = ""
    try:
        wanted = _ONE.read(bytes(text))
        number = wanted.number[:64]
        return certificate_of(wanted, defaults)
    except InvalidInputError as error:
        return RowProblems(place, number, error.problems)


def _table(content: bytes, defaults: Defaults) -> Iterator[Certificate | RowProblems]:
    try:
        # Spreadsheets begin a file with a mark of their own.
        text = content.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    except UnicodeDecodeError as error:
        problem = FieldProblem("", "not-utf-8", f"byte {error.start} is not UTF-8")
        raise InvalidInputError(problem) from error
    except csv.Error as error:
        raise InvalidInputError(FieldProblem("", "invalid", f"no table: {error}")) from error
    for place, row in enumerate(rows):
        yield _table_row(place, row, defaults)


def _table_row(
    place: int, row: Mapping[str | None, str | list[str] | None], defaults: Defaults
) -> Certificate | RowProblems:
    stated = {name: value for name, value in row.items() if name and isinstance(value, str) and value}
    own = {"form": defaults.form, "issued_on": defaults.issued_on.isoformat(), "state": str(defaults.state)}
    number = stated.get("number", "")[:64]
    if None in row:
        problem = FieldProblem("", "invalid", "has more cells than the table has columns")
        return RowProblems(place, number, (problem,))
    if "state" in stated and stated["state"] != defaults.state:
        problem = FieldProblem("/state", "other-state", f"{stated['state'][:20]!r} is not {defaults.state}")
        return RowProblems(place, number, (problem,))
    try:
        return from_statements(own | stated)
    except InvalidInputError as error:
        return RowProblems(place, number, error.problems)
