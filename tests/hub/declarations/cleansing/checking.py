"""Runs one rule at a time over the real lists."""

from datetime import UTC, date, datetime

from hub.declarations.cleansing.notes import Notes
from hub.declarations.findings import Finding
from hub.declarations.low_value import LOW_VALUE_POINTERS
from hub.declarations.reference_files import reference_data

REFERENCE = reference_data()
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
DAY = date(2026, 11, 27)


def notes() -> Notes:
    return Notes(LOW_VALUE_POINTERS)


def codes_of(gathered: Notes) -> list[str]:
    return [one.code for one in gathered.findings]


def only(gathered: Notes) -> Finding:
    (found,) = gathered.findings
    return found
