"""One run: start everything, let the devices tell, kill on the way, compare."""

import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import msgspec
from sqlalchemy import func, select

from hub.ingest.tables import inbox
from hub.store.database import reading
from sync.broker import find_program
from tests.hub.builders import picture
from tests.scale.devices import DeviceSpec, SimulatedDevice, start_all
from tests.scale.ground import SITE, Ground, prepared
from tests.scale.jobs import JobCount, JobSource
from tests.scale.options import Options
from tests.scale.pages import PageReader, Visits
from tests.scale.stream import StreamReader, Watched
from tests.scale.supervision import Supervised
from tests.scale.verdict import Verdict, judge
from tests.scale.worker import READY as READY_WORKER

BROKER = "broker"
KILLS = (
    (0.15, "ingest-2"),
    (0.3, "api-1"),
    (0.4, "worker-1"),
    (0.55, BROKER),
    (0.7, "ingest-1"),
    (0.8, "api-2"),
)
"""Who dies when this share of everything has arrived."""
READY = {"ingest": "connected to the broker", "worker": READY_WORKER, "": ""}
"""What each kind writes once it works."""
START_S = 90.0
LOOK_S = 0.2
Say = Callable[[str], None]


class ScaleError(Exception):
    """The run could not be made; the message says what did not come up."""


@dataclass(slots=True)
class Outcome:
    """What a run showed."""

    verdict: Verdict
    visits: Visits
    jobs: JobCount
    watched: Watched
    kills: list[str]
    lives: dict[str, int]
    seconds: float
    """From the first event to the last acknowledgement."""
    unfinished: int
    """Devices that had not everything acknowledged within the limit."""
    failures: list[str] = field(default_factory=list)
    """What broke in the simulation itself."""

    @property
    def is_kept(self) -> bool:
        """True when every promise holds."""
        is_served = self.visits.loaded > 0 and not self.visits.failed_twice and self.watched.is_whole
        is_done = self.jobs.done == self.jobs.wanted and not self.jobs.left
        is_whole = not self.unfinished and not self.failures
        return self.verdict.is_kept and is_served and is_done and is_whole

    def as_dict(self) -> dict[str, Any]:
        """Keys as they are printed."""
        rate = self.verdict.stored / self.seconds if self.seconds else 0.0
        return {
            "kept": self.is_kept,
            **{name: getattr(self.verdict, name) for name in Verdict.__dataclass_fields__},
            "pages": self.visits.loaded,
            "pages_failed_once": self.visits.failed_once,
            "pages_failed_twice": self.visits.failed_twice,
            "slowest_page_s": round(self.visits.slowest_s, 3),
            "live_events": self.watched.events,
            "live_events_missed": self.watched.missed,
            "live_events_repeated": self.watched.repeated,
            "live_reconnections": self.watched.reconnections,
            "jobs": self.jobs.wanted,
            "jobs_done": self.jobs.done,
            "job_attempts": self.jobs.attempts,
            "jobs_left": self.jobs.left,
            "kills": self.kills,
            "lives": self.lives,
            "unfinished_devices": self.unfinished,
            "failures": self.failures,
            "seconds": round(self.seconds, 1),
            "messages_per_second": round(rate, 1),
        }


@dataclass(slots=True)
class _Driven:
    """What the devices lived through."""

    specs: list[DeviceSpec]
    kills: list[str]
    seconds: float
    unfinished: int
    failures: list[str]


def run(folder: Path, url: str, options: Options, say: Say) -> Outcome:
    """Run in an empty folder on an empty database."""
    with prepared(folder, url, options) as ground, processes(ground) as running:
        say(f"waiting for {', '.join(running)}")
        wait_until_up(ground, running)
        jobs = JobSource(ground.services, options.jobs)
        reader = PageReader(ground.proxy_port, ground.authority)
        stream = StreamReader(ground.proxy_port, ground.authority)
        reader.start()
        stream.start()
        driven = _drive(ground, running, jobs, say)
        counted, watched = jobs.finish(), stream.finish()
        reader.stop()
        say("comparing")
        return Outcome(
            verdict=judge(ground.services, driven.specs, folder / "oracle"),
            visits=reader.visits,
            jobs=counted,
            watched=watched,
            kills=driven.kills,
            lives={name: process.lives for name, process in running.items()},
            seconds=driven.seconds,
            unfinished=driven.unfinished,
            failures=[*driven.failures, *([] if reader.failure is None else [f"pages: {reader.failure!r}"])],
        )


def _drive(ground: Ground, running: dict[str, Supervised], jobs: JobSource, say: Say) -> _Driven:
    """Let every device tell its story while processes are killed."""
    specs = [spec_of(ground, device_id) for device_id in ground.device_ids]
    begun, devices = time.monotonic(), list(start_all(specs))
    try:
        kills = accompany(ground, running, devices, jobs, say)
    finally:
        for device in devices:
            device.stop()
    seconds = time.monotonic() - begun
    unfinished = sum(device.is_alive() for device in devices)
    for device in devices:
        device.join(20)
    failures = [f"{device.name}: {device.failure!r}" for device in devices if device.failure is not None]
    return _Driven(specs, kills, seconds, unfinished, failures)


@contextmanager
def processes(ground: Ground) -> Iterator[dict[str, Supervised]]:
    """Run every process of the hub and the proxy before it."""
    options = ground.options
    commands = {
        **{f"api-{n}": ground.command("api", "--port", str(p)) for n, p in enumerate(ground.api_ports, 1)},
        **{f"ingest-{n}": ground.command("ingest", "--shard", str(n)) for n in range(1, options.ingest + 1)},
        **{f"worker-{n}": ground.worker() for n in range(1, options.workers + 1)},
        "haproxy": [find_program("haproxy"), "-db", "-f", str(ground.folder / "haproxy.cfg")],
    }
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(Supervised(name, command, ground.folder / f"{name}.log"))
            for name, command in commands.items()
        }


def wait_until_up(ground: Ground, running: dict[str, Supervised]) -> None:
    """Wait until each API process answers and each ingest worker listens; raises `ScaleError`."""
    deadline = time.monotonic() + START_S
    while not all(is_complete(ground, running, kind) for kind in ("api-1", "ingest-1", "worker-1")):
        if time.monotonic() > deadline:
            words = "\n".join(
                f"{name}: {process.words_of_this_life()[-500:]}" for name, process in running.items()
            )
            raise ScaleError(f"not everything came up within {START_S:.0f} s\n{words}")
        threading.Event().wait(LOOK_S)


def spec_of(ground: Ground, device_id: str) -> DeviceSpec:
    """Describe a device."""
    return DeviceSpec(
        device_id=device_id,
        site_id=SITE,
        folder=ground.folder / "devices",
        broker=ground.device_address(device_id),
        events=ground.options.per_device,
        seconds=ground.options.seconds,
        picture=picture(1, width=64),
    )


def accompany(
    ground: Ground,
    running: dict[str, Supervised],
    devices: Sequence[SimulatedDevice],
    jobs: JobSource,
    say: Say,
) -> list[str]:
    """Watch the messages arrive and kill on the way, until every device is done; returns who was killed."""
    killed, due = list[str](), list(KILLS)
    deadline = time.monotonic() + ground.options.limit_s
    while any(device.is_alive() for device in devices) and time.monotonic() < deadline:
        threading.Event().wait(LOOK_S)
        share = arrived(ground) / ground.options.total
        jobs.keep_up(share)
        for when in [each for each in due if share >= each[0]]:
            name = when[1]
            if is_complete(ground, running, name) and kill(ground, running, name):
                due.remove(when)
                killed.append(name)
                say(f"{share:4.0%} arrived, {name} killed")
    return killed


def is_complete(ground: Ground, running: dict[str, Supervised], name: str) -> bool:
    """Tell whether every process of a kind works: one at a time is what a second one makes up for."""
    kind = name.rpartition("-")[0]
    if kind == "api":
        return all(_answers(f"http://127.0.0.1:{port}/healthz") for port in ground.api_ports)
    peers = [process for peer, process in running.items() if peer.rpartition("-")[0] == kind]
    return all(READY[kind] in process.words_of_this_life() for process in peers)


def kill(ground: Ground, running: dict[str, Supervised], name: str) -> bool:
    """Kill with -9; the broker comes back by this hand, the others by their supervisor's."""
    if name == BROKER:
        ground.broker.kill()
        threading.Event().wait(1.0)
        ground.broker.start()
        return True
    return name in running and running[name].kill()


def arrived(ground: Ground) -> int:
    """Count the messages that the hub has."""
    with reading(ground.services.engine) as connection:
        return int(connection.scalar(select(func.count()).select_from(inbox)) or 0)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def as_json(outcome: Outcome) -> str:
    """One object."""
    return msgspec.json.encode(outcome.as_dict()).decode()


def say_on_stderr(line: str) -> None:
    """Report progress."""
    sys.stderr.write(f"scale: {line}\n")
