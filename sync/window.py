"""Which messages are under way, so that a slow line carries each once."""

from collections.abc import Iterable, Mapping

from sync.messages import MessageLane


class SendWindow:
    """Messages sent and not yet acknowledged, bounded in bytes; knows no clock."""

    def __init__(self, size: int) -> None:
        """Allow about `size` bytes to be under way."""
        self._size = size
        self._sent: dict[MessageLane, list[tuple[int, int]]] = {lane: [] for lane in MessageLane}

    @property
    def room(self) -> int:
        """Bytes that may still be sent; zero or less when the window is full."""
        return self._size - sum(size for entries in self._sent.values() for _, size in entries)

    @property
    def lanes(self) -> frozenset[MessageLane]:
        """Lanes with something under way."""
        return frozenset(lane for lane, entries in self._sent.items() if entries)

    def last_sent(self) -> dict[MessageLane, int]:
        """Return the last sequence under way per lane, for `Outbox.pending`."""
        return {lane: entries[-1][0] for lane, entries in self._sent.items() if entries}

    def sent(self, batch: Iterable[tuple[MessageLane, int]], size: int) -> None:
        """Note a batch of (lane, sequence) that took `size` bytes on the wire."""
        keys = list(batch)
        for lane, seq in keys:
            self._sent[lane].append((seq, -(-size // len(keys))))

    def acknowledged(self, upto: Mapping[MessageLane, int]) -> frozenset[MessageLane]:
        """Forget what the hub has; returns the lanes that got on."""
        got_on = set()
        for lane, last in upto.items():
            waiting = [entry for entry in self._sent[lane] if entry[0] > last]
            if len(waiting) < len(self._sent[lane]):
                got_on.add(lane)
            self._sent[lane] = waiting
        return frozenset(got_on)

    def rewind(self) -> None:
        """Count nothing as sent: all that is pending goes out again."""
        for entries in self._sent.values():
            entries.clear()
