"""Counts wrong passwords and says who has to wait."""

from collections import OrderedDict
from datetime import datetime, timedelta

from edge_agent.errors import TooManyFailuresError

MAX_FAILURES = 5
WINDOW = timedelta(minutes=5)
MAX_REMEMBERED = 1000
"""Officer ids; a flood of invented ones pushes out the oldest."""


class LoginFailures:
    """Failures per officer within a sliding window; in memory, for one process."""

    def __init__(self) -> None:
        self._times: OrderedDict[str, list[datetime]] = OrderedDict()

    def require_allowed(self, officer_id: str, now: datetime) -> None:
        """Raise `TooManyFailuresError` when this officer failed too often lately."""
        recent = [at for at in self._times.get(officer_id, []) if now - at < WINDOW]
        if len(recent) >= MAX_FAILURES:
            wait = WINDOW - (now - recent[0])
            raise TooManyFailuresError(
                f"too many wrong passwords: wait {max(1, int(wait.total_seconds()))} seconds"
            )

    def add(self, officer_id: str, now: datetime) -> None:
        """Remember a failure."""
        recent = [at for at in self._times.pop(officer_id, []) if now - at < WINDOW]
        self._times[officer_id] = [*recent, now][-MAX_FAILURES:]
        while len(self._times) > MAX_REMEMBERED:
            self._times.popitem(last=False)

    def clear(self, officer_id: str) -> None:
        """Forget after a right password."""
        self._times.pop(officer_id, None)
