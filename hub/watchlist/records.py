"""What an officer states about a person to be listed, and what is wrong with it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from hub.errors import FieldProblem, InvalidInputError

MAX_TEXT = {
    "display_name": 200,
    "legal_basis": 500,
    "authority": 200,
    "case_number": 100,
    "instructions": 2000,
    "external_key": 128,
}
MAX_ALIASES = 20
IDENTITY_FIELDS = frozenset({"display_name", "aliases"})
"""Fields that say who the person is: to amend them may need a second officer."""
_REQUIRED = ("display_name", "legal_basis", "authority")


@dataclass(frozen=True, slots=True)
class SubjectRecord:
    """What an officer states about a person to be listed."""

    display_name: str
    category: str
    severity: int
    """1 (inform) to 3 (stop and call)."""
    legal_basis: str
    authority: str
    case_number: str = ""
    instructions: str = ""
    expires_at: datetime | None = None
    """Listing ends by itself; None: until removed."""
    aliases: tuple[str, ...] = ()
    """Other names and spellings, in any script."""
    external_key: str = ""
    """Under which another system knows the person; an import repeated under it does nothing twice."""


def check_record(record: SubjectRecord, now: datetime, least_severities: Mapping[str, int]) -> None:
    """Raise `InvalidInputError` naming every bad field; `least_severities` are those of open categories."""
    problems = tuple(record_problems(record, now, least_severities))
    if problems:
        raise InvalidInputError(*problems)


def record_problems(
    record: SubjectRecord, now: datetime, least_severities: Mapping[str, int]
) -> Iterator[FieldProblem]:
    """Name every bad field by its JSON pointer."""
    yield from _text_problems(record)
    yield from _alias_problems(record.aliases)
    if record.category not in least_severities:
        known = ", ".join(least_severities)
        yield FieldProblem("/category", "unknown", f"{record.category[:80]!r} is none of {known}")
    if record.severity not in {1, 2, 3}:
        yield FieldProblem("/severity", "out-of-range", f"{record.severity} is not 1, 2 or 3")
    elif record.severity < least_severities.get(record.category, 1):
        least = least_severities[record.category]
        yield FieldProblem("/severity", "too-low", f"{record.category} asks for {least} at least")
    if record.expires_at is not None and record.expires_at.tzinfo is None:
        yield FieldProblem("/expires_at", "no-time-zone", f"{record.expires_at.isoformat()} has no time zone")
    elif record.expires_at is not None and record.expires_at <= now:
        yield FieldProblem("/expires_at", "in-the-past", f"{record.expires_at.isoformat()} is over already")


def changed_fields(before: SubjectRecord, after: SubjectRecord) -> dict[str, tuple[object, object]]:
    """Give the fields that differ with both values, as JSON has them."""
    names = SubjectRecord.__dataclass_fields__
    pairs = {name: (_plain(getattr(before, name)), _plain(getattr(after, name))) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _text_problems(record: SubjectRecord) -> Iterator[FieldProblem]:
    for name, most in MAX_TEXT.items():
        value: str = getattr(record, name)
        if name in _REQUIRED and not value.strip():
            yield FieldProblem(f"/{name}", "missing", "must not be empty")
        elif len(value) > most:
            yield FieldProblem(f"/{name}", "too-long", f"{len(value)} characters, at most {most}")
        elif _has_control(value):
            yield FieldProblem(f"/{name}", "control-character", "holds a control character")


def _alias_problems(aliases: tuple[str, ...]) -> Iterator[FieldProblem]:
    if len(aliases) > MAX_ALIASES:
        yield FieldProblem("/aliases", "too-many", f"{len(aliases)} names, at most {MAX_ALIASES}")
    for index, alias in enumerate(aliases[:MAX_ALIASES]):
        if not alias.strip():
            yield FieldProblem(f"/aliases/{index}", "missing", "must not be empty")
        elif len(alias) > MAX_TEXT["display_name"]:
            yield FieldProblem(f"/aliases/{index}", "too-long", f"{len(alias)} characters")
        elif _has_control(alias):
            yield FieldProblem(f"/aliases/{index}", "control-character", "holds a control character")


def _has_control(text: str) -> bool:
    return any(ord(character) < 32 and character not in "\n\r\t" for character in text)
