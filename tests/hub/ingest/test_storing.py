"""Getting payloads into a store that is away, full, damaged, or takes all but one."""

from pathlib import Path

import pytest

from hub.errors import StoreError
from hub.ingest.quarantine import QuarantineCode, find_refusals
from hub.ingest.reading import Arrival
from hub.ingest.storing import store
from hub.store.database import reading
from sync.codec import encode_batch
from tests.hub.builders import EVENTS, Hub, make_hub, message
from tests.hub.ingest.full_disk import FullDisk, bulky_alert


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return make_hub(tmp_path)


def batch(seq: int = 1, *, message_id: str = "") -> Arrival:
    return Arrival(EVENTS, encode_batch([message(bulky_alert(f"alert-{seq}"), seq, message_id=message_id)]))


def never(attempt: int, reason: str) -> bool:
    raise AssertionError(f"waited for {reason}")


def break_store(hub: Hub, statement: str) -> None:
    with hub.services.engine.connect() as connection:
        connection.exec_driver_sql(statement)
        connection.commit()


def test_a_full_disk_is_waited_out_and_nothing_is_acknowledged_meanwhile(hub: Hub) -> None:
    disk, waits = FullDisk(hub), list[tuple[int, str]]()
    disk.fill()

    def wait(attempt: int, reason: str) -> bool:
        waits.append((attempt, reason))
        if attempt == 2:
            disk.make_room()
        return True

    (receipt,) = store(hub.services, [batch()], wait)
    assert waits == [(attempt, "database or disk is full") for attempt in range(3)]
    assert (receipt.stored, receipt.reply is not None) == (1, True)


def test_a_payload_is_let_go_unacknowledged_when_waiting_takes_too_long(hub: Hub) -> None:
    FullDisk(hub).fill()
    receipts = store(hub.services, [batch(1), batch(2)], lambda attempt, _: attempt < 1)
    assert [(receipt.is_failed, receipt.reply) for receipt in receipts] == [(True, None)] * 2


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("DROP TABLE lane_progress", "no such table: lane_progress"),
        ("ALTER TABLE inbox DROP COLUMN kind", "no column named kind"),
    ],
)
def test_another_schema_stops_and_condemns_no_payload(hub: Hub, statement: str, reason: str) -> None:
    break_store(hub, statement)
    with pytest.raises(StoreError, match=reason):
        store(hub.services, [batch()], never)
    with reading(hub.services.engine) as connection:
        assert find_refusals(connection).items == ()


def test_the_one_payload_that_the_store_never_takes_is_set_aside_and_the_others_go_in(hub: Hub) -> None:
    break_store(
        hub,
        "CREATE TRIGGER poisoned BEFORE INSERT ON inbox WHEN new.message_id = 'poison'"
        " BEGIN SELECT RAISE(ABORT, 'poisoned'); END",
    )
    receipts = store(hub.services, [batch(1), batch(2, message_id="poison"), batch(2)], never)
    assert [receipt.stored for receipt in receipts] == [1, 0, 1]
    assert receipts[1].refused is QuarantineCode.STORE_REFUSED
    assert receipts[1].reply is None
    with reading(hub.services.engine) as connection:
        (row,) = find_refusals(connection).items
    assert (row.code, row.device_id, row.detail) == (QuarantineCode.STORE_REFUSED, "lane-1-edge", "poisoned")
