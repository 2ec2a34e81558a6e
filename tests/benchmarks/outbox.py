"""Append and drain our outbox beside a bare SQLite table with the same rows and the same commits."""

import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sync.codec import encode_batch, encode_body
from sync.identifiers import uuid7
from sync.messages import Acknowledgement, BarrierMoved, MessageLane
from sync.outbox import Outbox
from sync.store_file import open_store, transaction
from tests.benchmarks.measurement import Measurement, interleaved

NAME = "outbox"
MESSAGES = 1000
PER_COMMIT = 100
AT = datetime(2026, 5, 4, tzinfo=UTC)
BODY = BarrierMoved(
    lane_id="L1", action="open", officer_id="o1", alert_id=None, reason="r" * 700, moved_at=AT
)


class Ours:
    """The outbox: sequences, validation, batches, cumulative acknowledgement."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._outbox = Outbox(connection, "lane-1")
        self._count = 0

    def __call__(self) -> None:
        for _ in range(MESSAGES // PER_COMMIT):
            with transaction(self._connection):
                for _ in range(PER_COMMIT):
                    self._count += 1
                    message_id = uuid7(AT, self._count.to_bytes(10, "big"))
                    self._outbox.append(BODY, MessageLane.EVENT, AT, message_id)
        while messages := self._outbox.pending(64 << 10):
            self._outbox.mark_sent(messages)
            encode_batch(messages)
            upto = {MessageLane.EVENT: messages[-1].seq}
            ack = Acknowledgement(device_id="lane-1", epoch=messages[0].epoch, hub_epoch="h", upto=upto)
            self._outbox.acknowledge(ack, AT)
        self._outbox.prune({MessageLane.EVENT: datetime.max.replace(tzinfo=UTC)})


class Bare:
    """A table and nothing else: insert, read a batch, delete it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute("CREATE TABLE queue (id INTEGER PRIMARY KEY, body BLOB)")
        self._body = encode_body(BODY)

    def __call__(self) -> None:
        for _ in range(MESSAGES // PER_COMMIT):
            with transaction(self._connection):
                for _ in range(PER_COMMIT):
                    self._connection.execute("INSERT INTO queue (body) VALUES (?)", (self._body,))
        while rows := self._connection.execute("SELECT id, body FROM queue ORDER BY id LIMIT 56").fetchall():
            with transaction(self._connection):
                self._connection.execute("DELETE FROM queue WHERE id <= ?", (rows[-1][0],))


def run(n: int = 15) -> Measurement:
    """Move a thousand messages of about 850 bytes through each, on files with full synchronisation."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(open_store(Path(folder) / "ours.db")) as ours,
        closing(open_store(Path(folder) / "bare.db")) as bare,
    ):
        seconds = interleaved(Ours(ours), Bare(bare), n)
    rate = MESSAGES / seconds[0]
    notes = f"{MESSAGES} messages appended and drained, {PER_COMMIT} per commit: {rate:.0f} messages/s"
    return Measurement(NAME, "ms", n, seconds[0] * 1e3, seconds[1] * 1e3, notes)
