"""From an alert's effect to the event at a listening terminal, beside one bare durable commit."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import numpy as np

from edge_agent.alerts.effects import RaiseAlert
from sync.store_file import open_store, transaction
from tests.benchmarks.measurement import Measurement, interleaved
from tests.edge_agent.appliance_kit import Running, Site, running, server_sent
from tests.edge_agent.passages import watchlist_of
from tests.edge_agent.shell_builders import raised

NAME = "alert_commit"
PROBE = np.random.default_rng(0).integers(0, 255, (240, 200, 3), np.uint8)
ROW = bytes(40_000)


class Alerting:
    """Seal, store with outbox rows, announce, serve over HTTP, receive."""

    def __init__(self, edge: Running, events: Iterator[tuple[str, str, str]]) -> None:
        self._edge = edge
        self._events = events
        self._lists = [watchlist_of({"subject-1": [5]})]
        self._numbers = count()

    def __call__(self) -> None:
        alert_id = f"alert-{next(self._numbers)}"
        effect = RaiseAlert(raised(alert_id), PROBE)
        self._edge.appliance.services.desk.perform(effect, self._lists)
        while not any(alert_id in data for name, _, data in [next(self._events)] if name == "alert"):
            pass


class Committing:
    """One row of about the same size, fully synchronised."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute("CREATE TABLE alert (id INTEGER PRIMARY KEY, body BLOB)")

    def __call__(self) -> None:
        with transaction(self._connection):
            self._connection.execute("INSERT INTO alert (body) VALUES (?)", (ROW,))


def run(n: int = 40) -> Measurement:
    """Raise alerts in a whole appliance with one terminal connected."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (
            closing(open_store(folder / "bare.db")) as bare,
            running(Site(folder).prepare()) as edge,
        ):
            edge.login()
            with edge.client.stream("GET", "/v1/events") as stream:
                ours, reference = interleaved(Alerting(edge, server_sent(stream)), Committing(bare), n)
    notes = "effect to event at the terminal; the reference is a bare commit of 40 kB"
    return Measurement(NAME, "ms", n, ours * 1e3, reference * 1e3, notes)
