"""The ingest loop on an in-memory broker: manifests, acknowledgements, lost lines."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from hub.errors import StoreError
from hub.ingest.loop import IngestLoop
from hub.watchlist.publishing import publish
from sync import topics
from sync.codec import decode_acknowledgement, decode_manifest, encode_batch
from sync.fakes import InMemoryBroker
from sync.messages import MessageLane
from sync.ports import Transport
from tests.hub.builders import DEVICE, EVENTS, LIST, Hub, alert, enrolled, make_hub, message
from tests.hub.ingest.full_disk import FullDisk, bulky_alert

ACKS = topics.acknowledgements(DEVICE.site_id, DEVICE.device_id)


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return make_hub(tmp_path)


@contextmanager
def running(hub: Hub, broker: InMemoryBroker) -> Iterator[IngestLoop]:
    loop = IngestLoop(hub.services, careful(broker), chance=lambda: 0.0)
    thread = threading.Thread(target=loop.run)
    thread.start()
    try:
        yield loop
    finally:
        loop.stop()
        thread.join(10)
        assert not thread.is_alive()


def wait_for(is_met: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_met():
        assert time.monotonic() < deadline, "the condition did not come true within 30 s"
        threading.Event().wait(0.01)


def careful(broker: InMemoryBroker) -> Transport:
    return broker.transport("hub", is_acknowledged_by_owner=True)


def kept(broker: InMemoryBroker) -> int:
    """Count what the broker would deliver to the hub's next connection, and leave it there."""
    transport, count = careful(broker), 0
    transport.connect()
    while transport.receive(0) is not None:
        count += 1
    transport.close()
    return count


def connected(broker: InMemoryBroker) -> Transport:
    transport = broker.transport("device")
    transport.connect()
    return transport


def upto(broker: InMemoryBroker) -> int:
    payload = broker.retained(ACKS)
    return 0 if payload is None else decode_acknowledgement(payload).upto.get(MessageLane.ALERT, 0)


def version(broker: InMemoryBroker) -> int:
    payload = broker.retained(topics.manifest(LIST))
    return 0 if payload is None else decode_manifest(payload).version


def test_a_batch_is_acknowledged_on_a_retained_topic(hub: Hub) -> None:
    broker = InMemoryBroker()
    with running(hub, broker) as loop:
        wait_for(lambda: loop.counters.connections == 1)
        connected(broker).publish(EVENTS, encode_batch([message(alert())]))
        wait_for(lambda: upto(broker) == 1)
    assert (loop.counters.stored, loop.counters.refused) == (1, 0)


def test_a_manifest_is_published_at_start_and_after_a_publication(hub: Hub) -> None:
    enrolled(hub.services)
    publish(hub.services, LIST, actor="test")
    broker = InMemoryBroker()
    with running(hub, broker) as loop:
        wait_for(lambda: version(broker) == 1)
        publish(hub.services, LIST, actor="test")
        hub.clock.advance(timedelta(seconds=1))
        wait_for(lambda: version(broker) == 2)
    assert loop.counters.manifests == 2


def test_a_lost_line_is_taken_up_again_and_manifests_are_published_anew(hub: Hub) -> None:
    enrolled(hub.services)
    publish(hub.services, LIST, actor="test")
    broker = InMemoryBroker()
    with running(hub, broker) as loop:
        wait_for(lambda: loop.counters.manifests == 1)
        broker.cut()
        broker.heal()
        wait_for(lambda: loop.counters.manifests == 2)
        connected(broker).publish(EVENTS, encode_batch([message(alert())]))
        wait_for(lambda: upto(broker) == 1)


def test_what_was_sent_while_the_hub_was_away_is_taken_in_at_its_return(hub: Hub) -> None:
    broker = InMemoryBroker()
    with running(hub, broker) as loop:
        wait_for(lambda: loop.counters.connections == 1)
    connected(broker).publish(EVENTS, encode_batch([message(alert())]))
    with running(hub, broker):
        wait_for(lambda: upto(broker) == 1)


def test_garbage_is_counted_and_the_loop_goes_on(hub: Hub) -> None:
    broker = InMemoryBroker()
    with running(hub, broker) as loop:
        wait_for(lambda: loop.counters.connections == 1)
        device = connected(broker)
        device.publish(EVENTS, b"garbage")
        device.publish(topics.state(DEVICE.site_id, DEVICE.device_id), b"\xff")
        device.publish(EVENTS, encode_batch([message(alert())]))
        wait_for(lambda: upto(broker) == 1)
    assert loop.counters.refused == 2


def test_a_full_disk_acknowledges_nothing_until_there_is_room(hub: Hub) -> None:
    broker, disk = InMemoryBroker(), FullDisk(hub)
    with running(hub, broker) as loop:
        wait_for(lambda: loop.counters.connections == 1)
        disk.fill()
        connected(broker).publish(EVENTS, encode_batch([message(bulky_alert())]))
        wait_for(lambda: loop.counters.retries >= 1)
        assert upto(broker) == 0
        disk.make_room()
        wait_for(lambda: upto(broker) == 1)
    assert loop.counters.failed == 0


def test_a_missing_table_ends_the_worker_with_a_reason(hub: Hub) -> None:
    broker = InMemoryBroker()
    with running(hub, broker) as loop:
        wait_for(lambda: loop.counters.connections == 1)
    connected(broker).publish(EVENTS, encode_batch([message(alert())]))
    with hub.services.engine.connect() as connection:
        connection.exec_driver_sql("ALTER TABLE lane_progress RENAME TO away")
        connection.commit()
    with pytest.raises(StoreError, match="schema is not this program's or is damaged: no such table"):
        IngestLoop(hub.services, careful(broker), chance=lambda: 0.0).run()
    assert upto(broker) == 0
    assert kept(broker) == 1


def test_what_the_store_does_not_take_stays_at_the_broker_and_nobody_has_to_send_it_again(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.ingest.loop.RETRIES", 1)
    broker, disk = InMemoryBroker(), FullDisk(hub)
    with running(hub, broker) as loop:
        wait_for(lambda: loop.counters.connections == 1)
        disk.fill()
        connected(broker).publish(EVENTS, encode_batch([message(bulky_alert())]))
        wait_for(lambda: loop.counters.failed >= 1)
        wait_for(lambda: loop.counters.connections >= 2)
        assert upto(broker) == 0
        disk.make_room()
        wait_for(lambda: upto(broker) == 1)
    assert (loop.counters.stored, loop.counters.repeated) == (1, 0)
    assert kept(broker) == 0


def test_a_stop_while_the_store_is_full_leaves_the_payload_to_the_next_start(hub: Hub) -> None:
    broker, disk = InMemoryBroker(), FullDisk(hub)
    with running(hub, broker) as loop:
        wait_for(lambda: loop.counters.connections == 1)
        disk.fill()
        connected(broker).publish(EVENTS, encode_batch([message(bulky_alert())]))
        wait_for(lambda: loop.counters.retries >= 1)
    assert (loop.counters.failed, loop.counters.stored) == (1, 0)
    disk.make_room()
    with running(hub, broker) as loop:
        wait_for(lambda: upto(broker) == 1)
    assert (loop.counters.stored, loop.counters.repeated) == (1, 0)


def test_what_is_stored_or_set_aside_is_forgotten_by_the_broker(hub: Hub) -> None:
    broker = InMemoryBroker()
    with running(hub, broker) as loop:
        wait_for(lambda: loop.counters.connections == 1)
        device = connected(broker)
        device.publish(EVENTS, b"garbage")
        device.publish(EVENTS, encode_batch([message(alert())]))
        wait_for(lambda: upto(broker) == 1)
    assert (loop.counters.stored, loop.counters.refused) == (1, 1)
    assert kept(broker) == 0


def test_payloads_that_wait_together_share_a_commit_and_each_device_gets_one_acknowledgement(
    hub: Hub,
) -> None:
    broker = InMemoryBroker()
    with running(hub, broker) as loop:
        wait_for(lambda: loop.counters.connections == 1)
    device = connected(broker)
    for seq in range(1, 21):
        device.publish(EVENTS, encode_batch([message(alert(f"alert-{seq}"), seq)]))
    with running(hub, broker) as loop:
        wait_for(lambda: upto(broker) == 20)
    assert (loop.counters.groups, loop.counters.stored) == (1, 20)
