"""A look-up in a snapshot of a million certificates, beside a bare one of SQLite in the same file.

Two shapes: a million batches of one certificate, which the figures are of, and a thousand batches of a
thousand whose certificates all have a status and a use by a shipment. How large the files are and how fast
they were written stands in the notes.
"""

import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path

from hub.origin.anchoring.leaves import RegistryPlace, batch_key
from hub.origin.certificate.certificate import StateCode
from hub.origin.chain.events import Anchored, DrawnDown, PlacedEvent, RegistryEvent, StatusChanged
from hub.origin.chain.facts import BlockRef, Question, Status
from hub.origin.snapshot.source import SnapshotSource
from hub.origin.snapshot.store import SnapshotStore
from hub.origin.snapshot.telling import Telling
from tests.benchmarks.measurement import Measurement, interleaved

NAME = "origin_snapshot"
CERTIFICATES = 1_000_000
LOOK_UPS = 100_000
PER_BLOCK = 100
REGISTRY = RegistryPlace(9441, b"\xc0" * 20)
GE = StateCode("GE")
BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
BARE = "SELECT places, anchored_at FROM batches WHERE batch = ?"


def run(certificates: int = CERTIFICATES, look_ups: int = LOOK_UPS) -> Measurement:
    """Give medians in microseconds."""
    large = certificates // 1_000
    with tempfile.TemporaryDirectory() as folder:
        single, batches = Path(folder) / "single.db", Path(folder) / "batches.db"
        said = [_write(single, _anchors(certificates)), _write(batches, _full_batches(large))]
        ours, bare = _look_up(single, certificates, look_ups, places=1)
        others, _ = _look_up(batches, large, look_ups, places=1_000)
        sizes = [path.stat().st_size / 1e6 for path in (single, batches)]
    notes = (
        f"{certificates} batches of one: {sizes[0]:.0f} MB, {said[0]:.0f} batches/s; {large} batches of 1,000"
        f" with a status and a use each: {sizes[1]:.0f} MB, {said[1]:.0f} events/s, look-up {others:.0f} us"
    )
    return Measurement(NAME, "us", look_ups, ours, bare, notes)


def _root(number: int) -> bytes:
    return sha256(number.to_bytes(8)).digest()


def _anchors(count: int) -> Iterator[RegistryEvent]:
    for number in range(count):
        yield Anchored(GE, _root(number), bytes([number % 7 + 1]) * 20, 1)


def _full_batches(count: int) -> Iterator[RegistryEvent]:
    for number in range(count):
        yield Anchored(GE, _root(number), b"\x01" * 20, 1024)
        batch = batch_key(GE, _root(number))
        for place in range(1_000):
            yield StatusChanged(batch, place, Status(1 + place % 2), 3, b"")
            yield DrawnDown(batch, place, 1, 500_000_000, 500_000_000, _root(place), b"\x02" * 20)


def _write(path: Path, events: Iterator[RegistryEvent]) -> float:
    """Write a snapshot as the indexer does; returns events a second."""
    store, base, number, begun, count = SnapshotStore(path, REGISTRY), None, 0, time.perf_counter(), 0
    while portion := list(islice(events, 100 * PER_BLOCK)):
        placed = tuple(
            PlacedEvent(number + place // PER_BLOCK, place % PER_BLOCK, event)
            for place, event in enumerate(portion)
        )
        last = placed[-1].block
        end = BlockRef(last, _root(last), BEGINS + timedelta(seconds=2 * last))
        times = {one.block: BEGINS + timedelta(seconds=2 * one.block) for one in placed}
        store.keep(Telling(base, end, placed, times))
        base, number, count = end, last + 1, count + len(placed)
    taken = time.perf_counter() - begun
    store.close()
    return count / taken


def _look_up(path: Path, batches: int, times: int, *, places: int) -> tuple[float, float]:
    """Give our median and a bare one, in microseconds; every third look-up is of no batch."""
    rng = random.Random(7)
    asked = [
        Question(REGISTRY, GE, _root(rng.randrange(batches * 3 // 2)), rng.randrange(places), (1,))
        for _ in range(times + 2)
    ]
    keys = [batch_key(GE, one.root) for one in asked]
    ours, bare = iter(asked), iter(keys)
    source, connection = SnapshotSource(path, REGISTRY), sqlite3.connect(path)
    medians = interleaved(
        lambda: source.ask(next(ours)), lambda: connection.execute(BARE, (next(bare),)).fetchone(), times
    )
    source.close()
    connection.close()
    return medians[0] * 1e6, medians[1] * 1e6
