"""Confirmed crossings of a subject, counted at the hub."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec
import pytest

from hub.cases.casework import NewDecision, add_decision
from hub.cases.crossing_history import CrossingHistory, crossing_history
from hub.ingest.ingest import receive_batch
from hub.store.database import reading, writing
from sync.codec import encode_batch
from sync.messages import Answer, EventBody, FrequentCrosser
from tests.hub.builders import (
    EVENTS,
    LIST,
    NOW,
    SUPERVISOR,
    Hub,
    alert,
    alert_update,
    guard_answer,
    numbered,
)

replace = msgspec.structs.replace


@pytest.fixture
def hub(hub_on_each: Hub) -> Hub:
    return hub_on_each


def send(hub: Hub, *bodies: EventBody) -> None:
    receipt = receive_batch(hub.services, EVENTS, encode_batch(numbered(bodies)))
    assert receipt.stored == len(bodies)


def crossing(
    number: int, hours_ago: float, direction: str = "in", *, is_test: bool = False
) -> list[EventBody]:
    """Make an alert that the guard confirmed."""
    seen = NOW - timedelta(hours=hours_ago)
    raised = replace(
        alert(f"alert-{number}", raised_at=seen, evidence=f"probe-{number}"),
        crossing_id=f"crossing-{number}",
        first_seen_at=seen,
        direction=direction,
        is_test=is_test,
    )
    return [raised, guard_answer(f"alert-{number}", decision_id=f"decision-{number}")]


def flat(parts: Iterable[list[EventBody]]) -> list[EventBody]:
    return [body for part in parts for body in part]


def history(hub: Hub, now: datetime = NOW) -> CrossingHistory:
    with reading(hub.services.engine) as connection:
        return crossing_history(connection, LIST, "subject-1", now)


def totals(hub: Hub) -> list[tuple[int, int, int]]:
    return [(count.crossings, count.entries, count.exits) for count in history(hub).counts]


def test_confirmed_crossings_are_counted_by_window_and_direction(hub: Hub) -> None:
    ages = [
        (1, 2.0, "in"),
        (2, 23.9, "out"),
        (3, 24.0, "out"),
        (4, 167.0, ""),
        (5, 700.0, "in"),
        (6, 720.0, "in"),
    ]
    send(hub, *flat(crossing(*age) for age in ages))
    assert totals(hub) == [(2, 1, 1), (4, 1, 2), (5, 2, 2)]
    assert [one.crossing_id for one in history(hub).newest] == [f"crossing-{n}" for n in (1, 2, 3, 4, 5)]


def test_a_crossing_seen_by_two_alerts_counts_once(hub: Hub) -> None:
    first, second = crossing(1, 2.0), crossing(2, 1.9)
    second[0] = replace(second[0], crossing_id="crossing-1")
    send(hub, *first, *second)
    assert totals(hub)[0] == (1, 1, 0)


def test_what_nobody_confirmed_does_not_count(hub: Hub) -> None:
    unanswered, [other, _] = crossing(1, 1.0)[:1], crossing(2, 1.0)
    unsure = guard_answer("alert-2", answer=Answer.UNSURE, decision_id="d-2")
    send(hub, *unanswered, other, unsure, *crossing(3, 1.0, is_test=True))
    assert totals(hub)[2] == (0, 0, 0)


def test_the_newest_answer_counts_wherever_it_was_given(hub: Hub) -> None:
    send(hub, *crossing(1, 1.0))
    assert totals(hub)[0] == (1, 1, 0)
    answer = NewDecision("s-1", "alert-1", Answer.NOT_SAME, 3.0)
    with writing(hub.services.engine) as connection:
        add_decision(connection, answer, officer=SUPERVISOR, now=NOW + timedelta(minutes=1))
    assert totals(hub)[0] == (0, 0, 0)


def test_a_direction_that_came_later_is_taken_over(hub: Hub) -> None:
    [raised, answer] = crossing(1, 0.0, "")
    turned = replace(alert_update("alert-1", after_s=9.0), direction="out")
    send(hub, raised, answer, turned, replace(alert_update("alert-1", after_s=99.0), is_ended=True))
    assert totals(hub)[0] == (1, 0, 1)


def notice(*, is_withdrawn: bool = False) -> FrequentCrosser:
    return FrequentCrosser(
        notice_id="notice-1",
        alert_id="alert-1",
        lane_id="lane-1",
        rule="often",
        list_id=LIST,
        subject_id="subject-1",
        crossings=4,
        entries=2,
        exits=1,
        at_least=4,
        within_hours=168,
        noted_at=NOW,
        is_withdrawn=is_withdrawn,
    )


def test_a_notice_is_kept_until_it_is_taken_back(hub: Hub) -> None:
    send(hub, notice())
    assert [(one.rule, one.crossings) for one in history(hub).frequent] == [("often", 4)]


@pytest.mark.parametrize(
    "order", [[notice(), notice(is_withdrawn=True)], [notice(is_withdrawn=True), notice()]]
)
def test_a_notice_that_was_taken_back_is_gone_in_whichever_order_it_came(
    hub: Hub, order: list[FrequentCrosser]
) -> None:
    send(hub, *order)
    assert history(hub).frequent == ()
