"""One declaration from its submission to its decision over HTTP, 200 in a second, beside asking for health.

Each is stored durably, cleansed, assessed and answered with its channel. A request is timed from when it was
due, so that a server which falls behind shows. The figures are SQLite's; PostgreSQL's stand in the notes.
"""

import json
import os
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.declarations_ingest import HEADERS, let_in
from tests.benchmarks.hub_process import HubProcess, running_hub
from tests.benchmarks.measurement import Measurement
from tests.benchmarks.paced_load import Answer, request_bytes, send_paced
from tests.hub.declarations.parcels import parcel
from tests.hub.store.postgresql import is_installed, running_cluster

NAME = "declaration_decision"
PER_SECOND = 200
SECONDS = 15
WARM_UP_S = 2


def run(seconds: int = SECONDS) -> Measurement:
    """Give the 95th percentile from submission to decision."""
    with tempfile.TemporaryDirectory() as folder:
        ours, health, said = _measure(Path(folder), "", seconds)
    notes = f"95th percentile at {PER_SECOND}/s, load {os.getloadavg()[0]:.1f}; SQLite {said}"
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
        _declare(hub, 0, WARM_UP_S)
        before = hub.cpu_s()
        taken = _declare(hub, 1_000_000, seconds)
        cpu_ms = (hub.cpu_s() - before) / len(taken) * 1e3
        asked = [request_bytes("GET", "/healthz")] * (WARM_UP_S * PER_SECOND)
        health = _times(send_paced(hub.port, asked, PER_SECOND), 200)
    ours, other = (statistics.quantiles(times, n=20)[-1] * 1e3 for times in (taken, health))
    median, most = statistics.median(taken) * 1e3, max(taken) * 1e3
    said = f"median {median:.1f} ms, most {most:.0f} ms, {cpu_ms:.1f} ms of a core each"
    return ours, other, said


def _declare(hub: HubProcess, first: int, seconds: int) -> list[float]:
    bodies = (json.dumps(parcel(first + n), ensure_ascii=False).encode() for n in range(seconds * PER_SECOND))
    requests = [request_bytes("POST", "/api/v1/declarations", HEADERS, body) for body in bodies]
    answers = send_paced(hub.port, requests, PER_SECOND)
    assert all(json.loads(one.body)["channel"] is not None for one in answers if one.status == 201)
    return _times(answers, 201)


def _times(answers: Sequence[Answer], status: int) -> list[float]:
    other = [one for one in answers if one.status != status]
    assert not other, f"{len(other)} other answers, such as {other[0]}"
    return [one.took_s for one in answers]
