"""When a failed job is tried again, and when it is given up."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sync.backoff import delay_s


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How patient a kind of job is."""

    attempts: int = 8
    """In all; the last one's failure makes the job dead."""
    first_wait: timedelta = timedelta(seconds=5)
    longest_wait: timedelta = timedelta(hours=1)

    def __post_init__(self) -> None:
        """Refuse a policy by which a job would never be tried."""
        if self.attempts < 1:
            raise ValueError(f"{self.attempts} attempts")


def next_attempt(policy: RetryPolicy, failed: int, chance: float, now: datetime) -> datetime | None:
    """Return when to try again after `failed` attempts, None when it is given up; `chance` in [0, 1)."""
    if failed >= policy.attempts:
        return None
    first_s, most_s = policy.first_wait.total_seconds(), policy.longest_wait.total_seconds()
    return now + timedelta(seconds=delay_s(failed - 1, chance, first_s=first_s, most_s=most_s))
