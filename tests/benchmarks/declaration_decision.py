"""One declaration from its submission to its decision over HTTP, 200 in a second, beside asking for health.

Each is stored durably, cleansed, assessed and answered with its channel. A request is timed from when it was
due, so that a server which falls behind shows. The figures are SQLite's; PostgreSQL's stand in the notes.
"""

import http.client
import json
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

from tests.benchmarks.declarations_ingest import HEADERS, let_in
from tests.benchmarks.hub_process import HubProcess, running_hub
from tests.benchmarks.measurement import Measurement
from tests.hub.declarations.parcels import parcel
from tests.hub.store.postgresql import is_installed, running_cluster

NAME = "declaration_decision"
PER_SECOND = 200
SECONDS = 15
SENDERS = 16
WARM_UP_S = 2
Request = Callable[[http.client.HTTPConnection, int], None]


def run(seconds: int = SECONDS) -> Measurement:
    """Give the 95th percentile from submission to decision."""
    with tempfile.TemporaryDirectory() as folder:
        ours, health, said = _measure(Path(folder), "", seconds)
    notes = f"95th percentile at {PER_SECOND}/s; SQLite {said}"
    if is_installed():
        with (
            tempfile.TemporaryDirectory() as folder,
            running_cluster(is_durable=True) as cluster,
            cluster.database(is_empty=True) as url,
        ):
            p95, _, others = _measure(Path(folder), url, seconds)
        notes += f"; PostgreSQL {p95:.1f} ms, {others}"
    return Measurement(NAME, "ms", PER_SECOND * seconds, ours, health, notes)


def _measure(folder: Path, url: str, seconds: int) -> tuple[float, float, str]:
    with running_hub(folder, url) as hub:
        let_in(hub)
        _paced(hub, _declare, WARM_UP_S, 0)
        taken = _paced(hub, _declare, seconds, 1_000_000)
        health = _paced(hub, _ask_for_health, WARM_UP_S, 0)
    ours, other = (statistics.quantiles(times, n=20)[-1] * 1e3 for times in (taken, health))
    return ours, other, f"median {statistics.median(taken) * 1e3:.1f} ms, most {max(taken) * 1e3:.0f} ms"


def _paced(hub: HubProcess, request: Request, seconds: int, first: int) -> list[float]:
    """Send at an even rate from several connections; returns how long after its time each was answered."""
    turns, taken, begin = count(), [], time.perf_counter() + 0.1
    lock = threading.Lock()

    def send() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", hub.port, timeout=60)
        while True:
            with lock:
                turn = next(turns)
            if turn >= seconds * PER_SECOND:
                break
            due = begin + turn / PER_SECOND
            time.sleep(max(0.0, due - time.perf_counter()))
            request(connection, first + turn)
            taken.append(time.perf_counter() - due)
        connection.close()

    senders = [threading.Thread(target=send) for _ in range(SENDERS)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert len(taken) == seconds * PER_SECOND, f"only {len(taken)} were answered"
    return taken


def _declare(connection: http.client.HTTPConnection, number: int) -> None:
    body = json.dumps(parcel(number), ensure_ascii=False).encode()
    connection.request("POST", "/api/v1/declarations", body, HEADERS)
    answer = connection.getresponse()
    text = answer.read()
    assert answer.status == 201, text[:300]
    assert json.loads(text)["channel"] is not None


def _ask_for_health(connection: http.client.HTTPConnection, _: int) -> None:
    connection.request("GET", "/healthz")
    assert connection.getresponse().read()
