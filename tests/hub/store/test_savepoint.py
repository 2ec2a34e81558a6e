"""A part of a transaction that is undone by itself, on both engines."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from hub.store.database import reading, savepoint, writing
from hub.store.tables import store_info
from tests.hub.builders import Hub, make_hub
from tests.hub.ingest.full_disk import FullDisk


def names(hub: Hub) -> set[str]:
    with reading(hub.services.engine) as connection:
        return set(connection.scalars(select(store_info.c.name)))


def test_what_raises_is_undone_and_the_rest_stays(hub_on_each: Hub) -> None:
    with writing(hub_on_each.services.engine) as connection:
        connection.execute(store_info.insert().values(name="before", value=""))
        with pytest.raises(IntegrityError), savepoint(connection):
            connection.execute(
                store_info.insert(), [{"name": name, "value": ""} for name in ("undone", "before")]
            )
        with savepoint(connection):
            connection.execute(store_info.insert().values(name="after", value=""))
    assert names(hub_on_each) & {"before", "undone", "after"} == {"before", "after"}


def test_a_full_disk_is_named_though_it_takes_the_savepoint_away(tmp_path: Path) -> None:
    hub = make_hub(tmp_path)
    FullDisk(hub).fill()
    with (
        pytest.raises(OperationalError, match="disk is full"),
        writing(hub.services.engine) as connection,
        savepoint(connection),
    ):
        connection.execute(store_info.insert().values(name="bulky", value="x" * 100_000))
    assert "bulky" not in names(hub)
    hub.services.engine.dispose()
