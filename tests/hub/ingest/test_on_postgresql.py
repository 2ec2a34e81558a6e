"""Ingest on a real PostgreSQL: workers side by side, cut connections, a lock that ends with its session."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text

from hub.errors import StoreError
from hub.ingest.ingest import receive_batch
from hub.ingest.lock import AlreadyRunningError, DatabaseLock
from hub.ingest.quarantine import QuarantineCode
from hub.ingest.reading import Arrival
from hub.ingest.sharding import Shard
from hub.ingest.storing import store
from hub.ingest.tables import inbox
from hub.store.database import open_engine, reading
from sync.codec import encode_batch
from tests.hub.builders import EVENTS, Hub, alert, make_hub, message, numbered
from tests.hub.store.postgresql import Cluster

pytestmark = pytest.mark.real


@pytest.fixture
def hub(tmp_path: Path, cluster: Cluster) -> Iterator[Hub]:
    with cluster.database() as url:
        made = make_hub(tmp_path, url=url)
        yield made
        made.services.engine.dispose()


def batch(*seqs: int) -> Arrival:
    return Arrival(EVENTS, encode_batch([message(alert(f"alert-{seq}"), seq) for seq in seqs]))


def places(hub: Hub) -> list[int]:
    with reading(hub.services.engine) as connection:
        return list(connection.scalars(select(inbox.c.seq).order_by(inbox.c.inbox_id)))


def run_sql(engine: Engine, statement: str) -> None:
    with engine.connect() as connection:
        connection.execute(text(statement))
        connection.commit()


def never(attempt: int, reason: str) -> bool:
    raise AssertionError(f"waited for {reason}")


def cut_others(hub: Hub) -> None:
    """End every other session, as a failover does."""
    aside = open_engine(hub.services.settings.store.url)
    run_sql(
        aside,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    aside.dispose()


def test_two_workers_that_both_take_a_device_in_store_each_message_once_and_in_order(hub: Hub) -> None:
    sent = numbered([alert(f"alert-{number}") for number in range(1, 121)])
    batches = [encode_batch(sent[start : start + 6]) for start in range(0, 120, 6)]
    start = threading.Barrier(2)
    stored = [0, 0]

    def work(worker: int) -> None:
        start.wait(10)
        for payload in batches:
            stored[worker] += receive_batch(hub.services, EVENTS, payload).stored

    threads = [threading.Thread(target=work, args=(worker,)) for worker in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(stored) == 120
    assert places(hub) == list(range(1, 121))


def test_a_cut_connection_is_waited_out_and_the_payload_goes_in_once(hub: Hub) -> None:
    """The connection is cut inside the transaction, after the rows were written and before the commit."""
    run_sql(
        hub.services.engine,
        "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN new; END';"
        " CREATE TRIGGER cut BEFORE INSERT ON lane_progress FOR EACH ROW EXECUTE FUNCTION cut()",
    )
    reasons = list[str]()

    def mend(attempt: int, reason: str) -> bool:
        reasons.append(reason)
        if attempt == 1:
            run_sql(hub.services.engine, "DROP TRIGGER cut ON lane_progress")
        return True

    (receipt,) = store(hub.services, [batch(1, 2)], mend)
    assert len(reasons) == 2
    assert (receipt.stored, places(hub)) == (2, [1, 2])


def test_a_lost_race_is_tried_again(hub: Hub) -> None:
    run_sql(
        hub.services.engine,
        "CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN RAISE EXCEPTION ''lost'' USING ERRCODE = ''40001''; END';"
        " CREATE TRIGGER lose BEFORE INSERT ON lane_progress FOR EACH ROW EXECUTE FUNCTION lose()",
    )

    def mend(attempt: int, reason: str) -> bool:
        assert (attempt, reason) == (0, "lost")
        run_sql(hub.services.engine, "DROP TRIGGER lose ON lane_progress")
        return True

    (receipt,) = store(hub.services, [batch(1)], mend)
    assert receipt.stored == 1


def test_a_full_disk_at_the_server_acknowledges_nothing(hub: Hub) -> None:
    run_sql(
        hub.services.engine,
        "CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN RAISE EXCEPTION ''no space left on device'' USING ERRCODE = ''53100''; END';"
        " CREATE TRIGGER fill BEFORE INSERT ON inbox FOR EACH ROW EXECUTE FUNCTION fill()",
    )
    (receipt,) = store(hub.services, [batch(1)], lambda attempt, _: attempt < 1)
    assert (receipt.is_failed, receipt.reply, places(hub)) == (True, None, [])


@pytest.mark.parametrize(
    "statement", ["DROP TABLE lane_progress", "ALTER TABLE inbox DROP COLUMN kind"], ids=["table", "column"]
)
def test_another_schema_stops_with_a_reason(hub: Hub, statement: str) -> None:
    run_sql(hub.services.engine, statement)
    with pytest.raises(StoreError, match="does not exist"):
        store(hub.services, [batch(1)], never)


def test_a_payload_that_only_the_store_refuses_is_set_aside(hub: Hub) -> None:
    run_sql(
        hub.services.engine, "ALTER TABLE inbox ADD CONSTRAINT short CHECK (message_id <> 'epoch-1-alert-2')"
    )
    receipts = store(hub.services, [batch(1), batch(2)], never)
    assert (receipts[0].stored, receipts[1].refused) == (1, QuarantineCode.STORE_REFUSED)


def test_the_shards_lock_is_the_servers_and_free_as_soon_as_its_session_ends(hub: Hub) -> None:
    engine, shard = hub.services.engine, Shard(2, 3)
    held, waiting, of_another = (DatabaseLock(engine, each) for each in (shard, shard, Shard(1, 3)))
    try:
        assert held.take()
        assert not waiting.take()
        assert of_another.take()
        cut_others(hub)
        assert waiting_takes_over(waiting)
        with pytest.raises(AlreadyRunningError, match="shard 2/3"):
            held.keep()
    finally:
        for lock in (held, waiting, of_another):
            lock.release()


def test_a_lock_whose_session_was_cut_is_taken_anew(hub: Hub) -> None:
    lock, other = (DatabaseLock(hub.services.engine, Shard(1, 3)) for _ in range(2))
    try:
        assert lock.take()
        cut_others(hub)
        lock.keep()
        assert not other.take()
    finally:
        lock.release()
        other.release()


def waiting_takes_over(lock: DatabaseLock) -> bool:
    """Ask again: a standby's own session was cut too."""
    try:
        return lock.take()
    except StoreError:
        return lock.take()
