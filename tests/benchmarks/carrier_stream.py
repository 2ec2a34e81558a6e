"""Declarations over MQTT until their durable answers, beside the same messages to a bare subscriber.

A declaration in each message, through one mosquitto: once all at a time, once 200 in a second. The reference
only acknowledges, so it says what the transport alone takes.
"""

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from hub.bootstrap import create_services
from hub.carrier_stream.accounts import accounts_of_carriers
from hub.settings import load_settings
from hub.store.database import reading
from sync import topics
from sync.broker import MosquittoProcess, find_program, write_mosquitto_configuration
from sync.broker_accounts import BrokerAccount
from sync.errors import BrokerError
from tests.benchmarks.hub_process import HubProcess, free_port
from tests.benchmarks.measurement import Measurement, not_measured
from tests.benchmarks.mqtt_load import Login, Sender, Sent, acknowledging
from tests.hub.builders import Hub
from tests.hub.carrier_stream.streams import PASSWORD, stream
from tests.hub.declarations.parcels import parcel
from tests.hub.store.postgresql import is_installed, running_cluster

NAME = "carrier_stream"
BURST = 1_000
PER_SECOND = 200.0
PACED = 1_000
TIMES = 3
WARM_UP = 100
BARE = "benchmark/bare"
ALL_ANSWERS = f"{topics.CARRIERS}/+/answers"
CARRIER = "swift"
Send = Callable[[Sequence[bytes], float | None], Sent]


@dataclass
class Seen:
    """What one way of taking the messages showed."""

    rates: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    """The 95th percentile of each paced turn, in seconds."""

    def __str__(self) -> str:
        rate, late = statistics.median(self.rates), statistics.median(self.late)
        return f"{rate:.0f}/s, p95 {late * 1e3:.0f} ms"


def run(times: int = TIMES) -> Measurement:
    """Send bursts and even rows by turns, on SQLite and, where it is installed, on PostgreSQL."""
    try:
        find_program("mosquitto")
    except BrokerError as error:
        return not_measured(NAME, "/s", str(error))
    with tempfile.TemporaryDirectory() as folder:
        ours, bare, said = _measure(Path(folder), "", times)
    notes = f"p95 at {PER_SECOND:.0f}/s; SQLite {said}"
    if is_installed():
        with (
            tempfile.TemporaryDirectory() as folder,
            running_cluster(is_durable=True) as cluster,
            cluster.database(is_empty=True) as url,
        ):
            notes += f"; PostgreSQL {_measure(Path(folder), url, times)[2]}"
    return Measurement(NAME, "/s", times, statistics.median(ours.rates), statistics.median(bare.rates), notes)


def _measure(folder: Path, url: str, times: int) -> tuple[Seen, Seen, str]:
    port = free_port()
    store = url or f"sqlite:///{folder / 'hub.db'}"
    with _prepared(folder, port, store), _streaming(folder) as pid:
        carrier = Login(port, f"carrier@{CARRIER}", PASSWORD)
        with acknowledging(Login(port, "bare", PASSWORD), BARE) as subscriber:
            sender, plain = (
                Sender(carrier, topics.carrier_answers(CARRIER)),
                Sender(Login(port, "plain", PASSWORD), ""),
            )

            def declare(payloads: Sequence[bytes], per_second: float | None) -> Sent:
                return sender.send(topics.carrier_declarations(CARRIER), payloads, per_second)

            def publish(payloads: Sequence[bytes], per_second: float | None) -> Sent:
                subscriber.send(len(payloads))
                sent = plain.send(BARE, payloads, per_second, is_answered=False)
                return Sent(sent.due, subscriber.recv())

            ours, bare = _by_turns(declare, publish, times)
            sender.close()
            plain.close()
        memory = HubProcess(pid, port, store).memory_mb("VmHWM")
    return ours, bare, f"{ours}, bare {bare}, memory at most {memory:.0f} MB"


def _by_turns(ours: Send, bare: Send, times: int) -> tuple[Seen, Seen]:
    seen = Seen(), Seen()
    ours(_payloads(0, WARM_UP), None)
    bare(_payloads(0, WARM_UP), None)
    for turn in range(times):
        start = WARM_UP + turn * (BURST + PACED)
        for send, found in zip((ours, bare), seen, strict=True):
            found.rates.append(BURST / send(_payloads(start, BURST), None).took_s)
            paced = send(_payloads(start + BURST, PACED), PER_SECOND).latencies()
            found.late.append(paced[int(0.95 * len(paced))])
    return seen


def _payloads(start: int, count: int) -> list[bytes]:
    return [msgspec.json.encode(_parcel(number)) for number in range(start, start + count)]


def _parcel(number: int) -> dict[str, object]:
    """Declare for a person of its own."""
    plain = parcel(number)
    return plain | {"consignee": plain["consignee"] | {"id": f"5A{number:05}"}}


@contextmanager
def _prepared(folder: Path, port: int, store: str) -> Iterator[None]:
    """Make keys, store, carrier and a running broker."""
    (folder / "broker.password").write_text(PASSWORD, encoding="utf-8")
    (folder / "hub.toml").write_text(
        f'[store]\nurl = "{store}"\n[broker]\nport = {port}\n'
        '[carrier_stream]\nusername = "hub-carriers"\npassword_file = "broker.password"\n',
        encoding="utf-8",
    )
    for words in (["key", "create"], ["migrate"]):
        subprocess.run(_command(folder, *words), check=True, stdout=subprocess.DEVNULL)
    services = create_services(load_settings(folder / "hub.toml"))
    stream(Hub(services), CARRIER)
    with reading(services.engine) as connection:
        accounts = [*accounts_of_carriers(connection), *_accounts()]
    services.engine.dispose()
    with MosquittoProcess(write_mosquitto_configuration(folder / "broker", port, accounts), port):
        yield


def _accounts() -> list[BrokerAccount]:
    hub = BrokerAccount("hub-carriers", PASSWORD, (ALL_ANSWERS,), (topics.ALL_CARRIER_DECLARATIONS,))
    return [
        hub,
        BrokerAccount("plain", PASSWORD, (BARE,)),
        BrokerAccount("bare", PASSWORD, subscribe=(BARE,)),
    ]


@contextmanager
def _streaming(folder: Path) -> Iterator[int]:
    """Run the stream's process; gives its id."""
    process = subprocess.Popen(_command(folder, "carrier-stream"), stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    while "connected to the broker" not in process.stderr.readline():
        if process.poll() is not None:
            raise RuntimeError("the stream ended without connecting")
    try:
        yield process.pid
    finally:
        process.terminate()
        process.communicate()


def _command(folder: Path, *words: str) -> list[str]:
    return [sys.executable, "-P", "-m", "hub", *words, "--config", str(folder / "hub.toml")]
