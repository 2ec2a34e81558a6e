from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from hub.console.formatting import (
    format_ago,
    format_date,
    format_day,
    format_moment,
    format_number,
    format_span,
)
from hub.console.language import load_languages

LANGUAGES = load_languages()
NOW = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)
BAKU = timezone(timedelta(hours=4))


@pytest.mark.parametrize(("code", "text"), [("az", "05.03.2026"), ("ru", "05.03.2026"), ("en", "5 Mar 2026")])
def test_a_day_stands_in_the_readers_order(code: str, text: str) -> None:
    assert format_date(date(2026, 3, 5), LANGUAGES[code]) == text


@pytest.mark.parametrize(("code", "text"), [("az", "5 may"), ("ru", "5 мая"), ("en", "5 May")])
def test_a_day_of_this_year_is_short(code: str, text: str) -> None:
    assert format_day(date(2026, 5, 5), LANGUAGES[code]) == text


def test_a_moment_is_shown_on_the_wall_clock_of_the_zone() -> None:
    assert format_moment(NOW, LANGUAGES["az"], BAKU) == "24.11.2026, 00:30"


@pytest.mark.parametrize(
    ("value", "digits", "code", "text"),
    [
        (1240, 0, "en", "1,240"),
        (1240, 0, "az", "1.240"),
        (1240, 0, "ru", "1\N{NO-BREAK SPACE}240"),
        (0.7137, 3, "ru", "0,714"),
        (0.7137, 3, "en", "0.714"),
        (-0.5, 1, "az", "-0,5"),
    ],
)
def test_numbers_have_the_readers_decimal_sign(value: float, digits: int, code: str, text: str) -> None:
    assert format_number(value, LANGUAGES[code], digits) == text


@pytest.mark.parametrize(
    ("seconds", "code", "text"),
    [
        (-5, "en", "less than a minute ago"),
        (59, "en", "less than a minute ago"),
        (60, "en", "1 minute ago"),
        (3599, "ru", "59 минут назад"),
        (2 * 60, "ru", "2 минуты назад"),
        (21 * 60, "ru", "21 минуту назад"),
        (7 * 3600, "az", "7 saat əvvəl"),
        (86400, "en", "1 day ago"),
        (5 * 86400, "ru", "5 дней назад"),
    ],
)
def test_ago_uses_the_largest_whole_unit(seconds: int, code: str, text: str) -> None:
    assert format_ago(NOW - timedelta(seconds=seconds), NOW, LANGUAGES[code]) == text


@pytest.mark.parametrize(
    ("seconds", "code", "text"),
    [(6.4, "en", "6.4 s"), (6.4, "az", "6,4 san"), (125.9, "en", "2 min 5 s"), (125, "ru", "2 мин 5 с")],
)
def test_spans_are_short(seconds: float, code: str, text: str) -> None:
    assert format_span(timedelta(seconds=seconds), LANGUAGES[code]) == text
