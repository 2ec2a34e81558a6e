"""The strip of crossings: what stands in which row, which way, and what is left out."""

from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import fromstring

import pytest

from hub.console.crossing_strip import Tick, draw_strip

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
WEEK, MONTH = ("7 days", timedelta(days=7)), ("30 days", timedelta(days=30))


def tick_places(ticks: list[Tick], *spans: tuple[str, timedelta]) -> list[tuple[str, str]]:
    """Class and place from the left of every tick that is drawn."""
    root = fromstring(draw_strip("Crossings", spans or (WEEK,), ticks, NOW))
    lines = (one.attrib for one in root.iter() if one.tag == "line")
    return [(one["class"], one["x1"]) for one in lines if one["class"].startswith("tick")]


@pytest.mark.parametrize(
    ("ago", "place"),
    [
        (timedelta(0), ["99.50%"]),
        (timedelta(days=3.5), ["50.00%"]),
        (timedelta(days=7), ["0.50%"]),
        (timedelta(days=8), []),
        (timedelta(seconds=-1), []),
    ],
    ids=["now", "middle", "oldest", "before", "to-come"],
)
def test_a_crossing_stands_at_its_time(ago: timedelta, place: list[str]) -> None:
    assert [where for _, where in tick_places([Tick(NOW - ago, "in", "")])] == place


@pytest.mark.parametrize(
    ("direction", "drawn"),
    [("in", "tick in"), ("out", "tick out"), ("", "tick")],
    ids=["in", "out", "unknown"],
)
def test_a_crossing_says_its_way(direction: str, drawn: str) -> None:
    assert [kind for kind, _ in tick_places([Tick(NOW, direction, "")])] == [drawn]


def test_a_crossing_stands_in_every_row_that_reaches_it() -> None:
    ticks = [Tick(NOW - timedelta(days=2), "in", ""), Tick(NOW - timedelta(days=20), "out", "")]
    assert len(tick_places(ticks, WEEK, MONTH)) == 3


def test_texts_cannot_become_markup() -> None:
    drawn = draw_strip("<script>", (("<b>", timedelta(days=1)),), [Tick(NOW, "in", "<i>")], NOW)
    assert not any(tag in drawn for tag in ("<script>", "<b>", "<i>"))
