"""The outbox keeps every message, in order, until the hub has it."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sync.errors import OutboxError
from sync.identifiers import uuid7
from sync.messages import Acknowledgement, BarrierMoved, EventBody, EvidenceCaptured, MessageLane
from sync.outbox import MAX_BODY_BYTES, Outbox, create_outbox_tables, read_uplink_state, write_uplink_status
from sync.sealing import RowSeal
from sync.store_file import open_store, transaction

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
DEVICE = "lane-1"


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    store = open_store(tmp_path / "edge.db")
    yield store
    store.close()


def moved(reason: str = "") -> BarrierMoved:
    return BarrierMoved(
        lane_id="L1", action="open", officer_id="o1", alert_id=None, reason=reason, moved_at=NOW
    )


def picture(size: int) -> EvidenceCaptured:
    return EvidenceCaptured(
        evidence_id="e1",
        alert_id="a1",
        media_type="image/jpeg",
        sha256="0" * 64,
        content=bytes(size),
        captured_at=NOW,
    )


def fill(outbox: Outbox, connection: sqlite3.Connection, lane: MessageLane, count: int) -> list[int]:
    return [put(outbox, connection, lane, moved(f"{lane} {number}")) for number in range(count)]


def put(outbox: Outbox, connection: sqlite3.Connection, lane: MessageLane, body: EventBody) -> int:
    token = connection.execute("SELECT hex(randomblob(10))").fetchone()[0]
    with transaction(connection):
        return outbox.append(body, lane, NOW, uuid7(NOW, bytes.fromhex(token)))


def acknowledge(outbox: Outbox, upto: dict[MessageLane, int], hub_epoch: str = "hub-1") -> int:
    """Send everything, then let the hub acknowledge."""
    outbox.mark_sent(outbox.pending(1 << 30))
    ack = Acknowledgement(device_id=DEVICE, epoch=outbox.epoch, hub_epoch=hub_epoch, upto=upto)
    return outbox.acknowledge(ack, NOW)


def waiting(outbox: Outbox) -> list[tuple[MessageLane, int]]:
    return [(message.lane, message.seq) for message in outbox.pending(1 << 30)]


def test_each_lane_counts_from_one_without_gaps(connection: sqlite3.Connection) -> None:
    outbox = Outbox(connection, DEVICE)
    assert fill(outbox, connection, MessageLane.EVENT, 3) == [1, 2, 3]
    assert fill(outbox, connection, MessageLane.ALERT, 2) == [1, 2]


def test_a_rolled_back_append_leaves_no_gap(connection: sqlite3.Connection) -> None:
    outbox = Outbox(connection, DEVICE)
    connection.execute("BEGIN IMMEDIATE")
    outbox.append(moved(), MessageLane.EVENT, NOW, "m1")
    connection.execute("ROLLBACK")
    assert put(outbox, connection, MessageLane.EVENT, moved()) == 1
    assert outbox.depth() == 1


def test_append_outside_a_transaction_is_refused(connection: sqlite3.Connection) -> None:
    with pytest.raises(OutboxError, match="transaction"):
        Outbox(connection, DEVICE).append(moved(), MessageLane.EVENT, NOW, "m1")


def test_what_was_appended_comes_back_whole(connection: sqlite3.Connection) -> None:
    outbox = Outbox(connection, DEVICE)
    with transaction(connection):
        outbox.append(moved("hold"), MessageLane.EVENT, NOW, "m1")
    (message,) = outbox.pending(1)
    assert (message.message_id, message.device_id, message.epoch) == ("m1", DEVICE, outbox.epoch)
    assert (message.occurred_at, message.body) == (NOW, moved("hold"))


@pytest.mark.parametrize(
    ("body", "occurred_at", "message_id", "reason"),
    [
        (picture(MAX_BODY_BYTES), NOW, "m2", "at most"),
        (moved(), NOW.replace(tzinfo=None), "m2", "offset"),
        (moved(), NOW, "m1", "already"),
        (
            BarrierMoved(
                lane_id="L1",
                action="open",
                officer_id="o",
                alert_id=None,
                reason="",
                moved_at=NOW.replace(tzinfo=None),
            ),
            NOW,
            "m2",
            "moved_at: time without an offset",
        ),
    ],
)
def test_a_message_the_hub_could_not_take_is_refused_before_anything_is_written(
    connection: sqlite3.Connection, body: EventBody, occurred_at: datetime, message_id: str, reason: str
) -> None:
    outbox = Outbox(connection, DEVICE)
    with transaction(connection):
        outbox.append(moved(), MessageLane.EVENT, NOW, "m1")
        with pytest.raises(OutboxError, match=reason):
            outbox.append(body, MessageLane.EVENT, occurred_at, message_id)
    assert waiting(outbox) == [(MessageLane.EVENT, 1)]


def test_urgent_lanes_go_first(connection: sqlite3.Connection) -> None:
    outbox = Outbox(connection, DEVICE)
    for lane in reversed(MessageLane):
        fill(outbox, connection, lane, 1)
    assert [lane for lane, _ in waiting(outbox)] == list(MessageLane)


def test_pending_stays_within_its_bytes_but_gives_at_least_one(connection: sqlite3.Connection) -> None:
    outbox = Outbox(connection, DEVICE)
    fill(outbox, connection, MessageLane.EVENT, 100)
    assert len(outbox.pending(1)) == 1
    assert 2 <= len(outbox.pending(5000)) <= 11


def test_pending_goes_on_after_what_is_under_way(connection: sqlite3.Connection) -> None:
    outbox = Outbox(connection, DEVICE)
    fill(outbox, connection, MessageLane.EVENT, 4)
    assert [message.seq for message in outbox.pending(1 << 20, {MessageLane.EVENT: 3})] == [4]


def test_acknowledged_messages_are_no_longer_pending(connection: sqlite3.Connection) -> None:
    outbox = Outbox(connection, DEVICE)
    fill(outbox, connection, MessageLane.EVENT, 5)
    assert acknowledge(outbox, {MessageLane.EVENT: 3}) == 3
    assert waiting(outbox) == [(MessageLane.EVENT, 4), (MessageLane.EVENT, 5)]
    assert outbox.depth_by_lane()[MessageLane.EVENT] == outbox.depth() == 2


def test_an_older_acknowledgement_changes_nothing(connection: sqlite3.Connection) -> None:
    outbox = Outbox(connection, DEVICE)
    fill(outbox, connection, MessageLane.EVENT, 5)
    acknowledge(outbox, {MessageLane.EVENT: 4})
    assert acknowledge(outbox, {MessageLane.EVENT: 3}) == 0
    assert acknowledge(outbox, {}) == 0
    assert outbox.depth() == 1


@pytest.mark.parametrize(("device", "epoch"), [("lane-2", None), (DEVICE, "another")])
def test_an_acknowledgement_meant_for_another_store_is_ignored(
    connection: sqlite3.Connection, device: str, epoch: str | None
) -> None:
    outbox = Outbox(connection, DEVICE)
    fill(outbox, connection, MessageLane.EVENT, 1)
    ack = Acknowledgement(
        device_id=device, epoch=epoch or outbox.epoch, hub_epoch="h", upto={MessageLane.EVENT: 1}
    )
    assert outbox.acknowledge(ack, NOW) == 0
    assert outbox.depth() == 1


def test_a_hub_restored_from_a_backup_gets_what_it_lost_again(connection: sqlite3.Connection) -> None:
    outbox = Outbox(connection, DEVICE)
    fill(outbox, connection, MessageLane.EVENT, 5)
    fill(outbox, connection, MessageLane.ALERT, 2)
    acknowledge(outbox, {MessageLane.EVENT: 5, MessageLane.ALERT: 2})
    acknowledge(outbox, {MessageLane.EVENT: 3}, hub_epoch="hub-restored")
    alerts = [(MessageLane.ALERT, 1), (MessageLane.ALERT, 2)]
    assert waiting(outbox) == [*alerts, (MessageLane.EVENT, 4), (MessageLane.EVENT, 5)]


def test_a_stale_word_of_the_hub_before_its_restoration_settles_nothing(
    connection: sqlite3.Connection,
) -> None:
    outbox = Outbox(connection, DEVICE)
    fill(outbox, connection, MessageLane.EVENT, 5)
    acknowledge(outbox, {MessageLane.EVENT: 5})
    acknowledge(outbox, {MessageLane.EVENT: 3}, hub_epoch="hub-restored")
    assert acknowledge(outbox, {MessageLane.EVENT: 5}, hub_epoch="hub-1") == 0
    assert outbox.depth() == 2
    acknowledge(outbox, {MessageLane.EVENT: 3}, hub_epoch="hub-restored")
    assert acknowledge(outbox, {MessageLane.EVENT: 5}, hub_epoch="hub-restored") == 2


def test_a_hub_that_went_back_without_saying_so_is_believed_on_request(
    connection: sqlite3.Connection,
) -> None:
    outbox = Outbox(connection, DEVICE)
    fill(outbox, connection, MessageLane.EVENT, 5)
    acknowledge(outbox, {MessageLane.EVENT: 5})
    lower = Acknowledgement(
        device_id=DEVICE, epoch=outbox.epoch, hub_epoch="hub-1", upto={MessageLane.EVENT: 2}
    )
    outbox.acknowledge(lower, NOW)
    assert outbox.depth() == 0
    outbox.acknowledge(lower, NOW, may_go_back=True)
    assert [seq for _, seq in waiting(outbox)] == [3, 4, 5]


def test_what_a_restored_hub_cannot_get_any_more_does_not_block_the_rest(
    connection: sqlite3.Connection,
) -> None:
    outbox = Outbox(connection, DEVICE)
    fill(outbox, connection, MessageLane.EVENT, 3)
    acknowledge(outbox, {MessageLane.EVENT: 3})
    assert outbox.prune({MessageLane.EVENT: NOW + timedelta(days=1)}) == 3
    fill(outbox, connection, MessageLane.EVENT, 2)
    before = outbox.epoch
    acknowledge(outbox, {}, hub_epoch="hub-restored")
    assert outbox.epoch != before
    assert waiting(outbox) == [(MessageLane.EVENT, 1), (MessageLane.EVENT, 2)]
    assert put(outbox, connection, MessageLane.EVENT, moved()) == 3


def test_a_store_older_than_the_hub_begins_a_new_epoch_and_keeps_what_is_pending(
    connection: sqlite3.Connection,
) -> None:
    outbox = Outbox(connection, DEVICE)
    fill(outbox, connection, MessageLane.EVENT, 3)
    acknowledge(outbox, {MessageLane.EVENT: 1})
    before = outbox.epoch
    assert acknowledge(outbox, {MessageLane.EVENT: 9}) == 0
    assert outbox.epoch != before
    assert waiting(outbox) == [(MessageLane.EVENT, 1), (MessageLane.EVENT, 2)]


def test_a_restored_store_does_not_take_the_hubs_word_for_its_new_messages(
    connection: sqlite3.Connection,
) -> None:
    outbox = Outbox(connection, DEVICE)
    fill(outbox, connection, MessageLane.EVENT, 5)
    word_of_the_lost_copy = Acknowledgement(
        device_id=DEVICE, epoch=outbox.epoch, hub_epoch="hub-1", upto={MessageLane.EVENT: 4}
    )
    assert outbox.acknowledge(word_of_the_lost_copy, NOW) == 0
    assert outbox.epoch != word_of_the_lost_copy.epoch
    assert outbox.depth() == 5


def test_pruning_takes_only_what_was_acknowledged_long_ago(connection: sqlite3.Connection) -> None:
    outbox = Outbox(connection, DEVICE)
    fill(outbox, connection, MessageLane.EVENT, 3)
    acknowledge(outbox, {MessageLane.EVENT: 2})
    assert outbox.prune({MessageLane.EVENT: NOW, MessageLane.MEDIA: NOW + timedelta(days=9)}) == 0
    assert outbox.prune({MessageLane.EVENT: NOW + timedelta(seconds=1)}) == 2
    assert waiting(outbox) == [(MessageLane.EVENT, 3)]


def test_pruning_spares_what_a_restored_hub_still_has_to_get(connection: sqlite3.Connection) -> None:
    outbox = Outbox(connection, DEVICE)
    fill(outbox, connection, MessageLane.EVENT, 3)
    acknowledge(outbox, {MessageLane.EVENT: 3})
    acknowledge(outbox, {MessageLane.EVENT: 1}, hub_epoch="hub-restored")
    assert outbox.prune({MessageLane.EVENT: NOW + timedelta(days=1)}) == 1
    assert [seq for _, seq in waiting(outbox)] == [2, 3]


def test_the_epoch_is_drawn_once_per_store(connection: sqlite3.Connection, tmp_path: Path) -> None:
    create_outbox_tables(connection, randomness=lambda size: b"\1" * size)
    create_outbox_tables(connection, randomness=lambda size: b"\2" * size)
    assert Outbox(connection, DEVICE).epoch == "01" * 16
    other = open_store(tmp_path / "other.db")
    assert Outbox(other, DEVICE).epoch != "01" * 16
    other.close()


def test_another_devices_store_is_refused(connection: sqlite3.Connection) -> None:
    Outbox(connection, DEVICE)
    with pytest.raises(OutboxError, match="belongs to device 'lane-1'"):
        Outbox(connection, "lane-2")


def test_births_rise(connection: sqlite3.Connection) -> None:
    outbox = Outbox(connection, DEVICE)
    assert [outbox.next_birth(), outbox.next_birth()] == [1, 2]


def test_a_sealed_outbox_leaves_nothing_readable_on_the_disk(tmp_path: Path) -> None:
    store = open_store(tmp_path / "edge.db")
    outbox = Outbox(store, DEVICE, seal=RowSeal(bytes(32)))
    put(outbox, store, MessageLane.EVENT, moved("a reason nobody else may read"))
    assert outbox.pending(1)[0].body == moved("a reason nobody else may read")
    with pytest.raises(OutboxError, match="no store key"):
        Outbox(store, DEVICE).pending(1)
    written = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    store.close()
    assert b"nobody else" not in written


@pytest.mark.parametrize(
    ("reported", "age_s", "expected"),
    [(True, 5, True), (True, 60, False), (False, 5, False)],
)
def test_the_uplink_stands_only_while_the_relay_keeps_saying_so(
    connection: sqlite3.Connection, reported: bool, age_s: float, expected: bool
) -> None:
    create_outbox_tables(connection)
    write_uplink_status(connection, NOW, is_connected=reported)
    assert read_uplink_state(connection, NOW + timedelta(seconds=age_s)).is_connected is expected


def test_uplink_state_tells_depth_and_last_acknowledgement(connection: sqlite3.Connection) -> None:
    outbox = Outbox(connection, DEVICE)
    assert read_uplink_state(connection, NOW).last_acknowledged_at is None
    fill(outbox, connection, MessageLane.EVENT, 3)
    acknowledge(outbox, {MessageLane.EVENT: 1})
    state = read_uplink_state(connection, NOW)
    assert (state.queue_depth, state.last_acknowledged_at) == (2, NOW)
