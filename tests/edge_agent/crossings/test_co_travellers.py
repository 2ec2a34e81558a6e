"""Who is met again and again beside a confirmed subject."""

from datetime import UTC, date, datetime, timedelta

import pytest

from edge_agent.crossings.co_travellers import Company, are_beside, co_travellers

NOW = datetime(2026, 3, 1, tzinfo=UTC)
Meeting = tuple[str, str, date]


def met(who: str, *days: int) -> list[Meeting]:
    return [(who, f"crossing-{number}", date(2026, 3, day)) for number, day in enumerate(days)]


@pytest.mark.parametrize(
    ("meetings", "expected"),
    [
        (met("a", 1, 2, 3), {"a": Company(3, 3)}),
        (met("a", 1, 2), {}),
        (met("a", 1, 1, 1, 2), {}),
        (met("a", 1, 1, 2, 3), {"a": Company(4, 3)}),
        ([*met("a", 1, 2, 3)[:2], met("a", 1, 2, 3)[1]], {}),
        ([*met("a", 1, 2, 3), *met("b", 1, 2)], {"a": Company(3, 3)}),
        ([], {}),
    ],
)
def test_three_crossings_on_three_days_are_company(
    meetings: list[Meeting], expected: dict[str, Company]
) -> None:
    assert co_travellers(meetings) == expected


@pytest.mark.parametrize(
    ("begin_s", "end_s", "expected"),
    [
        (0, 5, True),
        (70, 75, True),
        (70.001, 75, False),
        (-60, -60, True),
        (-61, -60.001, False),
        (-90, 90, True),
    ],
)
def test_a_minute_apart_is_beside(begin_s: float, end_s: float, expected: bool) -> None:
    stay = (NOW, NOW + timedelta(seconds=10))
    other = (NOW + timedelta(seconds=begin_s), NOW + timedelta(seconds=end_s))
    assert are_beside(stay, other) is expected
    assert are_beside(other, stay) is expected
