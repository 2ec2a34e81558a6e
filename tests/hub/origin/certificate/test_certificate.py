"""The certificate: what is no certificate, and where it is not."""

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis.strategies import dictionaries, from_regex, text

from hub.errors import InvalidInputError
from hub.origin.certificate.certificate import Certificate, StateCode, from_statements, statements
from tests.hub.origin.certificate.samples import certificate


def problems(**changes: object) -> set[tuple[str, str]]:
    with pytest.raises(InvalidInputError) as caught:
        msgspec.structs.replace(certificate(), **changes)
    return {(problem.pointer, problem.code) for problem in caught.value.problems}


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"form": "CT 1"}, "/form", "invalid"),
        ({"form": ""}, "/form", "invalid"),
        ({"state": "ge"}, "/state", "invalid"),
        ({"state": "GEO"}, "/state", "invalid"),
        ({"number": ""}, "/number", "out-of-range"),
        ({"number": "N" * 65}, "/number", "out-of-range"),
        ({"number": " GE-1"}, "/number", "not-canonical"),
        ({"fields": {}}, "/fields", "out-of-range"),
        ({"fields": {"Exporter": "x"}}, "/fields/Exporter", "invalid"),
        ({"fields": {"a.b.c.d.e": "x"}}, "/fields/a.b.c.d.e", "invalid"),
        ({"fields": {"number": "x"}}, "/fields/number", "invalid"),
        ({"fields": {"remarks": ""}}, "/fields/remarks", "out-of-range"),
        ({"fields": {"remarks": "x" * 2001}}, "/fields/remarks", "out-of-range"),
        ({"fields": {"remarks": "x "}}, "/fields/remarks", "not-canonical"),
        ({"fields": {"remarks": "Bakı\u0308"}}, "/fields/remarks", "valid"),
        ({"fields": {"remarks": "Bu\u0308nəm"}}, "/fields/remarks", "not-canonical"),
        ({"fields": {"remarks": "a\x00b"}}, "/fields/remarks", "invalid"),
        ({"fields": {"remarks": "a\ud800b"}}, "/fields/remarks", "invalid"),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, object], pointer: str, code: str) -> None:
    if code == "valid":
        msgspec.structs.replace(certificate(), **changes)
    else:
        assert (pointer, code) in problems(**changes)


def test_all_that_is_wrong_is_named_at_once() -> None:
    assert {pointer for pointer, _ in problems(form="", state="", number="")} == {
        "/form",
        "/state",
        "/number",
    }


@given(
    dictionaries(
        from_regex(r"[a-z]{1,6}\.[a-z]{1,6}", fullmatch=True), text("abcəğşქართ ", min_size=1), min_size=1
    )
)
def test_statements_are_read_back(fields: dict[str, str]) -> None:
    made = certificate()
    kept = {path: value.strip() for path, value in fields.items() if value.strip()} or {"a": "b"}
    made = Certificate(
        form=made.form, state=StateCode("GE"), number="1", issued_on=date(2026, 2, 28), fields=kept
    )
    assert from_statements(dict(statements(made))) == made
    assert [path for path, _ in statements(made)] == sorted(path for path, _ in statements(made))


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"issued_on": "2026-02-30"}, "/issued_on"),
        ({"issued_on": "yesterday"}, "/issued_on"),
        ({"form": None}, "/form"),
    ],
)
def test_statements_that_are_no_certificate_are_refused(changed: dict[str, str | None], pointer: str) -> None:
    stated: dict[str, str | None] = {**dict(statements(certificate())), **changed}
    with pytest.raises(InvalidInputError) as caught:
        from_statements({path: value for path, value in stated.items() if value is not None})
    assert [problem.pointer for problem in caught.value.problems] == [pointer]
