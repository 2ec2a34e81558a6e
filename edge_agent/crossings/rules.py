"""Pure: rules on confirmed crossings, such as 4 in 7 days, and when one is to be told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from edge_agent.crossings.frequent_crossers import ConfirmedCrossing, CrossingCount, count_within
from edge_agent.errors import EdgeError


@dataclass(frozen=True, slots=True)
class CrossingRule:
    """So many confirmed crossings of one subject within so long."""

    name: str
    at_least: int
    within: timedelta
    list_id: str = ""
    """Empty: any list."""
    category: str = ""
    """Reason of listing, such as ``criminal-charges``; empty: any."""
    direction: str = ""
    """``in`` or ``out``; empty: both and unknown."""

    def __post_init__(self) -> None:
        """Refuse a rule that a single crossing fulfils: that is what the alert says already."""
        if self.at_least < 2:
            raise EdgeError(f"rule {self.name}: at_least is {self.at_least}, want 2 or more")
        if self.within <= timedelta(0):
            raise EdgeError(f"rule {self.name}: its window is not longer than nothing")

    def concerns(self, list_id: str, category: str) -> bool:
        """Whether the rule is about subjects of this list and category."""
        return self.list_id in {"", list_id} and self.category in {"", category}

    def count(self, crossings: Iterable[ConfirmedCrossing], now: datetime) -> CrossingCount:
        """Count what the rule counts in the window that ends now."""
        counted = (c for c in crossings if self.direction in {"", c.direction})
        return count_within(counted, self.within, now)


def fulfilled(
    rule: CrossingRule, crossings: Sequence[ConfirmedCrossing], told_at: Iterable[datetime], now: datetime
) -> CrossingCount | None:
    """Return the count when it is to be told now; None below the rule or when told within the window."""
    if any(now - rule.within < at for at in told_at):
        return None
    count = rule.count(crossings, now)
    return count if count.crossings >= rule.at_least else None
