"""Many rows at once: the same rows stand afterwards on either engine."""

from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError

from hub.fleet.tables import devices, lanes, sites
from hub.people.tables import audit
from hub.store.bulk import ROWS_AT_ONCE, insert_many
from hub.store.database import reading, writing
from hub.store.tables import idempotency
from tests.hub.builders import DEVICE, NOW, Hub


@pytest.fixture
def engine(hub_on_each: Hub) -> Engine:
    return hub_on_each.services.engine


def answer(number: int, body: bytes = b"\x00\xff\\") -> dict[str, object]:
    return {
        "actor": "x",
        "key": f"k{number}\t\\N",
        "request_sha256": "",
        "status": number,
        "sealed_answer": body,
        "at": NOW + timedelta(microseconds=number),
    }


def test_rows_come_back_as_they_were(engine: Engine) -> None:
    with writing(engine) as connection:
        assert insert_many(connection, idempotency, [answer(1), answer(2)]) == 2
    with reading(engine) as connection:
        stored = connection.execute(select(idempotency).order_by(idempotency.c.key))
        assert [dict(row._mapping) for row in stored] == [answer(1), answer(2)]


def test_rows_whose_keys_stand_are_left_as_they_are(engine: Engine) -> None:
    with writing(engine) as connection:
        insert_many(connection, idempotency, [answer(1)])
        assert insert_many(connection, idempotency, [answer(1, b"other"), answer(2), answer(2)]) == 1
    with reading(engine) as connection:
        first = connection.scalar(select(idempotency.c.sealed_answer).where(idempotency.c.status == 1))
    assert first == answer(1)["sealed_answer"]


def test_more_rows_than_go_in_one_statement(engine: Engine) -> None:
    count = ROWS_AT_ONCE + 7
    with writing(engine) as connection:
        assert insert_many(connection, idempotency, (answer(number) for number in range(count))) == count


def test_nothing_at_all_is_nothing(engine: Engine) -> None:
    with writing(engine) as connection:
        assert insert_many(connection, idempotency, []) == 0


def test_columns_without_a_value_get_their_default(engine: Engine) -> None:
    row = {
        "device_id": "second",
        "site_id": DEVICE.site_id,
        "lane_id": DEVICE.lane_id,
        "token_sha256": "x",
        "registered_at": NOW,
        "registered_by": "test",
    }
    with writing(engine) as connection:
        assert insert_many(connection, devices, [row]) == 1
        stored = connection.execute(select(devices).where(devices.c.device_id == "second")).one()
    assert (stored.warnings, stored.queue_depth, stored.revoked_at) == ([], 0, None)


def test_what_json_holds_comes_back(engine: Engine) -> None:
    detail = {"word": "Gəncə", "number": 1, "none": None}
    row = {"seq": 99, "at": NOW, "actor": "a", "action": "b", "target": "c", "detail": detail, "hash": "d"}
    with writing(engine) as connection:
        insert_many(connection, audit, [row])
        assert connection.scalar(select(audit.c.detail).where(audit.c.seq == 99)) == detail


def test_a_place_that_does_not_exist_is_refused_whole(engine: Engine) -> None:
    with (
        pytest.raises((IntegrityError, psycopg.IntegrityError), match=r"(?i)foreign key"),
        writing(engine) as connection,
    ):
        insert_many(connection, lanes, [{"site_id": "nowhere", "lane_id": "1", "title": ""}])
    with reading(engine) as connection:
        assert connection.execute(select(lanes).where(lanes.c.site_id == "nowhere")).first() is None
        assert connection.execute(select(sites)).first() is not None
