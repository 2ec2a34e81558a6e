"""The real hub in this process: its store, its HTTP API on loopback and its ingest loop."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from sqlalchemy import func, select, true

from hub.api.application import create_app
from hub.bootstrap import Services
from hub.cases.casework import CaseDetail, case, list_cases
from hub.fleet.devices import DeviceIdentity, DeviceSummary, device, register_device
from hub.ingest.loop import IngestLoop
from hub.ingest.tables import inbox
from hub.people.access import Role, User
from hub.store.database import reading, writing
from hub.store.metadata import metadata
from sync.fakes import InMemoryBroker, InMemoryTransport
from sync.messages import MessageLane
from sync.ports import NO_LABEL, Label, Reception, Transport
from sync.signing import load_private_key
from tests.hub.builders import make_hub
from tests.sync.mosquitto import Mosquitto

CLIENT_ID = "hub"
AUDITOR = User("auditor", "Auditor", Role.AUDITOR)
"""Sees cases whole: who answers cases sees them blind."""


def live_hub(folder: Path, signing_key: Path, edge: DeviceIdentity, token: str) -> Services:
    """Make a hub that goes by the machine's clock and lets one edge in."""
    folder.mkdir()
    services = replace(
        make_hub(folder).services,
        signing_key_loader=lambda: load_private_key(signing_key),
        clock=lambda: datetime.now(UTC),
        randomness=os.urandom,
    )
    with writing(services.engine) as connection:
        register_device(connection, edge, token=token, actor="test", now=services.clock())
    return services


@contextmanager
def serving(services: Services) -> Iterator[str]:
    """Serve the HTTP API on a free port and give its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(create_app(services), log_config=None, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="hub-api")
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(20)
            assert not thread.is_alive()


def session(broker: InMemoryBroker | Mosquitto) -> Transport:
    """Make the ingest loop's client of a broker."""
    return broker.transport(CLIENT_ID, is_acknowledged_by_owner=True)


@contextmanager
def ingesting(services: Services, transport: Transport) -> Iterator[IngestLoop]:
    """Run the ingest loop in a thread."""
    loop = IngestLoop(services, transport, chance=lambda: 0.0)
    thread = threading.Thread(target=loop.run, name="hub-ingest")
    thread.start()
    try:
        yield loop
    finally:
        loop.stop()
        thread.join(20)
        assert not thread.is_alive()


class HubKilledError(Exception):
    """The ingest process is gone, in the middle of its work."""


class MortalTransport(InMemoryTransport):
    """Kills the ingest process instead of publishing an acknowledgement; the commit has been made."""

    def __init__(self, broker: InMemoryBroker, is_time: Callable[[], bool]) -> None:
        super().__init__(broker, CLIENT_ID, is_acknowledged_by_owner=True)
        self._is_time = is_time

    def publish(
        self,
        topic: str,
        payload: bytes,
        *,
        is_retained: bool = False,
        expiry_s: int | None = None,
        label: Label = NO_LABEL,
    ) -> Reception:
        if topic.endswith("/acks") and self._is_time():
            raise HubKilledError
        return super().publish(topic, payload, is_retained=is_retained, expiry_s=expiry_s, label=label)


def ingest_until_killed(services: Services, broker: InMemoryBroker, is_time: Callable[[], bool]) -> None:
    """Ingest in this thread until killed at an acknowledgement, once `is_time`; raises `HubKilledError`."""
    try:
        IngestLoop(services, MortalTransport(broker, is_time)).run()
    finally:
        broker.drop(CLIENT_ID)


def cases_ended(services: Services) -> list[tuple[str, bool]]:
    """List every case, oldest first, and whether its crossing has ended."""
    with reading(services.engine) as connection:
        newest_first = list_cases(connection, viewer=AUDITOR).items
    return [(each.case_id, each.is_ended) for each in reversed(newest_first)]


def case_ids(services: Services) -> list[str]:
    """List every case, oldest first."""
    return [case_id for case_id, _ in cases_ended(services)]


def case_of(services: Services, case_id: str, viewer: User = AUDITOR) -> CaseDetail:
    """Open a case."""
    with reading(services.engine) as connection:
        return case(connection, case_id, viewer=viewer)


def device_of(services: Services, device_id: str) -> DeviceSummary:
    """Return what the hub knows of a device."""
    with reading(services.engine) as connection:
        return device(connection, device_id, services.clock())


def received(services: Services) -> list[tuple[str, int, str]]:
    """Return every stored message as (lane, seq, id): by lane, in order of arrival."""
    query = select(inbox.c.lane, inbox.c.seq, inbox.c.message_id).order_by(inbox.c.lane, inbox.c.inbox_id)
    with reading(services.engine) as connection:
        return [tuple(row) for row in connection.execute(query)]


def rows_kept(services: Services) -> dict[str, int]:
    """Count every table's rows; messages of the telemetry lane come and go by the clock and are left out."""
    is_timeless = {inbox.name: inbox.c.lane != MessageLane.TELEMETRY}
    counts = {
        table.name: select(func.count()).select_from(table).where(is_timeless.get(table.name, true()))
        for table in metadata.sorted_tables
    }
    with reading(services.engine) as connection:
        return {name: int(connection.scalar(count) or 0) for name, count in counts.items()}
