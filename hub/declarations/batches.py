"""Reads a batch of declarations, row by row: a bad row is reported and costs no other. Pure."""

from collections.abc import Iterator
from enum import StrEnum

import msgspec

from hub.declarations.facts import DeclarationFacts
from hub.declarations.forms import Form
from hub.declarations.identity import digest_of
from hub.declarations.json_form import JsonReader, problem_of
from hub.declarations.low_value import LowValueDeclaration, facts_of_low_value
from hub.declarations.ucr import check_ucr
from hub.errors import FieldProblem, InvalidInputError

MOST_ROWS = 10_000
_ROWS = msgspec.json.Decoder(list[msgspec.Raw])
_LOW_VALUE = JsonReader(LowValueDeclaration)


class BatchForm(StrEnum):
    """How a batch is written."""

    JSON = "application/json"
    """One array."""
    LINES = "application/x-ndjson"
    """One declaration on each line; empty lines are skipped."""


class ReadRow(msgspec.Struct, frozen=True, gc=False):
    """A row that could be read."""

    index: int
    """Its place in the batch, from 0."""
    facts: DeclarationFacts
    content: bytes
    """As it was sent."""
    digest: str
    """Of what it says, however it is spaced and ordered."""
    form: Form = Form.LOW_VALUE


class BadRow(msgspec.Struct, frozen=True, gc=False):
    """A row that could not."""

    index: int
    problem: FieldProblem


def rows_of(body: bytes, form: BatchForm) -> list[memoryview | bytes]:
    """Part a batch into its rows.

    Raises `InvalidInputError` for what is no batch, is empty or has more than `MOST_ROWS` rows.
    """
    rows = _lines(body) if form is BatchForm.LINES else _array(body)
    if not rows:
        raise InvalidInputError(FieldProblem("", "empty", "there is no declaration in it"))
    if len(rows) > MOST_ROWS:
        detail = f"{len(rows)} declarations, {MOST_ROWS} are taken at once"
        raise InvalidInputError(FieldProblem("", "too-many", detail))
    return rows


def read_row(content: bytes, index: int = 0) -> ReadRow:
    """Read one; raises `InvalidInputError` naming the field that is wrong."""
    declared = _LOW_VALUE.read(content)
    check_ucr(declared.ucr, "/ucr")
    return ReadRow(index, facts_of_low_value(declared), content, digest_of(msgspec.json.encode(declared)))


def read_rows(rows: list[memoryview | bytes], first: int = 0) -> Iterator[ReadRow | BadRow]:
    """Read each row; `first`: the index of the first."""
    for index, row in enumerate(rows, first):
        try:
            yield read_row(bytes(row), index)
        except InvalidInputError as error:
            yield BadRow(index, error.problems[0])


def _array(body: bytes) -> list[memoryview | bytes]:
    try:
        return [memoryview(row) for row in _ROWS.decode(body)]
    except msgspec.DecodeError as error:
        raise InvalidInputError(problem_of(error)) from error
    except RecursionError as error:
        raise InvalidInputError(FieldProblem("", "too-deep", "nested too deeply")) from error


def _lines(body: bytes) -> list[memoryview | bytes]:
    return [line for line in body.split(b"\n") if line.strip()]
