from datetime import UTC, datetime, timedelta, timezone
from gettext import NullTranslations

import pytest

from hub.console.subject_form import form_with_problems, read_record
from hub.errors import FieldProblem, InvalidInputError

BAKU = timezone(timedelta(hours=4))
TYPED = {
    "display_name": "  Tural Məmmədov ",
    "category": "wanted",
    "severity": "3",
    "legal_basis": "Article 206",
    "authority": "Customs",
    "expires_on": "2027-01-31",
}


def test_the_last_day_of_a_listing_is_part_of_it() -> None:
    record = read_record(TYPED, BAKU)

    assert record.expires_at == datetime(2027, 1, 31, 20, 0, tzinfo=UTC)
    assert record.display_name == "Tural Məmmədov"
    assert record.severity == 3


def test_no_day_means_until_removed() -> None:
    assert read_record(TYPED | {"expires_on": ""}, BAKU).expires_at is None


def test_the_machines_own_zone_is_an_aware_time() -> None:
    expires_at = read_record(TYPED, None).expires_at

    assert expires_at is not None
    assert expires_at.tzinfo is not None


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        ("severity", "4", "/severity"),
        ("severity", "", "/severity"),
        ("severity", "zwei", "/severity"),
        ("expires_on", "31.01.2027", "/expires_on"),
        ("expires_on", "9999-12-31", "/expires_on"),
    ],
)
def test_what_cannot_be_read_is_named(field: str, value: str, pointer: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_record(TYPED | {field: value}, BAKU)

    assert [problem.pointer for problem in caught.value.problems] == [pointer]


def test_a_problem_stands_beside_the_field_that_was_typed() -> None:
    problems = (FieldProblem("/expires_at", "in-the-past", "…"), FieldProblem("/authority", "missing", "…"))

    form = form_with_problems(TYPED, problems, NullTranslations())

    assert form.problems == {
        "expires_on": "This day is over already.",
        "authority": "Please fill this in.",
    }
    assert form.values["category"] == "wanted"
