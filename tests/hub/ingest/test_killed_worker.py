"""`kechid-hub ingest` killed between receipt and commit: mosquitto delivers again, and it is stored once."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from hub.bootstrap import Services, create_services
from hub.fleet.devices import register_device
from hub.ingest.tables import inbox, quarantine
from hub.settings import load_settings
from hub.store.database import reading, writing
from sync import topics
from sync.codec import decode_acknowledgement, encode_batch
from sync.messages import MessageLane
from sync.ports import Transport
from tests.hub.builders import DEVICE, DEVICE_TOKEN, EVENTS, NOW, alert, evidence_of, message
from tests.hub.test_processes import finish, prepare, run
from tests.sync.mosquitto import PASSWORD, Mosquitto, needs_mosquitto

pytestmark = [pytest.mark.real, needs_mosquitto]
WAIT_S = 30.0
ACKS = topics.acknowledgements(DEVICE.site_id, DEVICE.device_id)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    broker = Mosquitto(tmp_path / "broker", ("hub", DEVICE.device_id))
    yield broker
    broker.process.kill()


@pytest.fixture
def hub(tmp_path: Path, broker: Mosquitto) -> Iterator[Services]:
    """Prepare a hub with one device, whose pictures have a place that is a file and takes none."""
    (tmp_path / "broker.password").write_text(PASSWORD, encoding="utf-8")
    (tmp_path / "hub.toml").write_text(
        '[store]\npictures = "pictures"\n'
        f'[broker]\nport = {broker.port}\nusername = "hub"\npassword_file = "broker.password"\n',
        encoding="utf-8",
    )
    prepare(tmp_path)
    services = create_services(load_settings(tmp_path / "hub.toml"))
    with writing(services.engine) as connection:
        register_device(connection, DEVICE, token=DEVICE_TOKEN, actor="test", now=NOW)
    (tmp_path / "pictures").touch()
    yield services
    services.engine.dispose()


@pytest.fixture
def device(broker: Mosquitto) -> Iterator[Transport]:
    transport = broker.transport(DEVICE.device_id)
    transport.connect()
    transport.subscribe([ACKS])
    yield transport
    transport.close()


def started(folder: Path) -> "subprocess.Popen[str]":
    process = run(folder, "ingest")
    read_until(process, "connected to the broker")
    return process


def read_until(process: "subprocess.Popen[str]", words: str) -> None:
    """Read the process's log up to a line with these words."""
    assert process.stderr is not None
    for line in process.stderr:
        if words in line:
            return
    raise AssertionError(f"ended without saying {words!r}")


def acknowledged(device: Transport) -> dict[MessageLane, int]:
    """Wait for the hub's acknowledgement."""
    incoming = device.receive(WAIT_S)
    assert incoming is not None
    return dict(decode_acknowledgement(incoming.payload).upto)


def stored(services: Services) -> list[str]:
    with reading(services.engine) as connection:
        return [row.message_id for row in connection.execute(select(inbox).order_by(inbox.c.inbox_id))]


def test_what_a_killed_worker_held_is_delivered_again_and_stored_once(
    hub: Services, device: Transport, tmp_path: Path
) -> None:
    worker = started(tmp_path)
    try:
        device.publish(EVENTS, encode_batch([message(alert())]))
        assert acknowledged(device) == {MessageLane.ALERT: 1}
        device.publish(EVENTS, b"garbage")
        device.publish(EVENTS, encode_batch([message(evidence_of(), lane=MessageLane.MEDIA)]))
        device.publish(EVENTS, encode_batch([message(alert("alert-2"), 2)]))
        read_until(worker, "the store cannot be written")
    finally:
        worker.kill()
        worker.communicate()
    assert len(stored(hub)) == 1

    (tmp_path / "pictures").unlink()
    worker = started(tmp_path)
    try:
        while acknowledged(device) != {MessageLane.ALERT: 2, MessageLane.MEDIA: 1}:
            pass
    finally:
        worker.send_signal(signal.SIGTERM)
        status, _, _ = finish(worker)
    assert status == 0
    assert len(stored(hub)) == len(set(stored(hub))) == 3
    with reading(hub.engine) as connection:
        (refused,) = connection.execute(select(quarantine))
    assert refused.device_id == DEVICE.device_id


def test_what_a_stopped_worker_has_committed_is_not_delivered_again(
    hub: Services, broker: Mosquitto, device: Transport, tmp_path: Path
) -> None:
    worker = started(tmp_path)
    try:
        device.publish(EVENTS, b"garbage")
        device.publish(EVENTS, encode_batch([message(alert())]))
        assert acknowledged(device) == {MessageLane.ALERT: 1}
    finally:
        worker.send_signal(signal.SIGTERM)
        finish(worker)
    session = broker.transport("hub")
    session.connect()
    assert session.receive(0.5) is None
    session.close()
