from datetime import date

import pytest

from gui import words
from gui.plain_figures import expected_false_alarms, reference_age

TODAY = date(2026, 5, 4)


@pytest.mark.parametrize(
    ("taken", "source", "count"),
    [
        ("2021-03-12", words.REFERENCE_AGE, 5),
        ("2021-05-05", words.REFERENCE_AGE, 4),
        ("2021-05-04T10:00:00Z", words.REFERENCE_AGE, 5),
        ("2026-02-28", words.REFERENCE_AGE_MONTHS, 2),
        ("2025-05-05", words.REFERENCE_AGE_MONTHS, 11),
        ("2026-04-10", words.REFERENCE_RECENT, None),
        ("2026-05-05", words.REFERENCE_UNDATED, None),
        ("2027-01-01", words.REFERENCE_UNDATED, None),
        ("", words.REFERENCE_UNDATED, None),
        ("spring", words.REFERENCE_UNDATED, None),
    ],
)
def test_the_age_of_a_photo_is_worded(taken: str, source: str, count: int | None) -> None:
    said = reference_age(taken, TODAY)
    assert (said.source, said.count) == (source, count)


@pytest.mark.parametrize(
    ("per_day", "source", "count"),
    [
        (3.4, words.FALSE_ALARMS_DAILY, 3),
        (0.75, words.FALSE_ALARMS_DAILY, 1),
        (0.7, words.FALSE_ALARMS_DAYS, 2),
        (0.2, words.FALSE_ALARMS_DAYS, 5),
        (0.003, words.FALSE_ALARMS_DAYS, 333),
        (0.001, words.FALSE_ALARMS_RARE, None),
        (0.0, words.FALSE_ALARMS_RARE, None),
    ],
)
def test_false_alarms_are_worded(per_day: float, source: str, count: int | None) -> None:
    said = expected_false_alarms(per_day)
    assert (said.source, said.count) == (source, count)


@pytest.mark.parametrize(
    ("per_day", "source", "count"),
    [
        (3.4, words.FALSE_ALARMS_DAILY_MOST, 4),
        (0.6, words.FALSE_ALARMS_DAILY_MOST, 1),
        (0.5, words.FALSE_ALARMS_DAYS_MOST, 2),
        (0.3, words.FALSE_ALARMS_DAYS_MOST, 3),
        (0.003, words.FALSE_ALARMS_DAYS_MOST, 333),
        (0.001, words.FALSE_ALARMS_RARE, None),
    ],
)
def test_an_upper_bound_is_worded_as_one(per_day: float, source: str, count: int | None) -> None:
    said = expected_false_alarms(per_day, is_upper_bound=True)
    assert (said.source, said.count) == (source, count)
