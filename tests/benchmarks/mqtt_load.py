"""A carrier that sends at an even rate or all at once, and a subscriber that only acknowledges."""

import multiprocessing
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

HOST = "127.0.0.1"
DEADLINE_S = 300.0
UNDER_WAY = 100
"""Messages that neither side waits for, as the broker of the tests allows."""


@dataclass(frozen=True, slots=True)
class Login:
    """An account at a broker of this machine."""

    port: int
    name: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sent:
    """When each message was due, and when what was waited for was there, on the clock of all processes."""

    due: Sequence[float]
    heard: Sequence[float]

    @property
    def took_s(self) -> float:
        """From the first message to the last that was heard."""
        return max(self.heard) - self.due[0]

    def latencies(self) -> list[float]:
        """Return how long each took, sorted."""
        return sorted(heard - due for due, heard in zip(self.due, self.heard, strict=True))


class Sender:
    """One connection that publishes at QoS 1 and hears the answers to what it sent, by correlation."""

    def __init__(self, login: Login, answers: str) -> None:
        """Connect; `answers`: the topic to listen to, or none."""
        self._heard: dict[int, float] = {}
        self._wanted = 0
        self._is_done = threading.Event()
        self._client = _client(login)
        self._client.on_message = self._hear
        _connect(self._client, login, answers)

    def send(
        self, topic: str, payloads: Sequence[bytes], per_second: float | None, *, is_answered: bool = True
    ) -> Sent:
        """Publish each when it is due; without a rate all at once. Waits for every answer, if any come."""
        self._heard.clear()
        self._is_done.clear()
        self._wanted = len(payloads)
        begin, due = time.monotonic(), list[float]()
        for number, payload in enumerate(payloads):
            due.append(begin if per_second is None else begin + number / per_second)
            if (ahead := due[-1] - time.monotonic()) > 0:
                time.sleep(ahead)
            label = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
            label.CorrelationData = number.to_bytes(4, "big")
            self._client.publish(topic, payload, qos=1, properties=label)
        if is_answered and not self._is_done.wait(DEADLINE_S):
            raise TimeoutError(f"{len(self._heard)} of {self._wanted} messages were answered")
        return Sent(due, [self._heard[number] for number in range(len(payloads))] if is_answered else ())

    def close(self) -> None:
        """Say good-bye."""
        self._client.disconnect()
        self._client.loop_stop()

    def _hear(self, _client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        correlation = getattr(message.properties, "CorrelationData", b"")
        if correlation:
            self._heard.setdefault(int.from_bytes(correlation, "big"), time.monotonic())
        if len(self._heard) == self._wanted:
            self._is_done.set()


@contextmanager
def acknowledging(login: Login, topic: str) -> Iterator[Connection]:
    """Run a subscriber in a process of its own: sent a number, it sends back when so many messages came."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_acknowledge, args=(login, topic, theirs), daemon=True)
    process.start()
    ours.recv()
    try:
        yield ours
    finally:
        process.kill()
        process.join()


def _acknowledge(login: Login, topic: str, pipe: Connection) -> None:
    times, client = list[float](), _client(login)
    client.on_message = lambda *_: times.append(time.monotonic())
    _connect(client, login, topic)
    pipe.send(None)
    while True:
        count = pipe.recv()
        while len(times) < count:
            time.sleep(0.01)
        pipe.send(times[:count])
        del times[:count]


def _client(login: Login) -> paho.Client:
    client = paho.Client(
        CallbackAPIVersion.VERSION2, client_id=login.name, protocol=MQTTProtocolVersion.MQTTv5
    )
    client.username_pw_set(login.name, login.password)
    client.max_inflight_messages_set(UNDER_WAY)
    return client


def _connect(client: paho.Client, login: Login, topic: str) -> None:
    is_listening = threading.Event()
    client.on_subscribe = lambda *_: is_listening.set()
    client.connect(HOST, login.port)
    client.loop_start()
    if topic:
        client.subscribe(topic, qos=1)
        if not is_listening.wait(DEADLINE_S):
            raise TimeoutError(f"{login.name}: nothing may be heard on {topic}")
