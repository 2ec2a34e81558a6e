"""Cases whose time is over go with their pictures; the counts stay."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from hub.bootstrap import Services
from hub.cases.counting import policy_of, recount
from hub.cases.retention import months_before, purge
from hub.cases.tables import alerts, case_days, decisions, evidence
from hub.ingest.ingest import receive_batch
from hub.people.audit import latest
from hub.store.database import reading, writing
from sync.codec import encode_batch
from sync.messages import EventBody
from tests.hub.builders import EVENTS, Hub, alert, evidence_of, guard_answer, numbered


@pytest.fixture
def hub(hub_on_each: Hub) -> Hub:
    made = hub_on_each
    bodies: list[EventBody] = [alert(), guard_answer(), evidence_of(), alert("alert-2", evidence="probe-2")]
    assert receive_batch(made.services, EVENTS, encode_batch(numbered(bodies))).stored == len(bodies)
    with writing(made.services.engine) as connection:
        handed_over = update(alerts).where(alerts.c.alert_id == "alert-2").values(result="handed-over")
        connection.execute(handed_over)
    return made


def rows(services: Services) -> list[int]:
    with reading(services.engine) as connection:
        tables = (alerts, decisions, evidence, case_days)
        return [connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def pictures(services: Services) -> int:
    return len(list(services.settings.store.evidence.rglob("*.sealed")))


@pytest.mark.parametrize(
    ("at", "months", "before"),
    [
        ((2026, 3, 31), 1, (2026, 2, 28)),
        ((2024, 3, 30), 1, (2024, 2, 29)),
        ((2026, 1, 15), 1, (2025, 12, 15)),
        ((2026, 3, 14), 12, (2025, 3, 14)),
        ((2026, 12, 31), 600, (1976, 12, 31)),
    ],
)
def test_months_are_those_of_the_calendar(
    at: tuple[int, int, int], months: int, before: tuple[int, int, int]
) -> None:
    assert months_before(datetime(*at, tzinfo=UTC), months) == datetime(*before, tzinfo=UTC)


def test_what_is_over_goes_with_its_picture_and_the_counts_stay(hub: Hub) -> None:
    hub.clock.advance(timedelta(days=366))
    done = purge(hub.services, actor="cli")
    assert (done.cases, done.pictures, done.by_result) == (2, 1, {"handed-over": 1, "none": 1})
    assert (rows(hub.services), pictures(hub.services)) == ([0, 0, 0, 1], 0)
    with writing(hub.services.engine) as connection:
        assert recount(connection, policy_of(hub.services.settings.cases)).deleted == 2
        trace = latest(connection, 2)
    assert {(one.actor, one.action, one.target) for one in trace} == {
        ("cli", "cases-purged", "none"),
        ("cli", "cases-purged", "handed-over"),
    }
    assert rows(hub.services)[3] == 1


def test_a_dry_run_deletes_nothing(hub: Hub) -> None:
    hub.clock.advance(timedelta(days=366))
    assert purge(hub.services, actor="cli", is_dry=True).cases == 2
    assert (rows(hub.services)[0], pictures(hub.services)) == (2, 1)


def test_nothing_goes_before_its_time(hub: Hub) -> None:
    hub.clock.advance(timedelta(days=360))
    assert purge(hub.services, actor="cli").cases == 0
