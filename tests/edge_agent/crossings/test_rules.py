"""Rules on confirmed crossings."""

from datetime import UTC, datetime, timedelta

import pytest

from edge_agent.crossings.frequent_crossers import ConfirmedCrossing, CrossingCount
from edge_agent.crossings.rules import CrossingRule, fulfilled
from edge_agent.errors import EdgeError

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
RULE = CrossingRule("often", 4, 7 * DAY, category="criminal-charges")


def crossings(*days_ago: float, direction: str = "in") -> list[ConfirmedCrossing]:
    return [ConfirmedCrossing(f"c{n}", NOW - ago * DAY, direction) for n, ago in enumerate(days_ago)]


@pytest.mark.parametrize(
    ("rule", "list_id", "category", "expected"),
    [
        (CrossingRule("r", 2, DAY), "any", "any", True),
        (CrossingRule("r", 2, DAY, list_id="wanted"), "wanted", "any", True),
        (CrossingRule("r", 2, DAY, list_id="wanted"), "missing", "any", False),
        (RULE, "wanted", "criminal-charges", True),
        (RULE, "wanted", "court-order", False),
        (CrossingRule("r", 2, DAY, list_id="wanted", category="a"), "wanted", "b", False),
    ],
)
def test_a_rule_concerns_its_list_and_category(
    rule: CrossingRule, list_id: str, category: str, expected: bool
) -> None:
    assert rule.concerns(list_id, category) is expected


@pytest.mark.parametrize(
    ("found", "told_days_ago", "expected"),
    [
        (crossings(0, 1, 2, 6.9), [], CrossingCount(4, 4, 0)),
        (crossings(0, 1, 2, 7), [], None),
        (crossings(0, 1, 2), [], None),
        (crossings(0, 1, 2, 3, 4), [0.5], None),
        (crossings(0, 1, 2, 3, 4), [6.99], None),
        (crossings(0, 1, 2, 3, 4), [7], CrossingCount(5, 5, 0)),
    ],
)
def test_it_is_told_once_per_window(
    found: list[ConfirmedCrossing], told_days_ago: list[float], expected: CrossingCount | None
) -> None:
    assert fulfilled(RULE, found, [NOW - ago * DAY for ago in told_days_ago], NOW) == expected


def test_a_rule_on_a_direction_counts_that_one_alone() -> None:
    rule = CrossingRule("out", 2, 7 * DAY, direction="out")
    found = [*crossings(1, 2, direction="in"), ConfirmedCrossing("x", NOW - DAY, "out")]
    assert fulfilled(rule, found, [], NOW) is None
    assert fulfilled(rule, [*found, ConfirmedCrossing("y", NOW, "out")], [], NOW) == CrossingCount(2, 0, 2)


@pytest.mark.parametrize(("at_least", "within"), [(1, DAY), (0, DAY), (2, timedelta(0))])
def test_a_rule_that_says_nothing_is_refused(at_least: int, within: timedelta) -> None:
    with pytest.raises(EdgeError, match="rule r:"):
        CrossingRule("r", at_least, within)
