"""A text with U+0000 is refused alike on both engines, before it reaches them; errors quote no values."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from hub.errors import InvalidInputError
from hub.store.database import reading, writing
from hub.store.tables import store_info
from hub.watchlist.tables import watchlists
from tests.hub.builders import NOW, Hub

WHOLE = {"list_id": "x", "title": "whole", "created_at": NOW}
SPOILT = WHOLE | {"list_id": "y", "title": "spo\0ilt"}


@pytest.mark.parametrize("rows", [[SPOILT], [WHOLE, SPOILT]], ids=["one", "many"])
def test_a_text_with_a_zero_byte_is_not_written(hub_on_each: Hub, rows: list[dict[str, object]]) -> None:
    with (
        pytest.raises(InvalidInputError, match=r"U\+0000"),
        writing(hub_on_each.services.engine) as connection,
    ):
        connection.execute(watchlists.insert(), rows)
    with reading(hub_on_each.services.engine) as connection:
        added = select(func.count()).where(watchlists.c.list_id.in_(["x", "y"]))
        assert connection.scalar(added) == 0


def test_a_text_with_a_zero_byte_is_not_looked_for(hub_on_each: Hub) -> None:
    with reading(hub_on_each.services.engine) as connection:
        with pytest.raises(InvalidInputError):
            connection.execute(select(watchlists).where(watchlists.c.list_id == "a\0"))
        assert connection.scalar(text("SELECT 1")) == 1


def test_bytes_may_hold_zeros(hub_on_each: Hub) -> None:
    with reading(hub_on_each.services.engine) as connection:
        assert connection.scalar(text("SELECT length(:content)"), {"content": b"a\0b"}) == 3


def test_an_error_of_the_store_quotes_no_value(hub_on_each: Hub) -> None:
    secret = {"name": "hub_epoch", "value": "a name that nobody should read in a log"}
    with pytest.raises(DBAPIError) as caught, writing(hub_on_each.services.engine) as connection:
        connection.execute(store_info.insert().values(**secret))
    assert secret["value"] not in str(caught.value)
