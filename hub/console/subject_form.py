"""The enrolment form: what was typed, what is wrong with it, and the record it makes. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from gettext import NullTranslations

from hub.console.wording import field_problem
from hub.errors import FieldProblem, InvalidInputError
from hub.watchlist.subjects import SubjectRecord

TEXT_FIELDS = ("display_name", "category", "legal_basis", "authority", "case_number", "instructions")
FIELDS = (*TEXT_FIELDS, "severity", "expires_on", "captured_on")


@dataclass(frozen=True, slots=True)
class FormState:
    """A form as it is shown: values and problems by field name."""

    values: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)


def form_with_problems(
    values: Mapping[str, str], problems: tuple[FieldProblem, ...], words: NullTranslations
) -> FormState:
    """Put each problem in words beside its field; an end of listing belongs to the day that was typed."""
    names = {"expires_at": "expires_on"}
    return FormState(
        dict(values),
        {
            names.get(name, name): field_problem(problem.code, words)
            for problem in problems
            for name in (problem.pointer.removeprefix("/"),)
        },
    )


def read_record(values: Mapping[str, str], zone: tzinfo | None) -> SubjectRecord:
    """Make a record of what was typed; raises `InvalidInputError` for a severity or a day that is none."""
    texts = {name: values.get(name, "").strip() for name in TEXT_FIELDS}
    severity = values.get("severity", "")
    if severity not in {"1", "2", "3"}:
        raise InvalidInputError(FieldProblem("/severity", "unknown", f"{severity[:20]!r} is not 1, 2 or 3"))
    return SubjectRecord(
        severity=int(severity), expires_at=_end_of_day(values.get("expires_on", ""), zone), **texts
    )


def _end_of_day(text: str, zone: tzinfo | None) -> datetime | None:
    """Return midnight after the day, on the wall clock of `zone`; None for an empty text."""
    if not text:
        return None
    try:
        after = date.fromisoformat(text) + timedelta(days=1)
        midnight = datetime.combine(after, time(), tzinfo=zone)
        return midnight if zone else midnight.astimezone()
    except (ValueError, OverflowError) as error:
        raise InvalidInputError(
            FieldProblem("/expires_on", "not-a-date", f"{text[:40]!r} is not a date")
        ) from error
