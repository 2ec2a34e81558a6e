from datetime import date

import pytest

from hardware.travel_document import ZoneDate
from hardware.zone_dates import birth_date, expiry_date

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("740812", ZoneDate(1974, 8, 12)),
        ("261123", ZoneDate(2026, 11, 23)),
        ("261124", ZoneDate(1926, 11, 24)),
        ("000229", ZoneDate(2000, 2, 29)),
        ("270101", ZoneDate(1927, 1, 1)),
        ("64<<<<", ZoneDate(1964, None, None)),
        ("26<<<<", ZoneDate(2026, None, None)),
        ("6408<<", ZoneDate(1964, 8, None)),
        ("<<<<<<", ZoneDate(None, None, None)),
        ("<<0229", ZoneDate(None, 2, 29)),
        ("640230", None),
        ("641301", None),
        ("640100", None),
        ("6408", None),
        ("64O812", None),
        ("6<0812", None),
        ("٦٤٠٨١٢", None),
    ],
)
def test_birth_date_is_the_latest_one_not_after_today(text: str, expected: ZoneDate | None) -> None:
    assert birth_date(text, TODAY) == expected


@pytest.mark.parametrize(
    ("text", "year"),
    [("120415", 2012), ("261123", 2026), ("760101", 2076), ("770101", 1977), ("991231", 1999)],
)
def test_expiry_date_is_the_one_nearest_to_today(text: str, year: int) -> None:
    found = expiry_date(text, TODAY)
    assert found is not None
    assert found.year == year


def test_century_follows_the_day_it_is_read_on() -> None:
    assert birth_date("300101", date(2029, 12, 31)) == ZoneDate(1930, 1, 1)
    assert birth_date("300101", date(2030, 1, 1)) == ZoneDate(2030, 1, 1)


def test_only_a_full_date_has_a_calendar_day() -> None:
    assert ZoneDate(1974, 8, 12).whole == date(1974, 8, 12)
    assert ZoneDate(1974, 8, None).whole is None
