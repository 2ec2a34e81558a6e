"""Carriers on a real mosquitto: who reaches what, and a hub that is killed with what it holds."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select

from hub.bootstrap import Services, create_services
from hub.carrier_stream.accounts import accounts_of_carriers
from hub.carrier_stream.tables import carrier_answers
from hub.declarations.tables import declarations
from hub.settings import load_settings
from hub.store.database import reading
from sync import topics
from sync.broker import MosquittoProcess, write_mosquitto_configuration
from sync.broker_accounts import BrokerAccount
from sync.client import BrokerAddress, PahoTransport
from sync.errors import BrokerError
from sync.ports import Label, Publication, Transport
from tests.hub.builders import Hub
from tests.hub.carrier_stream.streams import LABEL, PASSWORD, heard, lines, stream
from tests.hub.declarations.parcels import parcel
from tests.hub.test_processes import finish, prepare, run
from tests.sync.free_port import free_port
from tests.sync.mosquitto import needs_mosquitto

pytestmark = [pytest.mark.real, needs_mosquitto]
DECLARE, ANSWERS = topics.carrier_declarations("swift"), topics.carrier_answers("swift")
MESSAGES, EACH = 40, 25


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def services(tmp_path: Path, port: int) -> Iterator[Services]:
    """Prepare a hub with two carriers that stream."""
    (tmp_path / "broker.password").write_text(PASSWORD, encoding="utf-8")
    (tmp_path / "hub.toml").write_text(
        f"[broker]\nport = {port}\n"
        '[carrier_stream]\nusername = "hub-carriers-{shard}"\npassword_file = "broker.password"\n',
        encoding="utf-8",
    )
    prepare(tmp_path)
    made = create_services(load_settings(tmp_path / "hub.toml"))
    for name in ("swift", "other"):
        stream(Hub(made), name)
    yield made
    made.engine.dispose()


@pytest.fixture
def broker(tmp_path: Path, port: int, services: Services) -> Iterator[MosquittoProcess]:
    answers, declared = ("kechid/carriers/+/answers",), ("kechid/carriers/+/declarations",)
    hubs = [BrokerAccount(f"hub-carriers-{number}", PASSWORD, answers, declared) for number in (1, 2)]
    with reading(services.engine) as connection:
        accounts = [*hubs, *accounts_of_carriers(connection)]
    with MosquittoProcess(
        write_mosquitto_configuration(tmp_path / "broker", port, accounts), port
    ) as process:
        yield process


def connected(port: int, client_id: str = "swift", password: str = PASSWORD) -> PahoTransport:
    name = f"carrier@{client_id}"
    transport = PahoTransport(BrokerAddress("127.0.0.1", port, name, password), name, timeout_s=5.0)
    transport.connect()
    return transport


def started(folder: Path, shard: str = "1") -> "subprocess.Popen[str]":
    process = run(folder, "carrier-stream", "--shard", shard)
    assert process.stderr is not None
    for line in process.stderr:
        if "connected to the broker" in line:
            return process
    raise AssertionError("ended without connecting")


def stored(services: Services) -> int:
    with reading(services.engine) as connection:
        return int(connection.scalar(select(func.count()).select_from(declarations)) or 0)


def wait_for_rows(carrier: Transport, wanted: set[str]) -> dict[str, dict[str, Any]]:
    """Collect answers until each declaration was answered for."""
    found: dict[str, dict[str, Any]] = {}
    while set(found) != wanted:
        for row in heard(carrier).get("rows", ()):
            first = found.setdefault(row["reference"], row)
            assert first["declaration_id"] == row["declaration_id"]
    return found


@pytest.mark.usefixtures("broker")
def test_a_carrier_reaches_its_own_two_topics_only(port: int) -> None:
    swift, other = connected(port), connected(port, "other")
    swift.subscribe([ANSWERS])
    for topic in (topics.carrier_declarations("other"), topics.carrier_answers("other"), ANSWERS):
        with pytest.raises(BrokerError, match="Not authorized"):
            swift.publish(topic, b"x")
        swift.connect()
    other.subscribe(["#"])
    swift.publish(DECLARE, b"x")
    assert other.receive(0.3) is None
    with pytest.raises(BrokerError, match="Not authorized"):
        connected(port, "swift", "wrong")
    swift.close()
    other.close()


@pytest.mark.usefixtures("broker")
def test_declarations_are_answered_and_what_is_none_is_refused(
    services: Services, port: int, tmp_path: Path
) -> None:
    process = started(tmp_path)
    try:
        assert finish(run(tmp_path, "carrier-stream"))[0] == 2
        carrier = connected(port)
        carrier.subscribe([ANSWERS])
        label = Label("application/json", ANSWERS, b"\xff\x00-1")
        carrier.publish(DECLARE, lines(parcel(1)), label=label)
        message = carrier.receive(30)
        assert message is not None
        assert message.label.correlation == label.correlation
        assert msgspec.json.decode(message.payload)["rows"][0]["state"] == "assessment-complete"
        carrier.publish(DECLARE, b"\x00\xff", label=LABEL)
        assert heard(carrier)["rows"][0]["problem"]["code"] == "malformed-json"
        carrier.publish(DECLARE, b"", label=LABEL)
        assert heard(carrier)["problem"]["code"] == "invalid-input"
        carrier.close()
    finally:
        process.send_signal(signal.SIGTERM)
        status, _, _ = finish(process)
    assert (status, stored(services)) == (0, 1)


@pytest.mark.usefixtures("broker")
def test_a_hub_killed_again_and_again_loses_and_doubles_nothing(
    services: Services, port: int, tmp_path: Path
) -> None:
    finish(_stopped(started(tmp_path)))
    carrier = connected(port)
    carrier.subscribe([ANSWERS])
    for number in range(MESSAGES):
        rows = (parcel(number * EACH + place) for place in range(EACH))
        carrier.publish(DECLARE, lines(*rows), label=LABEL)
    wanted = {f"P-{number}" for number in range(MESSAGES * EACH)}
    for least in (100, 400):
        process = started(tmp_path)
        while stored(services) < least:
            assert process.poll() is None
        process.kill()
        process.communicate()
    process = started(tmp_path)
    found = wait_for_rows(carrier, wanted)
    finish(_stopped(process))
    assert stored(services) == len({one["declaration_id"] for one in found.values()}) == len(wanted)
    assert {one["state"] for one in found.values()} == {"assessment-complete"}
    with reading(services.engine) as connection:
        assert not connection.scalar(select(func.count()).select_from(carrier_answers))
    carrier.close()


@pytest.mark.usefixtures("broker")
def test_two_processes_share_the_carriers_and_one_that_is_killed_costs_only_its_own_time(
    services: Services, port: int, tmp_path: Path
) -> None:
    processes = [started(tmp_path, shard) for shard in ("1/2", "2/2")]
    carriers = {name: connected(port, name) for name in ("swift", "other")}
    for name, carrier in carriers.items():
        carrier.subscribe([topics.carrier_answers(name)])
    publications = {name: _publications(name) for name in carriers}
    for name, carrier in carriers.items():
        carrier.publish_each(publications[name])
    while stored(services) < EACH:
        assert processes[0].poll() is None
    processes[0].kill()
    processes[0].communicate()
    wanted = [f"P-{number}" for number in range(MESSAGES * EACH)]
    assert list(wait_for_rows(carriers["other"], set(wanted))) == wanted
    # Its carrier sends everything again, as who got no answer does.
    carriers["swift"].publish_each(publications["swift"])
    processes[0] = started(tmp_path, "1/2")
    assert list(wait_for_rows(carriers["swift"], set(wanted))) == wanted
    assert [finish(_stopped(process))[0] for process in processes] == [0, 0]
    assert stored(services) == 2 * len(wanted)
    for carrier in carriers.values():
        carrier.close()


def _publications(name: str) -> list[Publication]:
    batches = (range(start, start + EACH) for start in range(0, MESSAGES * EACH, EACH))
    return [Publication(topics.carrier_declarations(name), lines(*map(parcel, each))) for each in batches]


def _stopped(process: "subprocess.Popen[str]") -> "subprocess.Popen[str]":
    process.send_signal(signal.SIGTERM)
    return process
