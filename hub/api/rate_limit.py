"""How many requests a caller may send: token buckets in the store, shared by all processes of the API.

A process takes a few tokens at a time, so that not every request writes.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy import Connection, delete, select, update

from hub.api.tables import rate_buckets
from hub.store.insertion import insert_if_new

FORGOTTEN_AFTER = timedelta(hours=1)
PORTION_S = 0.5
"""For how long a portion lasts a caller who sends as fast as allowed, where the burst has room for it."""
MOST_CALLERS = 10_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one caller may send."""

    per_minute: int
    burst: int
    """At once, after a pause."""

    @property
    def portion(self) -> int:
        """How many tokens a process takes at a time: a tenth of the burst, a quarter if it is soon back.

        What other processes hold is missed for no longer than it takes to fill again.
        """
        tenth, quarter = self.burst // 10, self.burst // 4
        return max(1, tenth, min(quarter, int(self.per_minute / 60 * PORTION_S)))


@dataclass(frozen=True, slots=True)
class Portion:
    """Tokens taken out of a bucket, or how long to wait for the next one."""

    tokens: int
    wait_s: float


def take(connection: Connection, name: str, allowance: Allowance, now: datetime) -> Portion:
    """Take a portion out of a caller's bucket within the caller's write transaction."""
    return _take(connection, name, allowance, (allowance.portion, now))


def take_one(connection: Connection, name: str, allowance: Allowance, now: datetime) -> bool:
    """Take a single token, for who keeps none back; False: there was none."""
    return _take(connection, name, allowance, (1, now)).tokens == 1


def _take(connection: Connection, name: str, allowance: Allowance, wanted: tuple[int, datetime]) -> Portion:
    most, now = wanted
    fresh = {"name": name, "tokens": float(allowance.burst), "at": now}
    if insert_if_new(connection, rate_buckets, fresh):
        _forget(connection, now)
    row = connection.execute(
        select(rate_buckets.c.tokens, rate_buckets.c.at).where(rate_buckets.c.name == name).with_for_update()
    ).one()
    rate = allowance.per_minute / 60
    filled = row.tokens + max(0.0, (now - row.at).total_seconds()) * rate
    tokens = min(float(allowance.burst), filled)
    taken = min(most, int(tokens))
    connection.execute(
        update(rate_buckets).where(rate_buckets.c.name == name).values(tokens=tokens - taken, at=now)
    )
    return Portion(taken, 0.0 if taken else (1 - tokens) / rate)


def _forget(connection: Connection, now: datetime) -> None:
    """Drop buckets that are full again, but for those that somebody takes from just now."""
    columns = rate_buckets.c
    old = select(columns.name).where(columns.at < now - FORGOTTEN_AFTER).with_for_update(skip_locked=True)
    connection.execute(delete(rate_buckets).where(columns.name.in_(old)))


class Leases:
    """What this process has taken and not yet spent, and who has to wait until when; for several threads."""

    def __init__(self) -> None:
        self.asking = Lock()
        """Held while the store is asked: many who find nothing at once take one portion, not one each."""
        self._lock = Lock()
        self._tokens: OrderedDict[str, int] = OrderedDict()
        self._waits: OrderedDict[str, datetime] = OrderedDict()

    def spend(self, name: str, now: datetime) -> float | None:
        """Spend a token: 0 when it was there, seconds when the caller has to wait, None: ask the store."""
        with self._lock:
            until = self._waits.get(name)
            if until is not None and now < until:
                return (until - now).total_seconds()
            if self._tokens.get(name, 0) < 1:
                return None
            self._tokens[name] -= 1
            return 0.0

    def put(self, name: str, portion: Portion, now: datetime) -> None:
        """Keep what was taken; the callers heard of longest ago are forgotten first."""
        with self._lock:
            self._waits.pop(name, None)
            if portion.tokens:
                self._tokens[name] = self._tokens.pop(name, 0) + portion.tokens
            else:
                self._waits[name] = now + timedelta(seconds=portion.wait_s)
            for held in (self._tokens, self._waits):
                while len(held) > MOST_CALLERS:
                    held.popitem(last=False)
