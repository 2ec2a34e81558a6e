"""Files of certificates: read row by row, and what is wrong is named by its row and field."""

import json
from datetime import date

import pytest

from hub.errors import InvalidInputError
from hub.origin.certificate.certificate import Certificate, StateCode
from hub.origin.issuing.rows import MOST_ROWS, Defaults, RowForm, form_of_name, read_rows
from hub.origin.issuing.values import RowProblems

DEFAULTS = Defaults(StateCode("GE"), "ct-1", date(2026, 9, 20))
GOOD = {"number": "GE-1", "fields": {"exporter.name": "Sample"}}
MADE = Certificate(
    form="ct-1",
    state=StateCode("GE"),
    number="GE-1",
    issued_on=date(2026, 9, 20),
    fields={"exporter.name": "Sample"},
)
OTHER = GOOD | {"number": "GE-2", "form": "eur-1", "issued_on": "2026-09-01"}


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (json.dumps(GOOD), RowForm.JSON),
        (json.dumps([GOOD]), RowForm.JSON),
        (json.dumps(GOOD) + "\n\n", RowForm.LINES),
        ("number,exporter.name\nGE-1,Sample\n", RowForm.TABLE),
        ("\ufeffnumber,exporter.name,consignee.name\r\nGE-1,Sample,\r\n", RowForm.TABLE),
        ("state,number,exporter.name\nGE,GE-1,Sample\n", RowForm.TABLE),
    ],
)
def test_every_way_of_writing_gives_the_same_certificate(content: str, form: RowForm) -> None:
    assert read_rows(content.encode(), form, DEFAULTS) == (MADE,)


def test_what_a_row_says_itself_counts() -> None:
    rows = read_rows(json.dumps([GOOD, OTHER]).encode(), RowForm.JSON, DEFAULTS)
    second = rows[1]
    assert isinstance(second, Certificate)
    assert (second.form, second.issued_on) == ("eur-1", date(2026, 9, 1))
    table = "number,form,issued_on,exporter.name\nGE-2,eur-1,2026-09-01,Sample\n"
    assert read_rows(table.encode(), RowForm.TABLE, DEFAULTS) == (second,)


@pytest.mark.parametrize(
    ("content", "form", "pointer", "code"),
    [
        ('[{"number": "GE-1"}]', RowForm.JSON, "/fields", "missing"),
        ('[{"number": 7, "fields": {}}]', RowForm.JSON, "/number", "invalid"),
        ('[{"number": "GE-1", "fields": {"a": "b"}, "x": 1}]', RowForm.JSON, "/x", "unknown-field"),
        ('[{"number": "GE-1", "fields": {"a": "b", "a": "c"}}]', RowForm.JSON, "/fields/a", "repeated-name"),
        ('[{"number": "GE-1", "fields": {"A b": "c"}}]', RowForm.JSON, "/fields/A b", "invalid"),
        ('[{"number": "", "fields": {"a": "c"}}]', RowForm.JSON, "/number", "out-of-range"),
        ('[{"number": "GE-1", "fields": {"a": "\\u0000"}}]', RowForm.JSON, "/fields/a", "zero-byte"),
        ("nonsense", RowForm.LINES, "", "malformed-json"),
        ("number,a\nGE-1,b,c\n", RowForm.TABLE, "", "invalid"),
        ("number,a\n,b\n", RowForm.TABLE, "/number", "missing"),
        ("number,state,a\nGE-1,AZ,b\n", RowForm.TABLE, "/state", "other-state"),
        ("number,issued_on,a\nGE-1,yesterday,b\n", RowForm.TABLE, "/issued_on", "invalid"),
    ],
)
def test_a_row_that_is_wrong_says_where(content: str, form: RowForm, pointer: str, code: str) -> None:
    rows = read_rows(content.encode(), form, DEFAULTS)
    assert len(rows) == 1
    wrong = rows[0]
    assert isinstance(wrong, RowProblems)
    assert [(one.pointer, one.code) for one in wrong.problems] == [(pointer, code)]


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (b"", RowForm.LINES),
        (b"[]", RowForm.JSON),
        (b"[", RowForm.JSON),
        (b"number\n", RowForm.TABLE),
        (b"\xff\xfe", RowForm.TABLE),
        (b'number,a\n"GE', RowForm.TABLE),
        (b"{}\n" * (MOST_ROWS + 1), RowForm.LINES),
    ],
)
def test_what_is_no_file_of_certificates_is_refused(content: bytes, form: RowForm) -> None:
    with pytest.raises(InvalidInputError):
        read_rows(content, form, DEFAULTS)


def test_a_files_name_tells_how_it_is_written() -> None:
    names = {"a.json": "json", "a.NDJSON": "ndjson", "a.jsonl": "ndjson", "b.csv": "csv", "a": "json"}
    assert {name: form_of_name(name).value for name in names} == names
