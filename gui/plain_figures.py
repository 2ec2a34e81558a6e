"""How old a reference photo is, and how often a list is wrong, in words."""

import math
from datetime import date

from gui import words
from gui.phrase import Phrase, phrase

DAYS_A_YEAR = 365.25


def reference_age(captured_on: str, today: date) -> Phrase:
    """Return the age of a photo taken on an ISO date; anything else is an unknown date."""
    try:
        taken = date.fromisoformat(captured_on[:10])
    except ValueError:
        return phrase(words.REFERENCE_UNDATED)
    months = (today.year - taken.year) * 12 + today.month - taken.month - (today.day < taken.day)
    if months >= 12:
        return phrase(words.REFERENCE_AGE, count=months // 12, date=taken)
    if months >= 1:
        return phrase(words.REFERENCE_AGE_MONTHS, count=months, date=taken)
    return phrase(words.REFERENCE_RECENT if taken <= today else words.REFERENCE_UNDATED, date=taken)


def expected_false_alarms(per_day: float, *, is_upper_bound: bool = False) -> Phrase:
    """Word an expected number of false alarms a day (0 and above) so that a tired guard understands it.

    `is_upper_bound` says that it is the most there can be, rounded so that it stays so.
    """
    if is_upper_bound and per_day > 0.5:
        return phrase(words.FALSE_ALARMS_DAILY_MOST, count=math.ceil(per_day))
    if is_upper_bound and per_day * DAYS_A_YEAR >= 1.0:
        return phrase(words.FALSE_ALARMS_DAYS_MOST, count=math.floor(1.0 / per_day))
    if per_day >= 0.75:
        return phrase(words.FALSE_ALARMS_DAILY, count=round(per_day))
    if per_day * DAYS_A_YEAR >= 1.0:
        return phrase(words.FALSE_ALARMS_DAYS, count=max(2, round(1.0 / per_day)))
    return phrase(words.FALSE_ALARMS_RARE)
