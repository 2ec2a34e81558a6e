"""An MQTT broker in memory, with retained messages, sessions and a line that can be cut."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from threading import Condition

from sync.errors import BrokerError
from sync.ports import NO_LABEL, Incoming, Label, Publication, Reception, Will


@dataclass(slots=True)
class _Session:
    """What the broker keeps of a client, connected or not."""

    filters: set[str] = field(default_factory=set)
    waiting: deque[Incoming] = field(default_factory=deque)
    unacknowledged: deque[Incoming] = field(default_factory=deque)
    """Received on the live connection, not yet acknowledged."""
    will: Will | None = None
    connection: object | None = None
    """The live connection's mark; None while the client is away."""


class InMemoryBroker:
    """Behaves as the real one where the port promises something; safe for several threads."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._sessions: dict[str, _Session] = {}
        self._retained: dict[str, bytes] = {}
        self._is_cut = False

    def transport(self, client_id: str, *, is_acknowledged_by_owner: bool = False) -> "InMemoryTransport":
        """Return a client; a second connection under the same name takes the first one's place."""
        return InMemoryTransport(self, client_id, is_acknowledged_by_owner=is_acknowledged_by_owner)

    def cut(self) -> None:
        """Break every connection without a good-bye and refuse new ones; wills are published."""
        with self._changed:
            self._is_cut = True
            for session in self._sessions.values():
                self._break(session)
            self._changed.notify_all()

    def drop(self, client_id: str) -> None:
        """Break one client's connection without a good-bye; its will is published."""
        with self._changed:
            self._break(self._sessions[client_id])
            self._changed.notify_all()

    def heal(self) -> None:
        """Accept connections again."""
        with self._changed:
            self._is_cut = False

    def retained(self, topic: str) -> bytes | None:
        """Return what a topic holds."""
        with self._changed:
            return self._retained.get(topic)

    def attach(self, client_id: str, mark: object, will: Will | None) -> None:
        """Connect a client; raises `BrokerError` while the line is cut."""
        with self._changed:
            if self._is_cut:
                raise BrokerError("in-memory broker: the line is cut")
            session = self._sessions.setdefault(client_id, _Session())
            # A client that comes back within the will's delay was never gone: its old will is dropped.
            session.will, session.connection = will, mark
            session.waiting.extendleft(reversed(session.unacknowledged))
            session.unacknowledged.clear()
            self._changed.notify_all()

    def detach(self, client_id: str, mark: object) -> None:
        """Disconnect with a good-bye; the will is dropped."""
        with self._changed:
            session = self._sessions.get(client_id)
            if session is not None and session.connection is mark:
                session.will = session.connection = None

    def is_attached(self, client_id: str, mark: object) -> bool:
        """Tell whether this very connection still stands."""
        with self._changed:
            session = self._sessions.get(client_id)
            return session is not None and session.connection is mark

    def subscribe(self, client_id: str, mark: object, topics: Sequence[str]) -> None:
        """Add filters and deliver what their topics hold."""
        with self._changed:
            session = self._live(client_id, mark)
            session.filters.update(topics)
            for topic, payload in self._retained.items():
                if any(matches(each, topic) for each in topics):
                    session.waiting.append(Incoming(topic, payload, is_retained=True))

    def publish(self, client_id: str, mark: object, message: Incoming) -> Reception:
        """Deliver to every session whose filters match, present or away."""
        with self._changed:
            self._live(client_id, mark)
            return self._deliver(message)

    def receive(
        self, client_id: str, mark: object, timeout_s: float, *, is_kept: bool = False
    ) -> Incoming | None:
        """Wait for the next message, and keep it until `acknowledge` if `is_kept`."""
        with self._changed:
            session = self._sessions[client_id]
            self._changed.wait_for(lambda: session.waiting or session.connection is not mark, timeout_s)
            if session.connection is not mark:
                raise BrokerError("in-memory broker: the connection is lost")
            if not session.waiting:
                return None
            incoming = session.waiting.popleft()
            if is_kept:
                session.unacknowledged.append(incoming)
            return incoming

    def acknowledge(self, client_id: str, mark: object) -> None:
        """Forget what the client has received."""
        with self._changed:
            self._live(client_id, mark).unacknowledged.clear()

    def _live(self, client_id: str, mark: object) -> _Session:
        session = self._sessions.get(client_id)
        if session is None or session.connection is not mark:
            raise BrokerError("in-memory broker: not connected")
        return session

    def _break(self, session: _Session) -> None:
        was_connected, will = session.connection is not None, session.will
        session.connection = session.will = None
        if was_connected and will is not None:
            self._deliver(Incoming(will.topic, will.payload, is_retained=True))

    def _deliver(self, message: Incoming) -> Reception:
        if message.is_retained:
            # An empty retained message clears its topic (MQTT 5, section 3.3.1.3).
            self._retained.pop(message.topic, None)
            if message.payload:
                self._retained[message.topic] = message.payload
        reached = [
            session
            for session in self._sessions.values()
            if any(matches(each, message.topic) for each in session.filters)
        ]
        for session in reached:
            session.waiting.append(replace(message, is_retained=False))
        self._changed.notify_all()
        return Reception.ACCEPTED if reached else Reception.NO_SUBSCRIBER


class InMemoryTransport:
    """A client of an `InMemoryBroker`; implements `sync.ports.Transport`."""

    def __init__(
        self, broker: InMemoryBroker, client_id: str, *, is_acknowledged_by_owner: bool = False
    ) -> None:
        self._broker = broker
        self._client_id = client_id
        self._is_acknowledged_by_owner = is_acknowledged_by_owner
        self._mark: object = None

    @property
    def is_connected(self) -> bool:
        """True while the connection stands."""
        return self._mark is not None and self._broker.is_attached(self._client_id, self._mark)

    def connect(self, will: Will | None = None) -> None:
        """Connect; raises `BrokerError` while the line is cut."""
        mark = object()
        self._broker.attach(self._client_id, mark, will)
        self._mark = mark

    def subscribe(self, topics: Sequence[str]) -> None:
        """Subscribe to topic filters."""
        self._broker.subscribe(self._client_id, self._mark, topics)

    def publish(
        self,
        topic: str,
        payload: bytes,
        *,
        is_retained: bool = False,
        expiry_s: int | None = None,
        label: Label = NO_LABEL,
    ) -> Reception:
        """Publish; nothing expires in this broker, for it has no clock."""
        message = Incoming(topic, payload, is_retained, label)
        return self._broker.publish(self._client_id, self._mark, message)

    def publish_each(self, publications: Sequence[Publication]) -> tuple[Reception, ...]:
        """Publish one after the other."""
        return tuple(self.publish(one.topic, one.payload, label=one.label) for one in publications)

    def receive(self, timeout_s: float) -> Incoming | None:
        """Return the next message, or None after `timeout_s` seconds."""
        if self._mark is None:
            raise BrokerError("in-memory broker: not connected")
        return self._broker.receive(
            self._client_id, self._mark, timeout_s, is_kept=self._is_acknowledged_by_owner
        )

    def acknowledge(self) -> None:
        """Acknowledge what was received."""
        self._broker.acknowledge(self._client_id, self._mark)

    def close(self) -> None:
        """Say good-bye."""
        if self._mark is not None:
            self._broker.detach(self._client_id, self._mark)
        self._mark = None


def matches(topic_filter: str, topic: str) -> bool:
    """Tell whether an MQTT filter with ``+`` and a trailing ``#`` covers a topic."""
    wanted, levels = topic_filter.split("/"), topic.split("/")
    if wanted[-1] == "#":
        wanted, levels = wanted[:-1], levels[: len(wanted) - 1]
        return len(levels) == len(wanted) and all(w in ("+", v) for w, v in zip(wanted, levels, strict=True))
    return len(levels) == len(wanted) and all(w in ("+", v) for w, v in zip(wanted, levels, strict=True))
