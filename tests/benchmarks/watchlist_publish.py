"""Publish a version with 100 changes to 100 devices, from the command to the last confirmation at the hub."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import msgspec
import numpy as np
from sqlalchemy import func, select

from hub.bootstrap import Services, create_services
from hub.fleet.devices import DeviceIdentity, register_device
from hub.fleet.tables import device_watchlists
from hub.settings import load_settings
from hub.store.database import reading, writing
from hub.watchlist.acting import Officers, amend_subject, enrol_subject
from hub.watchlist.proposal_content import Amend, ProposedFace, ProposedSubject
from hub.watchlist.publishing import publish
from hub.watchlist.subjects import create_list, list_subjects, subject
from models.fakes import FAKE_CONTRACT
from models.template import unit_template
from sync.broker import MosquittoProcess, find_program, write_mosquitto_configuration
from sync.broker_accounts import BrokerAccount
from sync.errors import BrokerError
from tests.benchmarks.measurement import Measurement, not_measured
from tests.hub.builders import record_of
from tests.hub.simulated_takers import TakerSpec
from tests.sync.free_port import free_port

NAME = "watchlist_publish"
DEVICES, SUBJECTS, CHANGES = 100, 200, 100
PHOTO_BYTES = 12_000
SITE, LIST, PASSWORD = "north", "wanted", "simulated"
PATIENCE_S = 60.0
_SETTINGS = """\
[api]
port = {api}
requests_per_minute = 100000
request_burst = 10000
[broker]
port = {broker}
username = "hub"
password_file = "broker.password"
"""


def run(n: int = 5) -> Measurement:
    """Time publications; the reference is one device alone, downloading and confirming as the others do."""
    try:
        find_program("mosquitto")
    except BrokerError as reason:
        return not_measured(NAME, "s", str(reason))
    with tempfile.TemporaryDirectory() as name:
        with stage(Path(name, "many"), DEVICES) as services:
            many = [timed_publication(services, DEVICES) for _ in range(n + 1)][1:]
        with stage(Path(name, "one"), 1) as services:
            one = [timed_publication(services, 1) for _ in range(n + 1)][1:]
    notes = f"{CHANGES} changes of {SUBJECTS} subjects to {DEVICES} devices over mosquitto; beside one device"
    ours, reference = float(np.median(many)), float(np.median(one))
    return Measurement(NAME, "s", n, ours, reference, f"{notes}; slowest {max(many):.2f} s")


def timed_publication(services: Services, devices: int) -> float:
    """Change a hundred subjects, publish, wait for every device's word."""
    change(services)
    start = time.perf_counter()
    version = publish(services, LIST, actor="benchmark").version
    while time.perf_counter() - start < PATIENCE_S:
        with reading(services.engine) as connection:
            confirmed = select(func.count()).where(device_watchlists.c.version == version)
            if connection.scalar(confirmed) == devices:
                return time.perf_counter() - start
        time.sleep(0.01)
    raise AssertionError(f"not every device confirmed version {version} within {PATIENCE_S:.0f} s")


def change(services: Services) -> None:
    """Amend a hundred of the listed subjects."""
    now = services.clock()
    with writing(services.engine) as connection:
        for one in list_subjects(connection, LIST, now=now, limit=CHANGES).items:
            held = subject(connection, one.subject_id, now=now).record
            values = {name: getattr(held, name) for name in type(held).__dataclass_fields__}
            entry = type(held)(**values | {"case_number": now.isoformat()})
            amend = Amend(subject_id=one.subject_id, before=held, entry=entry)
            amend_subject(services, connection, amend, Officers("benchmark"))


@contextmanager
def stage(folder: Path, devices: int) -> Iterator[Services]:
    """Start broker, hub and devices in processes of their own; end all of them."""
    folder.mkdir()
    api, broker = free_port(), free_port()
    (folder / "hub.toml").write_text(_SETTINGS.format(api=api, broker=broker), encoding="utf-8")
    (folder / "broker.password").write_text(PASSWORD, encoding="utf-8")
    for words in (("key", "create"), ("migrate",)):
        if quietly(*words, "--config", str(folder / "hub.toml")) != 0:
            raise AssertionError(f"kechid-hub {words[0]} failed")
    services = create_services(load_settings(folder / "hub.toml"))
    tokens = {f"edge-{number:03}": services.new_token() for number in range(devices)}
    fill(services, tokens)
    accounts = [BrokerAccount(name, PASSWORD, ("#",), ("#",)) for name in ("hub", *tokens)]
    spec = TakerSpec(
        site_id=SITE,
        tokens=tokens,
        broker_port=broker,
        password=PASSWORD,
        hub_url=f"http://127.0.0.1:{api}",
        public_key=str(next(folder.rglob("*.pub.pem"))),
        folder=str(folder / "devices"),
    )
    (folder / "takers.json").write_bytes(msgspec.json.encode(spec))
    with ExitStack() as stack:
        stack.callback(services.engine.dispose)
        stack.enter_context(
            MosquittoProcess(write_mosquitto_configuration(folder / "broker", broker, accounts), broker)
        )
        for command in ("api", "ingest"):
            stack.enter_context(process("hub", command, "--config", str(folder / "hub.toml")))
        await_health(f"http://127.0.0.1:{api}/healthz")
        takers = stack.enter_context(process("tests.hub.simulated_takers", str(folder / "takers.json")))
        if takers.stdout is None or takers.stdout.readline() != b"ready\n":
            raise AssertionError("the devices did not come up")
        yield services


def await_health(url: str) -> None:
    """Wait until the hub answers."""
    start = time.perf_counter()
    while time.perf_counter() - start < PATIENCE_S:
        try:
            if httpx.get(url, timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")


def fill(services: Services, tokens: dict[str, str]) -> None:
    """Let the devices in and put people on the list."""
    random = np.random.default_rng(20_261_127)
    with writing(services.engine) as connection:
        now = services.clock()
        create_list(connection, LIST, "Wanted persons", now)
        for device_id, token in tokens.items():
            identity = DeviceIdentity(device_id, SITE, f"{device_id}-lane")
            register_device(connection, identity, token=token, actor="benchmark", now=now)
        for number in range(SUBJECTS):
            vector = unit_template(random.standard_normal(FAKE_CONTRACT.dimension), FAKE_CONTRACT).vector
            face = ProposedFace(
                jpeg=random.bytes(PHOTO_BYTES),
                vector=vector.astype("<f4").tobytes(),
                contract=FAKE_CONTRACT,
                quality=80.0,
                face_width=200.0,
                captured_on="",
                components={},
                photo_sha256="",
            )
            proposed = ProposedSubject(
                subject_id=services.new_id(), entry=record_of(f"Person {number}"), faces=(face,)
            )
            enrol_subject(services, connection, LIST, proposed, Officers("benchmark"))


def quietly(*words: str) -> int:
    """Run a command of the hub without its words."""
    command = [sys.executable, "-m", "hub", *words]
    return subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode


@contextmanager
def process(module: str, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a module until the block ends; its end of standard input or a signal stops it."""
    started = subprocess.Popen(
        [sys.executable, "-m", module, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield started
    finally:
        if started.stdin is not None:
            started.stdin.close()
        started.terminate()
        started.wait(20)
        if started.stdout is not None:
            started.stdout.close()
