"""Compares what the hub has with what the devices told, and its projections with an oracle's."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, select

from hub.bootstrap import Services
from hub.cases.tables import alert_updates, alerts, decisions, evidence
from hub.errors import HubError
from hub.fleet.devices import DeviceIdentity, register_device
from hub.fleet.tables import barrier_moves, devices
from hub.ingest.ingest import receive_batch
from hub.ingest.tables import inbox, quarantine
from hub.store.database import reading, writing
from hub.store.pictures import probe_picture
from sync import topics
from sync.codec import encode_batch
from sync.messages import Message, MessageLane
from sync.outbox import Outbox
from sync.store_file import open_store
from tests.hub.builders import make_hub
from tests.scale.devices import DeviceSpec, message_id_of
from tests.scale.story import story

PROJECTIONS: tuple[tuple[Table, frozenset[str]], ...] = (
    (alerts, frozenset({"received_at"})),
    (alert_updates, frozenset()),
    (decisions, frozenset()),
    (barrier_moves, frozenset()),
    (evidence, frozenset()),
)
"""Tables, and the columns that say when the hub heard of it."""
HEALTH = ("device_id", "version", "pack", "provider", "queue_depth", "health_at")
ORACLE_BATCH = 100


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the hub made of everything the devices told."""

    expected: int
    stored: int
    lost: int
    double: int
    foreign: int
    lanes: int
    lanes_out_of_order: int
    differing_rows: int
    """Of the projections, compared with one hub that took everything in by itself, in order."""
    pictures_unreadable: int
    quarantined: int

    @property
    def is_kept(self) -> bool:
        """True when every promise on the data holds."""
        faults = (self.lost, self.double, self.foreign, self.lanes_out_of_order, self.differing_rows)
        return not any(faults) and self.pictures_unreadable == self.quarantined == 0


def judge(services: Services, specs: Sequence[DeviceSpec], folder: Path) -> Verdict:
    """Look at every row; `folder` takes the oracle's own store."""
    told = {spec.device_id: list(messages_of(spec)) for spec in specs}
    expected = {message.message_id for messages in told.values() for message in messages}
    with reading(services.engine) as connection:
        rows = connection.execute(
            select(inbox.c.device_id, inbox.c.lane, inbox.c.seq, inbox.c.message_id).order_by(
                inbox.c.inbox_id
            )
        ).all()
        refused = len(connection.execute(select(quarantine.c.quarantine_id)).all())
        projected = _projections(connection)
        unreadable = _unreadable(services, connection)
    times = Counter(row.message_id for row in rows)
    lanes: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in rows:
        lanes[row.device_id, row.lane].append(row.seq)
    return Verdict(
        expected=len(expected),
        stored=len(rows),
        lost=len(expected - times.keys()),
        double=sum(count - 1 for count in times.values()),
        foreign=len(times.keys() - expected),
        lanes=len(lanes),
        lanes_out_of_order=sum(seqs != list(range(1, len(seqs) + 1)) for seqs in lanes.values()),
        differing_rows=_differences(projected, _oracle(specs, told, folder)),
        pictures_unreadable=unreadable,
        quarantined=refused,
    )


def messages_of(spec: DeviceSpec) -> Iterator[Message]:
    """Say again what a device told, numbered as its outbox does."""
    with closing(open_store(spec.database)) as connection:
        epoch = Outbox(connection, spec.device_id).epoch
    last = Counter[MessageLane]()
    for body, lane, at in story(spec.device_id, spec.events, spec.picture):
        last[lane] += 1
        yield Message(
            message_id=message_id_of(spec.device_id, body, at),
            device_id=spec.device_id,
            epoch=epoch,
            lane=lane,
            seq=last[lane],
            occurred_at=at,
            body=body,
        )


def _oracle(
    specs: Sequence[DeviceSpec], told: dict[str, list[Message]], folder: Path
) -> set[tuple[str, tuple[Any, ...]]]:
    """Let one hub on SQLite take everything in, device after device."""
    folder.mkdir()
    services = make_hub(folder).services
    for spec in specs:
        with writing(services.engine) as connection:
            device = DeviceIdentity(spec.device_id, spec.site_id, f"{spec.device_id}-lane")
            token = spec.device_id.encode().hex().zfill(64)
            register_device(connection, device, token=token, actor="oracle", now=services.clock())
        messages = told[spec.device_id]
        for start in range(0, len(messages), ORACLE_BATCH):
            payload = encode_batch(messages[start : start + ORACLE_BATCH])
            receive_batch(services, topics.events(spec.site_id, spec.device_id), payload)
    with reading(services.engine) as connection:
        rows = _projections(connection)
    services.engine.dispose()
    return rows


def _projections(connection: Connection) -> set[tuple[str, tuple[Any, ...]]]:
    found: set[tuple[str, tuple[Any, ...]]] = set()
    for table, hidden in PROJECTIONS:
        columns = [column for column in table.c if column.name not in hidden]
        found |= {(table.name, tuple(row)) for row in connection.execute(select(*columns))}
    health = select(*(devices.c[name] for name in HEALTH)).where(devices.c.health_at.is_not(None))
    return found | {("health", tuple(row)) for row in connection.execute(health)}


def _differences(found: set[tuple[str, tuple[Any, ...]]], oracle: set[tuple[str, tuple[Any, ...]]]) -> int:
    return len(found ^ oracle)


def _unreadable(services: Services, connection: Connection) -> int:
    bad = 0
    for evidence_id in connection.scalars(select(evidence.c.evidence_id)).all():
        try:
            probe_picture(services, connection, evidence_id)
        except HubError:
            bad += 1
    return bad
