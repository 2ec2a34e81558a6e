"""Several workers on one broker: each device once, whoever is registered, also while their number changes."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from hub.fleet.devices import DeviceIdentity, register_device
from hub.ingest.loop import IngestLoop
from hub.ingest.quarantine import find_refusals
from hub.ingest.sharding import Claim, Shard
from hub.ingest.tables import inbox
from hub.store.database import reading, writing
from hub.watchlist.publishing import publish
from sync import topics
from sync.codec import decode_acknowledgement, encode_batch, encode_device_state
from sync.fakes import InMemoryBroker
from sync.messages import DeviceState, Message, MessageLane
from sync.ports import Reception, Transport
from tests.hub.builders import LIST, NOW, Hub, alert, enrolled, make_hub
from tests.hub.ingest.test_loop import wait_for

SITE = "alat"
DEVICES = [f"edge-{number}" for number in range(1, 9)]


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    made = make_hub(tmp_path)
    for device_id in DEVICES:
        let_in(made, device_id)
    return made


def let_in(hub: Hub, device_id: str) -> None:
    with writing(hub.services.engine) as connection:
        device = DeviceIdentity(device_id, SITE, "lane-1")
        token = device_id.encode().hex().zfill(64)
        register_device(connection, device, token=token, actor="test", now=hub.clock())


@contextmanager
def working(hub: Hub, broker: InMemoryBroker, *shards: Shard) -> Iterator[list[IngestLoop]]:
    """Run a worker per shard; each has a broker session of its own."""
    loops = [
        IngestLoop(hub.services, session(broker, shard), claim=Claim(shard), chance=lambda: 0.0)
        for shard in shards
    ]
    threads = [threading.Thread(target=loop.run) for loop in loops]
    with ExitStack() as stack:
        for loop, thread in zip(loops, threads, strict=True):
            thread.start()
            stack.callback(thread.join, 10)
            stack.callback(loop.stop)
        for loop in loops:
            wait_for(lambda loop=loop: loop.counters.connections == 1)  # type: ignore[misc]
        yield loops
    assert not any(thread.is_alive() for thread in threads)


def session(broker: InMemoryBroker, shard: Shard) -> Transport:
    return broker.transport(f"hub-{shard}", is_acknowledged_by_owner=True)


def send(broker: InMemoryBroker, device_id: str, *seqs: int) -> Reception:
    transport = broker.transport(device_id)
    transport.connect()
    messages = [
        Message(
            message_id=f"{device_id}-{seq}",
            device_id=device_id,
            epoch="epoch-1",
            lane=MessageLane.ALERT,
            seq=seq,
            occurred_at=NOW,
            body=alert(f"{device_id}-{seq}"),
        )
        for seq in seqs
    ]
    return transport.publish(topics.events(SITE, device_id), encode_batch(messages))


def upto(broker: InMemoryBroker, device_id: str) -> int:
    payload = broker.retained(topics.acknowledgements(SITE, device_id))
    return 0 if payload is None else decode_acknowledgement(payload).upto.get(MessageLane.ALERT, 0)


def places(hub: Hub) -> dict[str, list[int]]:
    """Sequence numbers by device, in the order in which the inbox took them in."""
    found: dict[str, list[int]] = {}
    with reading(hub.services.engine) as connection:
        for row in connection.execute(select(inbox.c.device_id, inbox.c.seq).order_by(inbox.c.inbox_id)):
            found.setdefault(row.device_id, []).append(row.seq)
    return found


def test_each_device_is_taken_in_by_its_own_worker_alone(hub: Hub) -> None:
    broker, shards = InMemoryBroker(), [Shard(1, 2), Shard(2, 2)]
    with working(hub, broker, *shards) as loops:
        for device_id in DEVICES:
            send(broker, device_id, 1, 2, 3)
        wait_for(lambda: all(upto(broker, device_id) == 3 for device_id in DEVICES))
    own = [3 * sum(shard.owns(device_id) for device_id in DEVICES) for shard in shards]
    assert [(loop.counters.stored, loop.counters.repeated) for loop in loops] == [(one, 0) for one in own]
    assert min(own) > 0
    assert places(hub) == {device_id: [1, 2, 3] for device_id in DEVICES}


def test_a_device_registered_meanwhile_is_listened_to_within_a_second(hub: Hub) -> None:
    broker = InMemoryBroker()
    with working(hub, broker, Shard(1, 2), Shard(2, 2)):
        assert send(broker, "edge-new", 1) is Reception.NO_SUBSCRIBER
        let_in(hub, "edge-new")
        hub.clock.advance(timedelta(seconds=1))
        wait_for(lambda: send(broker, "edge-new", 1) is Reception.ACCEPTED)
        wait_for(lambda: upto(broker, "edge-new") == 1)


def test_a_strangers_birth_is_set_aside_by_the_first_worker_alone(hub: Hub) -> None:
    broker = InMemoryBroker()
    with working(hub, broker, Shard(1, 2), Shard(2, 2)) as loops:
        stranger = broker.transport("stranger")
        stranger.connect()
        for device_id in ("stranger-1", "stranger-2", *DEVICES):
            state = DeviceState(
                device_id=device_id, epoch="e", birth=1, is_online=True, at=None, version="0.1.0"
            )
            stranger.publish(topics.state(SITE, device_id), encode_device_state(state), is_retained=True)
        wait_for(lambda: loops[0].counters.refused == 2)
        wait_for(lambda: sum(loop.counters.stored for loop in loops) == len(DEVICES))
    with reading(hub.services.engine) as connection:
        refused = {row.device_id for row in find_refusals(connection).items}
    assert refused == {"stranger-1", "stranger-2"}
    assert loops[1].counters.refused == 0


def test_only_the_first_worker_publishes_manifests(hub: Hub) -> None:
    enrolled(hub.services)
    publish(hub.services, LIST, actor="test")
    broker = InMemoryBroker()
    with working(hub, broker, Shard(1, 2), Shard(2, 2)) as loops:
        wait_for(lambda: broker.retained(topics.manifest(LIST)) is not None)
    assert [loop.counters.manifests for loop in loops] == [1, 0]


def test_old_and_new_workers_side_by_side_lose_nothing_double_nothing_and_keep_the_order(hub: Hub) -> None:
    """The number of workers changes while the old ones still run: every device has two for a while."""
    broker = InMemoryBroker()
    everybody = [Shard(1, 2), Shard(2, 2), *(Shard(number, 3) for number in (1, 2, 3))]
    with working(hub, broker, *everybody) as loops:
        for seq in range(1, 6):
            for device_id in DEVICES:
                send(broker, device_id, seq)
        wait_for(lambda: all(upto(broker, device_id) == 5 for device_id in DEVICES))
        wait_for(lambda: sum(loop.counters.stored + loop.counters.repeated for loop in loops) >= 2 * 40)
    assert sum(loop.counters.stored for loop in loops) == 40
    assert places(hub) == {device_id: list(range(1, 6)) for device_id in DEVICES}


def test_a_device_that_changes_hands_goes_on_where_it_was(hub: Hub) -> None:
    broker = InMemoryBroker()
    for workers, last in ((2, 5), (3, 10), (1, 15)):
        with working(hub, broker, *(Shard(number, workers) for number in range(1, workers + 1))):
            for device_id in DEVICES:
                send(broker, device_id, *range(last - 4, last + 1))
            wait_for(lambda last=last: all(upto(broker, each) == last for each in DEVICES))  # type: ignore[misc]
    assert places(hub) == {device_id: list(range(1, 16)) for device_id in DEVICES}


def test_another_workers_devices_in_an_old_session_do_not_stay_at_the_broker(hub: Hub) -> None:
    broker, shard = InMemoryBroker(), Shard(1, 2)
    old = session(broker, shard)
    old.connect()
    old.subscribe([topics.ALL_EVENTS])
    old.close()
    send(broker, next(device_id for device_id in DEVICES if not shard.owns(device_id)), 1)
    enrolled(hub.services)
    publish(hub.services, LIST, actor="test")
    with working(hub, broker, shard) as (loop,):
        # Manifests go out at the start of a step, and a stop waits for its end.
        wait_for(lambda: loop.counters.manifests == 1)
    assert loop.counters.stored == 0
    old.connect()
    assert old.receive(0) is None
