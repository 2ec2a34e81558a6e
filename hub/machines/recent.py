"""Machines that signed in a moment ago: in this process a token is looked up now and then, not every time."""

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock

from hub.machines.tokens import KnownToken
from hub.people.access import User, token_hash

KEPT_FOR = timedelta(seconds=5)
"""What another process revokes works here after this time at the latest."""
MOST_TOKENS = 10_000


class RecentMachines:
    """Tokens that were good a moment ago, by their hash; one for a process, for several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: OrderedDict[str, tuple[KnownToken, datetime]] = OrderedDict()
        self._revocations = 0

    @property
    def mark(self) -> int:
        """Take it before a token is looked up, and give it to `keep`."""
        return self._revocations

    def user(self, token: str, certificate_sha256: str | None, now: datetime) -> User | None:
        """Whose token it is; None: it has to be looked up, or is bound to another certificate."""
        with self._lock:
            known, since = self._known.get(token_hash(token), (None, now))
        # A clock that was set back makes nothing last longer.
        if known is None or not since <= now < min(since + KEPT_FOR, known.expires_at):
            return None
        return known.user_with(certificate_sha256)

    def keep(self, token: str, known: KnownToken, mark: int, now: datetime) -> None:
        """Remember what was looked up, unless a machine was shut out since `mark`; the oldest give way."""
        with self._lock:
            if mark != self._revocations:
                return
            self._known[token_hash(token)] = known, now
            self._known.move_to_end(token_hash(token))
            if len(self._known) > MOST_TOKENS:
                self._known.popitem(last=False)

    def forget_all(self) -> None:
        """Look every token up again: call it when a revocation is committed."""
        with self._lock:
            self._revocations += 1
            self._known.clear()
