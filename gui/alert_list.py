"""The alerts of this lane as a list: newest first, each id once, whatever order they arrive in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sync.lane_messages import AlertView
from sync.messages import Answer

KEPT = 500
"""Answered alerts beyond this many leave the screen; open ones never do."""


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One line of the list."""

    alert: AlertView
    waiting: Answer | None
    """The answer given here that the lane has not taken yet."""

    @property
    def answer(self) -> Answer | None:
        """The answer in force: the one given here, else the latest the lane knows."""
        if self.waiting is not None:
            return self.waiting
        return self.alert.decisions[-1].answer if self.alert.decisions else None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to answer."""
        return self.answer is None


@dataclass(frozen=True, slots=True)
class AlertList:
    """An immutable list; every change returns a new one."""

    alerts: Mapping[str, AlertView] = field(default_factory=dict)
    waiting: Mapping[str, Answer] = field(default_factory=dict)

    def merged(self, arrived: Iterable[AlertView]) -> "AlertList":
        """Take alerts in; an older account of the same alert does not replace a newer one."""
        alerts = dict(self.alerts)
        for alert in arrived:
            known = alerts.get(alert.alert_id)
            if known is None or _freshness(alert) >= _freshness(known):
                alerts[alert.alert_id] = alert
        return replace(self, alerts=_trimmed(alerts, self.waiting))

    def with_waiting(self, waiting: Mapping[str, Answer]) -> "AlertList":
        """Take in which answers have not been sent yet, by alert id."""
        return replace(self, waiting=dict(waiting))

    def rows(self) -> tuple[AlertRow, ...]:
        """Return all alerts, newest first."""
        ordered = sorted(self.alerts.values(), key=_newest_first, reverse=True)
        return tuple(AlertRow(alert, self.waiting.get(alert.alert_id)) for alert in ordered)

    def open_count(self) -> int:
        """Return how many alerts nobody has answered."""
        return sum(row.is_open for row in self.rows())

    def neighbour(self, alert_id: str | None, step: int) -> str | None:
        """Return the id `step` rows below (or above, negative); without a place in the list, the newest."""
        ids = [row.alert.alert_id for row in self.rows()]
        if alert_id not in ids:
            return ids[0] if ids else None
        return ids[min(max(ids.index(alert_id) + step, 0), len(ids) - 1)]

    def next_open(self) -> str | None:
        """Return the open alert that matters most: strong before weak, then the one that waits longest."""
        waiting = [row.alert for row in self.rows() if row.is_open]
        urgent = min(waiting, key=lambda a: (a.outcome != "match", a.raised_at, a.alert_id), default=None)
        return None if urgent is None else urgent.alert_id


def _freshness(alert: AlertView) -> tuple[int, datetime]:
    """Decisions are never taken back, so more of them is newer whatever the clock says."""
    return len(alert.decisions), alert.updated_at


def _newest_first(alert: AlertView) -> tuple[datetime, str]:
    """Order by time; ids break ties so that two terminals agree."""
    return alert.raised_at, alert.alert_id


def _trimmed(alerts: dict[str, AlertView], waiting: Mapping[str, Answer]) -> dict[str, AlertView]:
    """Forget the oldest answered alerts; an answer that still has to be sent keeps its alert."""
    done = sorted(
        (a for a in alerts.values() if a.decisions and a.alert_id not in waiting), key=_newest_first
    )
    for alert in done[: max(0, len(done) - KEPT)]:
        del alerts[alert.alert_id]
    return alerts
