"""Counts by day equal a brute-force count, whatever came in which order."""

import dataclasses
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from random import Random

import msgspec
import pytest
from sqlalchemy import Table, select

from hub.cases.casework import NewDecision, add_decision
from hub.cases.counting import policy_of, recount
from hub.cases.figures import Scope, figures, period_until
from hub.cases.tables import alerts, answer_times, case_days, case_totals, decisions
from hub.cases.tally import CountPolicy
from hub.ingest.ingest import receive_batch
from hub.store.database import reading, writing
from sync.codec import encode_batch
from sync.messages import Answer, EventBody
from tests.hub.builders import (
    AUDITOR,
    EVENTS,
    NOW,
    SUPERVISOR,
    Hub,
    alert,
    alert_update,
    guard_answer,
    numbered,
)

replace = msgspec.structs.replace
ANSWERS = tuple(Answer)
COUNTS = (case_days, case_totals, answer_times)


def send(hub: Hub, bodies: Iterable[EventBody]) -> None:
    for first, body in enumerate(bodies, start=1):
        receipt = receive_batch(hub.services, EVENTS, encode_batch(numbered([body], first=first)))
        assert receipt.stored == 1


def passage(number: int, chance: Random) -> list[EventBody]:
    """Make an alert with updates and answers, by chance."""
    at = NOW - timedelta(hours=chance.randrange(0, 24 * 6))
    name = f"alert-{number}"
    raised = replace(
        alert(name, raised_at=at, evidence=f"probe-{number}"),
        comparison_score=0.5 + chance.random() / 4,
        list_id=chance.choice(["wanted", "other"]),
        lane_id=chance.choice(["lane-1", "lane-2"]),
        is_test=chance.random() < 0.2,
        expected_false_alarms_per_day=chance.choice([0.1, 0.25]),
    )
    update = replace(
        alert_update(name, score=0.5 + chance.random() / 4), updated_at=at + timedelta(seconds=3)
    )
    answers = [
        replace(
            guard_answer(name, answer=chance.choice(ANSWERS), decision_id=f"d-{number}-{one}"),
            seconds_to_answer=chance.random() * 200,
            role=chance.choice(["guard", "supervisor"]),
            decided_at=at + timedelta(seconds=9 + one),
        )
        for one in range(chance.randrange(0, 3))
    ]
    return [raised, update, *answers]


def shuffled(hub: Hub, seed: int) -> None:
    """Send forty passages in any order, then answer some of them at the hub."""
    chance = Random(seed)  # the same order in every run
    bodies = [body for number in range(40) for body in passage(number, chance)]
    chance.shuffle(bodies)
    send(hub, bodies)
    for number in range(0, 40, 3):
        answer = NewDecision(
            f"hub-{number}", f"alert-{number}", chance.choice(ANSWERS), chance.random() * 900
        )
        with writing(hub.services.engine) as connection:
            add_decision(connection, answer, officer=SUPERVISOR, now=NOW + timedelta(hours=1))


def rows_of(hub: Hub, table: Table) -> list[tuple[object, ...]]:
    with reading(hub.services.engine) as connection:
        return sorted(tuple(row) for row in connection.execute(select(table)))


def brute_force(hub: Hub) -> Counter[tuple[object, ...]]:
    """Count day, lane, list, exercise and newest answer straight from alerts and answers."""
    policy = CountPolicy()
    with reading(hub.services.engine) as connection:
        newest = {
            row.alert_id: row.answer
            for row in connection.execute(
                select(decisions).order_by(decisions.c.decided_at, decisions.c.decision_id)
            )
        }
        return Counter(
            (policy.day(row.raised_at), row.lane_id, row.list_id, row.is_test, newest.get(row.alert_id, ""))
            for row in connection.execute(select(alerts))
        )


def counted(hub: Hub) -> Counter[tuple[object, ...]]:
    found: Counter[tuple[object, ...]] = Counter()
    with reading(hub.services.engine) as connection:
        for row in connection.execute(select(case_days)):
            place = (row.day, row.lane_id, row.list_id, row.is_test)
            answered = {"same": row.same, "not-same": row.not_same, "unsure": row.unsure}
            found.update({(*place, answer): number for answer, number in answered.items()})
            found[(*place, "")] += row.alerts - sum(answered.values())
    return +found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_counts_kept_on_the_way_equal_a_brute_force_count(hub_on_each: Hub, seed: int) -> None:
    shuffled(hub_on_each, seed)
    assert counted(hub_on_each) == brute_force(hub_on_each)


def test_a_recount_finds_what_was_kept_on_the_way(hub_on_each: Hub) -> None:
    shuffled(hub_on_each, 4)
    kept = [rows_of(hub_on_each, table) for table in COUNTS]
    with writing(hub_on_each.services.engine) as connection:
        done = recount(connection, policy_of(hub_on_each.services.settings.cases))
    assert (done.alerts, done.deleted) == (40, 0)
    assert [rows_of(hub_on_each, table) for table in COUNTS] == kept


def test_a_devices_total_is_the_sum_of_its_days(hub_on_each: Hub) -> None:
    shuffled(hub_on_each, 7)
    sums: dict[str, Counter[str]] = {}
    names = ("alerts", "same", "not_same", "unsure")
    with reading(hub_on_each.services.engine) as connection:
        for row in connection.execute(select(case_days)):
            sums.setdefault(row.device_id, Counter()).update({name: row._mapping[name] for name in names})
        kept = {row.device_id: row for row in connection.execute(select(case_totals))}
    assert kept.keys() == sums.keys()
    assert {each: [row._mapping[name] for name in names] for each, row in kept.items()} == {
        each: [counted[name] for name in names] for each, counted in sums.items()
    }


def test_figures_agree_with_the_counts(hub_on_each: Hub) -> None:
    shuffled(hub_on_each, 5)
    real = {key: number for key, number in brute_force(hub_on_each).items() if not key[3]}
    scope = Scope(period_until(NOW.date() + timedelta(days=1)))
    with reading(hub_on_each.services.engine) as connection:
        found = figures(connection, scope, viewer=AUDITOR)
    total = found.total
    assert total.alerts == sum(real.values()) == sum(day.alerts for day in found.by_day)
    assert total.same == sum(number for key, number in real.items() if key[4] == "same")
    assert [
        sum(part.alerts for part in parts) for parts in (found.by_lane, found.by_list, found.by_band)
    ] == [total.alerts] * 3


def test_a_viewer_bound_to_other_sites_sees_no_figures(hub_on_each: Hub) -> None:
    shuffled(hub_on_each, 6)
    elsewhere = dataclasses.replace(AUDITOR, sites=frozenset({"astara"}))
    with reading(hub_on_each.services.engine) as connection:
        found = figures(connection, Scope(period_until(NOW.date())), viewer=elsewhere)
    assert (found.total.alerts, found.by_lane, found.budgets, found.times) == (0, (), (), ())
