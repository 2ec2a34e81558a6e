"""Declarations over HTTP into the store, 10,000 in a request, beside a bare insert of the same bytes.

Both commit durably. The figures are SQLite's; PostgreSQL's, where it is installed, stand in the notes, with
the longest answer of ``/healthz`` meanwhile and the most memory that the hub's process had.
"""

import http.client
import json
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from hub.machines.tables import access_tokens, api_clients
from hub.people.access import Permission, token_hash
from hub.store.database import open_engine, writing
from tests.benchmarks.hub_process import HubProcess, running_hub
from tests.benchmarks.measurement import Measurement
from tests.hub.declarations.parcels import parcel
from tests.hub.store.postgresql import is_installed, running_cluster

NAME = "declarations_ingest"
ROWS = 10_000
TIMES = 5
WARM_UPS = 1
TOKEN = "c" * 64
POLL_S = 0.02
HEADERS = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}


def run(times: int = TIMES) -> Measurement:
    """Send batches and time each until its answer; the bare insert of its rows takes turns with it."""
    with tempfile.TemporaryDirectory() as folder:
        rates, said = _measure(Path(folder), "", times)
    notes = f"{ROWS} per request; SQLite {said}"
    if is_installed():
        with (
            tempfile.TemporaryDirectory() as folder,
            running_cluster(is_durable=True) as cluster,
            cluster.database(is_empty=True) as url,
        ):
            ours, others = _measure(Path(folder), url, times)
        notes += f"; PostgreSQL {ours[0]:.0f}/s, bare {ours[1]:.0f}/s, {others}"
    return Measurement(NAME, "/s", times, *rates, notes)


def _measure(folder: Path, url: str, times: int) -> tuple[tuple[float, float], str]:
    """Return our and the bare rate, and what else was seen."""
    with running_hub(folder, url) as hub:
        let_in(hub)
        ours, bare = [], []
        with _watched_health(hub) as answers:
            for number in range(times + WARM_UPS):
                rows = [parcel(number * ROWS + place) for place in range(ROWS)]
                ours.append(ROWS / _send(hub, rows))
                bare.append(ROWS / _insert(hub, folder, [json.dumps(row) for row in rows]))
        memory = hub.memory_mb("VmHWM")
    rates = statistics.median(ours[WARM_UPS:]), statistics.median(bare[WARM_UPS:])
    said = f"/healthz at most {max(answers) * 1e3:.0f} ms of {len(answers)}, memory at most {memory:.0f} MB"
    return rates, said


def _send(hub: HubProcess, rows: Sequence[dict[str, Any]]) -> float:
    body = json.dumps(rows, ensure_ascii=False).encode()
    asked = http.client.HTTPConnection("127.0.0.1", hub.port, timeout=60)
    start = time.perf_counter()
    asked.request("POST", "/api/v1/declaration-batches", body, HEADERS)
    answer = asked.getresponse()
    text = answer.read()
    took = time.perf_counter() - start
    asked.close()
    assert answer.status == 200, text[:300]
    assert json.loads(text)["stored"] == len(rows)
    return took


def _insert(hub: HubProcess, folder: Path, texts: Sequence[str]) -> float:
    """Insert the same texts into a table of nothing else, and wait for the disk."""
    if hub.store_url.startswith("sqlite"):
        return _insert_sqlite(folder / "bare.db", texts)
    url = make_url(hub.store_url)
    with psycopg.connect(dbname=url.database, user=url.username, host=str(url.query["host"])) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS bare (id serial PRIMARY KEY, content text)")
        connection.commit()
        start = time.perf_counter()
        with connection.cursor() as cursor, cursor.copy("COPY bare (content) FROM STDIN") as copy:
            for text in texts:
                copy.write_row((text,))
        connection.commit()
        return time.perf_counter() - start


def _insert_sqlite(path: Path, texts: Sequence[str]) -> float:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS bare (id INTEGER PRIMARY KEY, content TEXT)")
    start = time.perf_counter()
    with connection:
        connection.executemany("INSERT INTO bare (content) VALUES (?)", [(text,) for text in texts])
    took = time.perf_counter() - start
    connection.close()
    return took


@contextmanager
def _watched_health(hub: HubProcess) -> Iterator[list[float]]:
    """Ask again and again how it is, and keep how long each answer took."""
    answers: list[float] = []
    done = threading.Event()

    def ask() -> None:
        while not done.wait(POLL_S):
            start = time.perf_counter()
            asked = http.client.HTTPConnection("127.0.0.1", hub.port, timeout=30)
            asked.request("GET", "/healthz")
            answer = asked.getresponse()
            answer.read()
            asked.close()
            assert answer.status == 200
            answers.append(time.perf_counter() - start)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield answers
    finally:
        done.set()
        asking.join()


def let_in(hub: HubProcess) -> None:
    """Give a carrier a token."""
    engine, now = open_engine(hub.store_url), datetime.now(UTC)
    client: dict[str, Any] = {"client_id": "carrier", "title": "Carrier", "scopes": Permission.DECLARE.value}
    client |= {"requests_per_minute": 100_000}
    token = {"token_sha256": token_hash(TOKEN), "client_id": "carrier", "scopes": client["scopes"]}
    with writing(engine) as connection:
        connection.execute(api_clients.insert().values(**client, created_at=now, created_by="benchmark"))
        until = now + timedelta(hours=2)
        connection.execute(access_tokens.insert().values(**token, created_at=now, expires_at=until))
    engine.dispose()
