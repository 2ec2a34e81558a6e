"""Confirmed crossings within sliding windows."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.crossings.frequent_crossers import (
    WINDOWS,
    ConfirmedCrossing,
    CrossingCount,
    count_within,
    is_confirmed,
)
from sync.messages import Answer

NOW = datetime(2026, 3, 29, 3, 30, tzinfo=UTC)
"""Half past three on the night the clocks of Europe go forward."""
BAKU = timezone(timedelta(hours=4))
SAME, NOT_SAME, UNSURE = Answer.SAME, Answer.NOT_SAME, Answer.UNSURE


def crossing(ago: timedelta, crossing_id: str = "c", direction: str = "in") -> ConfirmedCrossing:
    return ConfirmedCrossing(crossing_id, NOW - ago, direction)


@pytest.mark.parametrize(
    ("ago", "expected"),
    [
        (timedelta(0), 1),
        (timedelta(hours=24) - timedelta(microseconds=1), 1),
        (timedelta(hours=24), 0),
        (timedelta(microseconds=-1), 0),
    ],
)
def test_a_window_reaches_from_just_after_its_begin_to_now(ago: timedelta, expected: int) -> None:
    assert count_within([crossing(ago)], WINDOWS["24h"], NOW).crossings == expected


def test_a_window_has_its_hours_whatever_the_clocks_on_the_wall_do() -> None:
    seen = (NOW - timedelta(hours=23, minutes=59)).astimezone(BAKU)
    assert count_within([ConfirmedCrossing("c", seen, "")], WINDOWS["24h"], NOW).crossings == 1


def test_directions_are_counted_and_an_unknown_one_is_neither() -> None:
    crossings = [crossing(timedelta(hours=n), f"c{n}", way) for n, way in enumerate(["in", "out", "", "in"])]
    assert count_within(crossings, WINDOWS["7d"], NOW) == CrossingCount(4, 2, 1)


def test_a_crossing_with_two_alerts_counts_once() -> None:
    twice = [crossing(timedelta(hours=1)), crossing(timedelta(hours=2))]
    assert count_within(twice, WINDOWS["7d"], NOW).crossings == 1


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(-100, 800)), max_size=40))
def test_a_longer_window_never_counts_less(found: list[tuple[int, int]]) -> None:
    crossings = [crossing(timedelta(hours=hours), str(number)) for number, hours in found]
    counts = [count_within(crossings, span, NOW).crossings for span in WINDOWS.values()]
    assert counts == sorted(counts)
    assert counts[-1] <= len({number for number, _ in found})


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([], False),
        ([SAME], True),
        ([NOT_SAME], False),
        ([UNSURE], False),
        ([SAME, NOT_SAME], False),
        ([SAME, UNSURE], False),
        ([NOT_SAME, SAME], True),
        ([SAME, NOT_SAME, SAME], True),
    ],
)
def test_the_newest_answer_decides(answers: list[Answer], expected: bool) -> None:
    assert is_confirmed(answers) is expected
