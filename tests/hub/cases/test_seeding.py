"""Exercises: noticed by the nearest alert, missed when none came."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec
import pytest

from hub.cases.seeding import NewPassage, hit_rates, passages, register_passage, withdraw_passage
from hub.cases.tally import CountPolicy
from hub.errors import InvalidInputError, NotFoundError
from hub.ingest.ingest import receive_batch
from hub.store.database import reading, writing
from sync.codec import encode_batch
from tests.hub.builders import ADMINISTRATOR, AUDITOR, EVENTS, LIST, NOW, Hub, alert, enrolled, numbered


def plan(hub: Hub, subject_id: str, times: Iterable[datetime]) -> None:
    with writing(hub.services.engine) as connection:
        for number, at in enumerate(times):
            new = NewPassage(f"p-{number}", "alat", "lane-1", LIST, subject_id, at)
            assert register_passage(connection, new, actor=ADMINISTRATOR, now=NOW)
            assert not register_passage(connection, new, actor=ADMINISTRATOR, now=NOW)


def see(hub: Hub, subject_id: str, times: Iterable[datetime]) -> None:
    bodies = [
        msgspec.structs.replace(
            alert(f"a-{number}", subject_id=subject_id, raised_at=at, evidence=f"e-{number}"),
            first_seen_at=at,
        )
        for number, at in enumerate(times)
    ]
    receive_batch(hub.services, EVENTS, encode_batch(numbered(bodies)))


def found(hub: Hub, now: datetime) -> dict[str, tuple[str | None, bool]]:
    day = timedelta(days=1)
    with reading(hub.services.engine) as connection:
        seeded = passages(connection, NOW - day, NOW + day, viewer=AUDITOR, now=now)
    return {one.passage_id: (one.case_id, one.is_settled) for one in seeded}


def test_an_alert_counts_for_the_nearest_passage_only(hub_on_each: Hub) -> None:
    subject_id = enrolled(hub_on_each.services)
    minutes = [NOW + timedelta(minutes=minute) for minute in (0, 20, 200)]
    plan(hub_on_each, subject_id, minutes)
    see(hub_on_each, subject_id, [NOW + timedelta(minutes=15)])
    settled = NOW + timedelta(hours=12)
    assert found(hub_on_each, settled) == {"p-0": (None, True), "p-1": ("a-0", True), "p-2": (None, True)}


def test_a_passage_without_an_alert_is_missed_only_after_hours(hub_on_each: Hub) -> None:
    subject_id = enrolled(hub_on_each.services)
    plan(hub_on_each, subject_id, [NOW])
    with reading(hub_on_each.services.engine) as connection:
        day = timedelta(days=1)
        early = passages(connection, NOW - day, NOW + day, viewer=AUDITOR, now=NOW + timedelta(hours=5))
        late = passages(connection, NOW - day, NOW + day, viewer=AUDITOR, now=NOW + timedelta(hours=6))
    assert hit_rates(early, CountPolicy()) == ()
    (rate,) = hit_rates(late, CountPolicy())
    assert (rate.lane, rate.shift, rate.found.count, rate.found.total) == ("alat · lane-1", "08", 0, 1)


def test_one_that_did_not_take_place_is_withdrawn_once(hub_on_each: Hub) -> None:
    plan(hub_on_each, enrolled(hub_on_each.services), [NOW])
    with writing(hub_on_each.services.engine) as connection:
        withdraw_passage(connection, "p-0", actor=ADMINISTRATOR, now=NOW)
        with pytest.raises(NotFoundError):
            withdraw_passage(connection, "p-0", actor=ADMINISTRATOR, now=NOW)
    assert found(hub_on_each, NOW) == {}


@pytest.mark.parametrize(
    ("lane_id", "subject_id", "pointers"),
    [("lane-9", "nobody", ["/lane_id", "/subject_id"]), ("lane-1", "nobody", ["/subject_id"])],
)
def test_a_bad_field_is_named(hub_on_each: Hub, lane_id: str, subject_id: str, pointers: list[str]) -> None:
    new = NewPassage("p-1", "alat", lane_id, LIST, subject_id, NOW)
    with writing(hub_on_each.services.engine) as connection, pytest.raises(InvalidInputError) as refusal:
        register_passage(connection, new, actor=ADMINISTRATOR, now=NOW)
    assert [problem.pointer for problem in refusal.value.problems] == pointers
