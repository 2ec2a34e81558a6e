"""Six digits of a zone to a date: two-digit years get their century from today."""

import calendar
import re
from datetime import date

from hardware.travel_document import ZoneDate

_DATE = re.compile(r"(\d\d|<<)(\d\d|<<)(\d\d|<<)", re.ASCII)
_EXPIRY_PAST_YEARS = 50


def birth_date(text: str, today: date) -> ZoneDate | None:
    """Read a birth date, which is the latest one that is not after today; None when it is no date."""
    parts = _parts(text)
    if parts is None:
        return None
    year, month, day = parts
    if year is not None:
        year += today.year // 100 * 100
        if (year, month or 1, day or 1) > (today.year, today.month, today.day):
            year -= 100
    return _valid(year, month, day)


def expiry_date(text: str, today: date) -> ZoneDate | None:
    """Read an expiry date, at most 49 years past or 50 to come; None when it is no date."""
    parts = _parts(text)
    if parts is None:
        return None
    year, month, day = parts
    if year is not None:
        earliest = today.year - _EXPIRY_PAST_YEARS + 1
        year = earliest + (year - earliest) % 100
    return _valid(year, month, day)


def _parts(text: str) -> tuple[int | None, int | None, int | None] | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = (None if part == "<<" else int(part) for part in match.groups())
    return year, month, day


def _valid(year: int | None, month: int | None, day: int | None) -> ZoneDate | None:
    """Refuse a 30 February; a day needs its month, and an unknown year may be a leap year."""
    if month is not None and not 1 <= month <= 12:
        return None
    if day is not None:
        longest = 31 if month is None else calendar.monthrange(2000 if year is None else year, month)[1]
        if not 1 <= day <= longest:
            return None
    return ZoneDate(year, month, day)
