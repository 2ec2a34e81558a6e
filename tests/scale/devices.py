"""Simulated devices: each a real outbox on a file, a real sender, a real MQTT client, in its own thread."""

import random
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path

from sync import topics
from sync.backoff import delay_s
from sync.client import BrokerAddress, PahoTransport
from sync.codec import decode_acknowledgement, encode_body, encode_device_state
from sync.errors import BrokerError
from sync.identifiers import uuid7
from sync.messages import DeviceState, EventBody
from sync.outbox import Outbox
from sync.ports import Will
from sync.sender import Sender, SendPolicy
from sync.store_file import open_store, transaction
from sync.version import VERSION
from tests.scale.story import Told, story

PER_COMMIT = 10
POLICY = SendPolicy(batch_bytes=8 << 10, most_batch_bytes=16 << 10, acknowledgement_timeout_s=3.0)
"""Small batches, so that there are many; patient as on a good line."""
POLL_S = 0.1


@dataclass(frozen=True, slots=True)
class DeviceSpec:
    """Who a device is and what it tells."""

    device_id: str
    site_id: str
    folder: Path
    broker: BrokerAddress
    events: int
    seconds: float
    """How long it takes to tell everything."""
    picture: bytes

    @property
    def database(self) -> Path:
        """Its store."""
        return self.folder / f"{self.device_id}.db"


class SimulatedDevice(threading.Thread):
    """Tells its story at its own pace, whatever happens to broker and hub, until it is acknowledged."""

    def __init__(self, spec: DeviceSpec) -> None:
        super().__init__(name=spec.device_id, daemon=True)
        self.connections = 0
        self.failure: BaseException | None = None
        self._spec = spec
        self._ending = threading.Event()
        self._chance = random.Random(spec.device_id)

    def stop(self) -> None:
        """Give up."""
        self._ending.set()

    def run(self) -> None:
        """Live until everything is acknowledged."""
        try:
            with closing(open_store(self._spec.database)) as connection:
                _Life(self, self._spec, Outbox(connection, self._spec.device_id), connection).go_on()
        except BaseException as error:
            self.failure = error

    def wait(self, seconds: float) -> bool:
        """Wait; True when asked to stop."""
        return self._ending.wait(seconds)

    @property
    def is_stopped(self) -> bool:
        """True once asked to stop."""
        return self._ending.is_set()

    def chance(self) -> float:
        """Draw a number of this device's own sequence."""
        return self._chance.random()


class _Life:
    def __init__(
        self, device: SimulatedDevice, spec: DeviceSpec, outbox: Outbox, connection: sqlite3.Connection
    ) -> None:
        self._device = device
        self._spec = spec
        self._outbox = outbox
        self._connection = connection
        self._transport = PahoTransport(spec.broker, spec.device_id, timeout_s=5.0)
        self._sender = Sender(outbox, self._transport, topics.events(spec.site_id, spec.device_id), POLICY)
        self._untold = story(spec.device_id, spec.events, spec.picture)
        self._is_told = False
        self._due = datetime.now(UTC).timestamp() + device.chance() * self._pause_s

    @property
    def _pause_s(self) -> float:
        return self._spec.seconds * PER_COMMIT / max(1, self._spec.events)

    def go_on(self) -> None:
        failures = 0
        while not self._is_over():
            try:
                self._serve()
            except BrokerError:
                self._transport.close()
                self._tell_due()
                self._device.wait(delay_s(failures, self._device.chance(), most_s=3.0))
                failures += 1
            else:
                failures = 0
        self._transport.close()

    def _is_over(self) -> bool:
        return self._device.is_stopped or (self._is_told and self._outbox.depth() == 0)

    def _serve(self) -> None:
        spec, state = self._spec, topics.state(self._spec.site_id, self._spec.device_id)
        birth = self._outbox.next_birth()
        self._transport.connect(Will(state, self._state(birth, is_online=False)))
        self._device.connections += 1
        self._transport.subscribe([topics.acknowledgements(spec.site_id, spec.device_id)])
        self._transport.publish(state, self._state(birth, is_online=True), is_retained=True)
        self._take_in()
        self._sender.restart()
        while not self._is_over():
            self._tell_due()
            self._sender.send_due()
            self._take_in()

    def _take_in(self) -> None:
        incoming = self._transport.receive(POLL_S)
        if incoming is not None:
            self._sender.confirm(decode_acknowledgement(incoming.payload), datetime.now(UTC))

    def _tell_due(self) -> None:
        """Queue the next events once it is time: one transaction, as an edge does with an alert."""
        now = datetime.now(UTC)
        if self._is_told or now.timestamp() < self._due:
            return
        self._due += self._pause_s
        told = list(islice(self._untold, PER_COMMIT))
        self._is_told = len(told) < PER_COMMIT
        queue(self._connection, self._outbox, told, self._spec.device_id)

    def _state(self, birth: int, *, is_online: bool) -> bytes:
        return encode_device_state(
            DeviceState(
                device_id=self._spec.device_id,
                epoch=self._outbox.epoch,
                birth=birth,
                is_online=is_online,
                at=datetime.now(UTC) if is_online else None,
                version=VERSION,
            )
        )


def queue(connection: sqlite3.Connection, outbox: Outbox, told: Sequence[Told], device_id: str) -> None:
    """Append bodies to an outbox in one transaction."""
    with transaction(connection):
        for body, lane, at in told:
            outbox.append(body, lane, at, message_id_of(device_id, body, at))


def message_id_of(device_id: str, body: EventBody, at: datetime) -> str:
    """Make the id that a device gives a message: the same in every run, and in the verdict's own count."""
    digest = sha256(device_id.encode() + encode_body(body)).digest()
    return uuid7(at, digest[:10])


def start_all(specs: Sequence[DeviceSpec]) -> Iterator[SimulatedDevice]:
    """Start a device per spec."""
    for spec in specs:
        device = SimulatedDevice(spec)
        device.start()
        yield device
