"""Real relay, real broker: kills, restarts and refusals."""

import http.server
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from sync import topics
from sync.codec import decode_device_state, encode_manifest
from sync.messages import MessageLane
from sync.outbox import read_uplink_state
from sync.signing import sign_manifest
from sync.watchlist_reception import WATCHLIST
from tests.sync.checkpoint import DEVICE, HUB_KEY, SITE, Checkpoint, manifest
from tests.sync.hub_stand_in import HubStandIn, eventually, serving
from tests.sync.mosquitto import Mosquitto, needs_mosquitto
from tests.sync.relay_process import running, start, write_settings

pytestmark = [pytest.mark.real, needs_mosquitto]
WAIT_S = 60.0


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    broker = Mosquitto(tmp_path / "broker", (DEVICE, "hub", "office"))
    yield broker
    broker.process.kill()


@pytest.fixture
def checkpoint(tmp_path: Path) -> Iterator[Checkpoint]:
    place = Checkpoint(tmp_path)
    yield place
    place.connection.close()


def is_connected(checkpoint: Checkpoint) -> bool:
    return read_uplink_state(checkpoint.connection, datetime.now(UTC)).is_connected


def test_killing_broker_and_relay_in_the_middle_loses_and_doubles_nothing(
    broker: Mosquitto, checkpoint: Checkpoint, tmp_path: Path
) -> None:
    hub, ids, settings = HubStandIn(), list[str](), write_settings(tmp_path, broker.port)
    with serving(hub, broker.transport("hub")):
        relay = start(settings)
        for part in range(20):
            ids += checkpoint.append(100)
            if part in (5, 12):
                assert eventually(lambda: hub.count() > 0, WAIT_S)
                broker.process.kill()
                ids += checkpoint.append(1)
                broker.process.start()
            if part == 9:
                relay.kill()
                relay.communicate()
                relay = start(settings)
        assert eventually(lambda: checkpoint.outbox.depth() == 0, WAIT_S)
        relay.terminate()
        relay.communicate()
    assert len(ids) == 2002
    assert hub.bodies_in_order(MessageLane.EVENT) == ids
    assert (hub.count(), hub.clones) == (2002, 0)


def test_a_relay_starts_without_a_broker_and_delivers_when_there_is_one(
    checkpoint: Checkpoint, tmp_path: Path, broker: Mosquitto
) -> None:
    hub, ids = HubStandIn(), checkpoint.append(5)
    broker.process.stop()
    with running(write_settings(tmp_path, broker.port)):
        assert not eventually(lambda: is_connected(checkpoint), 1.0)
        broker.process.start()
        with serving(hub, broker.transport("hub")):
            assert eventually(lambda: checkpoint.outbox.depth() == 0, WAIT_S)
    assert hub.bodies_in_order(MessageLane.EVENT) == ids


def test_a_second_relay_on_the_same_store_is_refused(
    broker: Mosquitto, checkpoint: Checkpoint, tmp_path: Path
) -> None:
    settings = write_settings(tmp_path, broker.port)
    with running(settings):
        assert eventually(lambda: is_connected(checkpoint))
        second = start(settings)
        _, errors = second.communicate(timeout=30)
    assert second.returncode == 2
    assert errors == f"kechid-sync: {tmp_path}/sync.lock: another kechid-sync already runs on this store\n"


def test_a_stop_is_clean_and_said(broker: Mosquitto, checkpoint: Checkpoint, tmp_path: Path) -> None:
    with running(write_settings(tmp_path, broker.port)) as relay:
        assert eventually(lambda: is_connected(checkpoint))
        relay.terminate()
        relay.communicate(timeout=30)
        assert relay.returncode == 0
    assert not is_connected(checkpoint)
    office = broker.transport("office")
    office.connect()
    office.subscribe([topics.state(SITE, DEVICE)])
    state = office.receive(10)
    office.close()
    assert state is not None
    assert decode_device_state(state.payload).at is not None


@pytest.fixture
def package_server() -> Iterator[tuple[int, bytes]]:
    content = b"the package"

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.headers["Authorization"] == "Bearer device-token" else 401)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server.server_address[1], content
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_published_version_arrives_as_a_file_and_an_inbox_row(
    broker: Mosquitto, checkpoint: Checkpoint, tmp_path: Path, package_server: tuple[int, bytes]
) -> None:
    port, content = package_server
    value = msgspec.structs.replace(
        manifest(7), package_sha256=sha256(content).hexdigest(), package_size=len(content)
    )
    office = broker.transport("office")
    office.connect()
    office.publish(
        topics.manifest("charges"), encode_manifest(sign_manifest(value, HUB_KEY)), is_retained=True
    )
    with running(write_settings(tmp_path, broker.port, port)):
        assert eventually(lambda: len(checkpoint.inbox.unprocessed(WATCHLIST)) == 1)
    office.close()
    assert [row.key for row in checkpoint.inbox.unprocessed(WATCHLIST)] == ["charges:7"]
    assert (tmp_path / "packages" / "charges-7.package").read_bytes() == content
