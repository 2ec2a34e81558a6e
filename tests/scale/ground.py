"""The ground that a run stands on: folder, database, broker, proxy, keys, settings, devices, a user."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from hub.__main__ import main as kechid_hub
from hub.bootstrap import Services, create_services
from hub.deploy.haproxy import Proxy, haproxy_configuration
from hub.fleet.devices import DeviceIdentity, register_device
from hub.settings import load_settings
from hub.store.database import writing
from hub.watchlist.subjects import create_list
from sync import topics
from sync.broker import MosquittoProcess, write_mosquitto_configuration
from sync.broker_accounts import BrokerAccount
from sync.client import BrokerAddress
from tests.hub.builders import AUDITOR, add_users
from tests.hub.deploy.certificates import TestAuthority
from tests.scale.options import Options
from tests.sync.free_port import free_port

SITE = "north"
PASSWORD = "simulated"
READER = AUDITOR
"""Sees every page and changes nothing."""
_SETTINGS = """\
[store]
url = "{url}"
[api]
port = {port}
is_behind_tls_proxy = true
trusted_proxies = ["127.0.0.1"]
requests_per_minute = 100000
request_burst = 10000
[broker]
port = {broker}
username = "hub-ingest-{{shard}}"
password_file = "broker.password"
[ingest]
shards = {shards}
"""


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything that is there before the first process starts."""

    folder: Path
    options: Options
    services: Services
    broker: MosquittoProcess
    broker_port: int
    proxy_port: int
    api_ports: tuple[int, ...]
    authority: Path

    @property
    def device_ids(self) -> list[str]:
        """Every device."""
        return [f"edge-{number:03}" for number in range(1, self.options.devices + 1)]

    def device_address(self, device_id: str) -> BrokerAddress:
        """How a device reaches the broker."""
        return BrokerAddress("127.0.0.1", self.broker_port, device_id, PASSWORD)

    def command(self, *words: str) -> list[str]:
        """Make a command of `kechid-hub` for a process of its own."""
        return [sys.executable, "-m", "hub", *words, "--config", str(self.folder / "hub.toml")]

    def worker(self) -> list[str]:
        """Make a command of a worker that knows the run's own kind of job too."""
        return [sys.executable, "-m", "tests.scale.worker", "--config", str(self.folder / "hub.toml")]


@contextmanager
def prepared(folder: Path, url: str, options: Options) -> Iterator[Ground]:
    """Lay the ground in an empty folder; the broker runs for as long."""
    broker_port, proxy_port = free_port(), free_port()
    api_ports = tuple(free_port() for _ in range(options.api))
    text = _SETTINGS.format(url=url, port=api_ports[0], broker=broker_port, shards=options.ingest)
    (folder / "hub.toml").write_text(text, encoding="utf-8")
    (folder / "broker.password").write_text(PASSWORD, encoding="utf-8")
    (folder / "devices").mkdir()
    for words in (("key", "create"), ("migrate",)):
        with redirect_stdout(sys.stderr):
            if kechid_hub([*words, "--config", str(folder / "hub.toml")]) != 0:
                raise SystemExit(1)
    authority = TestAuthority(folder)
    proxy = Proxy(
        f"127.0.0.1:{proxy_port}", authority.issue("hub"), tuple(f"127.0.0.1:{port}" for port in api_ports)
    )
    (folder / "haproxy.cfg").write_text(haproxy_configuration(proxy), encoding="utf-8")
    services = create_services(load_settings(folder / "hub.toml"))
    broker = _broker(folder / "broker", broker_port, options)
    ground = Ground(folder, options, services, broker, broker_port, proxy_port, api_ports, authority.file)
    _let_in(ground)
    with ExitStack() as stack:
        stack.callback(services.engine.dispose)
        stack.enter_context(broker)
        yield ground


def _broker(folder: Path, port: int, options: Options) -> MosquittoProcess:
    workers = [
        BrokerAccount(f"hub-ingest-{number}", PASSWORD, ("kechid/#",), ("kechid/#",))
        for number in range(1, options.ingest + 1)
    ]
    devices = [
        BrokerAccount(
            name,
            PASSWORD,
            (topics.events(SITE, name), topics.state(SITE, name)),
            (topics.acknowledgements(SITE, name), topics.commands(SITE, name), topics.ALL_MANIFESTS),
        )
        for name in (f"edge-{number:03}" for number in range(1, options.devices + 1))
    ]
    return MosquittoProcess(write_mosquitto_configuration(folder, port, [*workers, *devices]), port)


def _let_in(ground: Ground) -> None:
    services = ground.services
    with writing(services.engine) as connection:
        create_list(connection, "wanted", "Wanted persons", services.clock())
        for device_id in ground.device_ids:
            device = DeviceIdentity(device_id, SITE, f"{device_id}-lane")
            token = services.new_token()
            register_device(connection, device, token=token, actor="scale", now=services.clock())
    add_users(services, READER)
