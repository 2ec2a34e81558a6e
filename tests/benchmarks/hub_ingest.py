"""One ingest worker's rate into the store, beside a plain loop that inserts the same messages and no more.

Both commit durably. The figures are SQLite's; PostgreSQL's, where it is installed, stand in the notes.
"""

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from sqlalchemy import Column, Integer, MetaData, String, Table, Text

from hub.bootstrap import Services
from hub.fleet.devices import DeviceIdentity, register_device
from hub.ingest.ingest import receive_group
from hub.ingest.reading import Arrival
from hub.store.database import writing
from sync import topics
from sync.codec import decode_batch, encode_batch
from sync.messages import Message, MessageLane
from tests.benchmarks.measurement import Measurement, interleaved
from tests.hub.builders import make_hub
from tests.hub.store.postgresql import is_installed, running_cluster
from tests.scale.story import story

NAME = "hub_ingest"
SITE = "north"
DEVICES = 16
PER_PAYLOAD = 25
ROWS = DEVICES * PER_PAYLOAD
WARM_UPS = 2
AT = datetime(2026, 5, 4, tzinfo=UTC)
PICTURE = b"\xff\xd8\xff\xe0\x00\x10JFIF"
_plain = Table(
    "plain_messages",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("message_id", String(64)),
    Column("body", Text),
)
Group = Sequence[Arrival]


@dataclass
class Ours:
    """A worker's step: one commit for what waits of sixteen devices, with order, projections and marks."""

    services: Services
    groups: Sequence[Group]
    turn: int = 0

    def __call__(self) -> None:
        receipts = receive_group(self.services, self.groups[self.turn])
        self.turn += 1
        if sum(receipt.stored for receipt in receipts) != ROWS:
            raise AssertionError(f"not everything was stored: {receipts}")


@dataclass
class Plain:
    """Decode, insert row by row, commit each payload."""

    services: Services
    groups: Sequence[Group]
    turn: int = 0

    def __call__(self) -> None:
        for arrival in self.groups[self.turn]:
            with writing(self.services.engine) as connection:
                for message in decode_batch(arrival.payload):
                    body = msgspec.json.encode(message.body).decode()
                    connection.execute(_plain.insert().values(message_id=message.message_id, body=body))
        self.turn += 1


def run(n: int = 15) -> Measurement:
    """Take the same sixteen payloads of 25 messages in by turns."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        ours, plain = _rates(make_hub(Path(folder)).services, n)
        notes = (
            f"SQLite: {ours:.0f} rows/s in groups of {DEVICES} payloads of {PER_PAYLOAD}, plain {plain:.0f}"
        )
        if is_installed():
            cluster = stack.enter_context(running_cluster(is_durable=True))
            aside = Path(folder) / "postgresql"
            aside.mkdir()
            services = make_hub(aside, url=stack.enter_context(cluster.database())).services
            on_server, plainly = _rates(services, n)
            services.engine.dispose()
            notes += f"; PostgreSQL: {on_server:.0f} rows/s, plain {plainly:.0f}"
    return Measurement(NAME, "rows per second", n, ours, plain, notes)


def _rates(services: Services, n: int) -> tuple[float, float]:
    """Rows per second of ours and of the plain loop."""
    _plain.create(services.engine)
    with writing(services.engine) as connection:
        for device_id in _device_ids():
            device, token = DeviceIdentity(device_id, SITE, f"{device_id}-lane"), device_id.rjust(64, "0")
            register_device(connection, device, token=token, actor="benchmark", now=AT)
    groups = _groups(n + WARM_UPS)
    ours, plain = interleaved(Ours(services, groups), Plain(services, groups), n)
    return ROWS / ours, ROWS / plain


def _groups(turns: int) -> list[Group]:
    told = {device_id: _messages(device_id, turns * PER_PAYLOAD) for device_id in _device_ids()}
    spans = [(turn * PER_PAYLOAD, (turn + 1) * PER_PAYLOAD) for turn in range(turns)]
    return [
        [Arrival(topics.events(SITE, name), encode_batch(told[name][start:end])) for name in told]
        for start, end in spans
    ]


def _messages(device_id: str, count: int) -> list[Message]:
    last: dict[MessageLane, int] = {}
    messages = []
    # Pictures are files: what they cost is the disk's, not the database's.
    told = (each for each in story(device_id, 2 * count, PICTURE) if each[1] is not MessageLane.MEDIA)
    for (body, lane, at), number in zip(told, range(count), strict=False):
        last[lane] = last.get(lane, 0) + 1
        messages.append(
            Message(
                message_id=f"{device_id}-{number}",
                device_id=device_id,
                epoch="benchmark",
                lane=lane,
                seq=last[lane],
                occurred_at=at,
                body=body,
            )
        )
    return messages


def _device_ids() -> list[str]:
    return [f"edge-{number:02}" for number in range(DEVICES)]
