"""Turns the bytes of a server-sent event stream into events (WHATWG HTML, section 9.2.6)."""

import re
from dataclasses import dataclass, field

_LINE_END = re.compile(rb"\r\n|\n|\r")
LONGEST_LINE = 4 * 1024 * 1024


class SseError(ValueError):
    """A stream that is no event stream; the caller connects anew."""


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One event; `event_id` is the last id of the stream so far, empty before the first."""

    name: str
    data: str
    event_id: str


@dataclass(slots=True)
class SseParser:
    """Keeps what is incomplete between two chunks; one per connection."""

    last_event_id: str = ""
    _rest: bytes = b""
    _name: str = ""
    _data: list[str] = field(default_factory=list)

    def feed(self, chunk: bytes) -> list[ServerEvent]:
        """Return the events that `chunk` completes. Raises `SseError` on a line beyond 4 MiB."""
        self._rest += chunk
        events = []
        while (line := self._next_line()) is not None:
            event = self._take(line)
            if event is not None:
                events.append(event)
        if len(self._rest) > LONGEST_LINE:
            raise SseError(f"an event's line is longer than {LONGEST_LINE} bytes")
        return events

    def _next_line(self) -> str | None:
        """Cut one line off; a carriage return at the very end may be half of a line end."""
        found = _LINE_END.search(self._rest)
        if found is None or (found.group() == b"\r" and found.end() == len(self._rest)):
            return None
        line, self._rest = self._rest[: found.start()], self._rest[found.end() :]
        return line.decode("utf-8", errors="replace")

    def _take(self, line: str) -> ServerEvent | None:
        """Read one line; an empty one ends an event."""
        if not line:
            return self._end()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            self._name = value
        elif name == "data":
            self._data.append(value)
        elif name == "id" and "\0" not in value:
            self.last_event_id = value
        return None

    def _end(self) -> ServerEvent | None:
        """Give the event out; one without data is none."""
        name, data = self._name or "message", self._data
        self._name, self._data = "", []
        return ServerEvent(name, "\n".join(data), self.last_event_id) if data else None
