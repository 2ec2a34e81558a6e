"""Who is looking at a case."""

from datetime import timedelta

import pytest

from hub.cases.holds import HELD_FOR, hold_of, let_go, require_free, take
from hub.errors import ConflictError
from hub.store.database import writing
from tests.hub.builders import NOW, Hub


def test_a_hold_keeps_others_out_until_it_runs_out_or_is_taken_over(hub_on_each: Hub) -> None:
    with writing(hub_on_each.services.engine) as connection:
        assert take(connection, "alert-1", "leyla", NOW).user_id == "leyla"
        assert take(connection, "alert-1", "tural", NOW).user_id == "leyla"
        with pytest.raises(ConflictError, match="leyla"):
            require_free(connection, "alert-1", "tural", NOW)
        require_free(connection, "alert-1", "leyla", NOW)
        assert hold_of(connection, "alert-1", NOW + HELD_FOR) is None
        assert take(connection, "alert-1", "tural", NOW, over=True).user_id == "tural"


def test_a_renewed_hold_remembers_since_when(hub_on_each: Hub) -> None:
    with writing(hub_on_each.services.engine) as connection:
        take(connection, "alert-1", "leyla", NOW)
        renewed = take(connection, "alert-1", "leyla", NOW + timedelta(minutes=2))
        assert (renewed.since, renewed.until) == (NOW, NOW + timedelta(minutes=2) + HELD_FOR)
        let_go(connection, "alert-1")
        assert hold_of(connection, "alert-1", NOW) is None
