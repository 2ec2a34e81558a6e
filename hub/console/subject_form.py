"""The enrolment form: what was typed, what is wrong with it, and the record it makes. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from gettext import NullTranslations

from hub.console.wording import field_problem
from hub.errors import FieldProblem, InvalidInputError
from hub.watchlist.records import SubjectRecord

TEXT_FIELDS = ("display_name", "category", "legal_basis", "authority", "case_number", "instructions")
FIELDS = (*TEXT_FIELDS, "severity", "expires_on", "captured_on", "aliases")


@dataclass(frozen=True, slots=True)
class FormState:
    """A form as it is shown: values and problems by field name."""

    values: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    """A tuple where several are chosen."""
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
        display_name=texts["display_name"],
        category=texts["category"],
        severity=int(severity),
        legal_basis=texts["legal_basis"],
        authority=texts["authority"],
        case_number=texts["case_number"],
        instructions=texts["instructions"],
        expires_at=_end_of_day(values.get("expires_on", ""), zone),
        aliases=_lines(values.get("aliases", "")),
    )


def typed_record(record: SubjectRecord, zone: tzinfo | None) -> dict[str, str]:
    """Write a record as the form shows it: the inverse of `read_record`."""
    values = {name: str(getattr(record, name)) for name in (*TEXT_FIELDS, "severity")}
    last = "" if record.expires_at is None else _last_day(record.expires_at, zone).isoformat()
    return values | {"expires_on": last, "aliases": "\n".join(record.aliases)}


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _last_day(end: datetime, zone: tzinfo | None) -> date:
    """Name the last day before an end of listing."""
    return (end - timedelta(microseconds=1)).astimezone(zone).date()


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
