"""The store: durable settings, one writer at a time, a database that fills up."""

import threading
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from hub.store.database import reading, writing
from hub.store.tables import store_info
from hub.watchlist.tables import watchlists
from tests.hub.builders import NOW, Hub, make_hub


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return make_hub(tmp_path)


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)]
)
def test_every_connection_is_durable(hub: Hub, pragma: str, value: object) -> None:
    with reading(hub.services.engine) as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_a_failed_transaction_leaves_nothing(hub: Hub) -> None:
    row = {"list_id": "x", "title": "x", "created_at": NOW}
    with pytest.raises(IntegrityError), writing(hub.services.engine) as connection:
        connection.execute(watchlists.insert(), [row, row])
    with reading(hub.services.engine) as connection:
        assert connection.execute(select(watchlists).where(watchlists.c.list_id == "x")).first() is None


def test_writers_wait_for_one_another_and_lose_no_update(hub: Hub) -> None:
    with writing(hub.services.engine) as connection:
        connection.execute(store_info.insert().values(name="counter", value="0"))

    def work() -> None:
        for _ in range(20):
            with writing(hub.services.engine) as connection:
                is_counter = store_info.c.name == "counter"
                value = connection.execute(select(store_info.c.value).where(is_counter)).scalar_one()
                connection.execute(store_info.update().where(is_counter).values(value=str(int(value) + 1)))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(hub.services.engine) as connection:
        stored = connection.execute(select(store_info.c.value).where(store_info.c.name == "counter"))
        assert stored.scalar_one() == "80"


def test_a_time_without_zone_is_refused(hub: Hub) -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - on purpose
    with pytest.raises(StatementError, match="no time zone"), writing(hub.services.engine) as connection:
        connection.execute(watchlists.insert().values(list_id="x", title="x", created_at=naive))


def test_a_full_disk_is_an_error_and_leaves_the_store_whole(hub: Hub) -> None:
    with writing(hub.services.engine) as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(OperationalError, match="full"):
            connection.execute(store_info.insert().values(name="big", value="x" * 10_000_000))
    with reading(hub.services.engine) as connection:
        assert connection.exec_driver_sql("PRAGMA quick_check").scalar() == "ok"
