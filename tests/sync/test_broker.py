"""The generated broker lets in who it should, as far as it should, and says why it does not start."""

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.broker import MosquittoProcess, write_mosquitto_configuration
from sync.broker_accounts import BrokerAccount
from sync.client import BrokerAddress, PahoTransport
from sync.errors import BrokerError
from sync.ports import Reception
from tests.sync.free_port import free_port
from tests.sync.mosquitto import needs_mosquitto

HUB = BrokerAccount("hub", "hub secret", publish=("acks/#",), subscribe=("events/#",))
LANE = BrokerAccount("lane-1", "lane secret", publish=("events/lane-1",), subscribe=("acks/lane-1",))
OTHER = BrokerAccount("lane-2", "other secret", publish=("events/lane-2",), subscribe=("acks/lane-2",))


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    number = free_port()
    settings = write_mosquitto_configuration(tmp_path / "broker", number, (HUB, LANE, OTHER))
    with MosquittoProcess(settings, number):
        yield number


def connect(port: int, account: BrokerAccount, client_id: str | None = None) -> PahoTransport:
    address = BrokerAddress("127.0.0.1", port, account.name, account.password)
    transport = PahoTransport(address, client_id or account.name, timeout_s=5.0)
    transport.connect()
    return transport


@needs_mosquitto
@pytest.mark.real
@pytest.mark.parametrize("account", [BrokerAccount("hub", "wrong"), BrokerAccount("nobody", "x")])
def test_who_has_no_account_is_not_let_in(port: int, account: BrokerAccount) -> None:
    with pytest.raises(BrokerError, match="Not authorized"):
        connect(port, account)


@needs_mosquitto
@pytest.mark.real
def test_a_device_reads_and_writes_only_its_own_topics(port: int) -> None:
    hub, lane, other = (connect(port, account) for account in (HUB, LANE, OTHER))
    hub.subscribe(["events/#"])
    lane.subscribe(["acks/lane-1"])
    assert lane.publish("events/lane-1", b"mine") is Reception.ACCEPTED
    with pytest.raises(BrokerError, match="Not authorized"):
        lane.publish("events/lane-2", b"forged")
    hub.publish("acks/lane-1", b"kept", is_retained=True)
    other.subscribe(["#"])
    received = hub.receive(5)
    assert received is not None
    assert received.payload == b"mine"
    assert hub.receive(0.2) is None
    assert other.receive(0.2) is None
    for each in (hub, lane, other):
        each.close()


@needs_mosquitto
@pytest.mark.real
def test_nobody_takes_over_a_session_by_naming_it(port: int) -> None:
    lane = connect(port, LANE)
    thief = connect(port, OTHER, client_id="lane-1")
    assert lane.publish("events/lane-1", b"still here") is Reception.NO_SUBSCRIBER
    thief.close()
    lane.close()


@needs_mosquitto
@pytest.mark.real
def test_an_oversize_packet_is_an_error_not_a_loop(port: int) -> None:
    lane = connect(port, LANE)
    with pytest.raises(BrokerError):
        lane.publish("events/lane-1", bytes(17 << 20))
    lane.connect()
    assert lane.publish("events/lane-1", b"small") is Reception.NO_SUBSCRIBER
    lane.close()


@needs_mosquitto
@pytest.mark.real
def test_a_busy_port_is_named(port: int, tmp_path: Path) -> None:
    settings = write_mosquitto_configuration(tmp_path / "second", port, (HUB,))
    with pytest.raises(BrokerError, match=f"port {port} of 127.0.0.1: Address already in use"):
        MosquittoProcess(settings, port).start()


@needs_mosquitto
@pytest.mark.real
def test_a_killed_broker_starts_again(tmp_path: Path) -> None:
    number = free_port()
    broker = MosquittoProcess(write_mosquitto_configuration(tmp_path, number, (HUB,)), number)
    seen = []
    for end in (broker.kill, broker.stop, broker.stop):
        seen.append(broker.pid)
        broker.start()
        seen.append(broker.pid)
        end()
    broker.stop()
    assert seen[::2] == [None, None, None]
    assert None not in seen[1::2]
    assert len(set(seen[1::2])) == 3


@needs_mosquitto
def test_a_broker_that_cannot_use_its_settings_says_why(tmp_path: Path) -> None:
    settings = tmp_path / "mosquitto.conf"
    settings.write_text("no_such_option true\n")
    with pytest.raises(BrokerError, match=r"mosquitto ended with 3: .*no_such_option"):
        MosquittoProcess(settings, free_port()).start()


def test_a_missing_program_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name, path=None: None)
    with pytest.raises(BrokerError, match=r"not installed \(apt-get install mosquitto\)"):
        MosquittoProcess(tmp_path / "mosquitto.conf", free_port()).start()


def test_passwords_are_stored_hashed_and_private(tmp_path: Path) -> None:
    write_mosquitto_configuration(tmp_path, free_port(), (HUB,))
    stored = (tmp_path / "passwords").read_text()
    assert "hub secret" not in stored
    assert (tmp_path / "passwords").stat().st_mode & 0o077 == 0


def test_a_broker_nobody_runs_is_named() -> None:
    number = free_port()
    with socket.socket():
        transport = PahoTransport(BrokerAddress("127.0.0.1", number), "a", timeout_s=1.0)
        with pytest.raises(BrokerError, match=f"broker 127.0.0.1:{number}"):
            transport.connect()


def test_a_broker_that_never_answers_is_given_up() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        number = silent.getsockname()[1]
        transport = PahoTransport(BrokerAddress("127.0.0.1", number), "a", timeout_s=0.3)
        with pytest.raises(BrokerError, match="no answer within"):
            transport.connect()
