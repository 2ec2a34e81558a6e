"""Monthly partitions: room before it is needed, rows where they belong, old months gone at once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, text

from hub.fleet.tables import health_samples
from hub.store.bulk import insert_many
from hub.store.database import open_engine, writing
from hub.store.insertion import insert_or_update
from hub.store.partitions import Month, drop_months_before, make_room
from tests.hub.builders import DEVICE, NOW, make_hub
from tests.hub.store.postgresql import Cluster

SLOT_AT = health_samples.c.slot_at


@pytest.mark.parametrize(("month", "following"), [((2026, 3), (2026, 4)), ((2026, 12), (2027, 1))])
def test_a_month_ends_where_the_next_begins(month: tuple[int, int], following: tuple[int, int]) -> None:
    assert Month(*month).next == Month(*following)


@pytest.fixture
def connection(cluster: Cluster, tmp_path: object) -> Iterator[Connection]:
    with cluster.database() as url:
        engine = open_engine(url)
        made = make_hub(tmp_path, url=url)  # type: ignore[arg-type]
        made.services.engine.dispose()
        with writing(engine) as opened:
            yield opened
        engine.dispose()


def note(connection: Connection, *times: datetime) -> None:
    facts = {"device_id": DEVICE.device_id, "queue_depth": 1, "warnings": 0, "is_degraded": False}
    assert insert_many(connection, health_samples, [facts | {"slot_at": at} for at in times]) == len(times)


def months(connection: Connection) -> list[str]:
    query = text("SELECT DISTINCT CAST(CAST(tableoid AS regclass) AS text) FROM health_samples ORDER BY 1")
    return list(connection.scalars(query))


pytestmark = pytest.mark.slow


def test_rows_lie_in_their_months_and_unforeseen_ones_in_the_rest(connection: Connection) -> None:
    note(connection, NOW, NOW + timedelta(days=31), NOW + timedelta(days=400))
    assert months(connection) == ["health_samples_2026_03", "health_samples_2026_04", "health_samples_rest"]


def test_room_is_made_once_and_takes_what_waited(connection: Connection) -> None:
    later = NOW + timedelta(days=400)
    note(connection, later)
    assert make_room(connection, NOW) == ()
    assert {"health_samples_2027_04", "inbox_2027_04"} <= set(make_room(connection, later))
    assert months(connection) == ["health_samples_2027_04"]


def test_the_same_slot_is_one_row_in_every_month(connection: Connection) -> None:
    for depth in (1, 5):
        facts = {"device_id": DEVICE.device_id, "slot_at": NOW, "queue_depth": depth}
        row = facts | {"warnings": 0, "is_degraded": False}
        insert_or_update(connection, health_samples, row, ("device_id", "slot_at"))
    assert connection.execute(text("SELECT queue_depth FROM health_samples")).all() == [(5,)]


def test_whole_months_are_dropped_and_no_younger_ones(connection: Connection) -> None:
    note(connection, NOW, NOW + timedelta(days=31))
    assert drop_months_before(connection, SLOT_AT, datetime(2026, 3, 31, tzinfo=UTC)) == ()
    assert drop_months_before(connection, SLOT_AT, datetime(2026, 4, 1, tzinfo=UTC)) == (
        "health_samples_2026_03",
    )
    assert months(connection) == ["health_samples_2026_04"]
