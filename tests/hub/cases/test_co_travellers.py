"""Who is met again and again beside a subject, told by pseudonym."""

from datetime import datetime, timedelta

import msgspec
import pytest

from hub.cases.co_travellers import BESIDE, CoTraveller, Meeting, co_travellers, often_met, pseudonym
from hub.cases.crossing_history import crossing_history
from hub.ingest.ingest import receive_batch
from hub.store.database import hub_epoch, reading
from sync.codec import encode_batch
from sync.messages import AlertRaised, Answer, EventBody
from tests.hub.builders import EVENTS, LIST, NOW, Hub, alert, guard_answer, numbered


def at(*days: float) -> list[datetime]:
    return [NOW - timedelta(days=day) for day in days]


@pytest.mark.parametrize(
    ("times", "is_found"),
    [
        (at(0, 1, 2), True),
        (at(0, 1), False),
        (at(0, 0.1, 0.2, 1), False),
        (at(0, 0, 1), False),
        (at(0, 0, 1, 5), True),
    ],
)
def test_three_occasions_over_three_days_make_company(times: list[datetime], is_found: bool) -> None:
    assert bool(often_met([Meeting("b", one) for one in times], salt="hub")) is is_found


def test_a_pseudonym_is_the_hubs_own_and_names_nobody() -> None:
    meetings = [Meeting("wanted\nsubject-2", one) for one in at(0, 1, 2)]
    (here,), (there,) = often_met(meetings, salt="a"), often_met(meetings, salt="b")
    assert here.pseudonym != there.pseudonym
    assert "subject-2" not in here.pseudonym
    assert (here.times, here.days, here.last_at) == (3, 3, NOW)


def seen(name: str, subject_id: str, day: int, after: timedelta = timedelta(0)) -> AlertRaised:
    """Make an alert of its own crossing, `day` days ago."""
    at = NOW - timedelta(days=day) + after
    raised = alert(name, subject_id=subject_id, raised_at=at, evidence=f"e-{name}")
    return msgspec.structs.replace(raised, crossing_id=f"c-{name}", first_seen_at=at)


def found_beside(hub: Hub, *companions: AlertRaised, answer: Answer = Answer.SAME) -> tuple[CoTraveller, ...]:
    """Confirm the subject today and on three days before, answer the companions' alerts, and look."""
    subjects = [seen(f"own-{day}", "subject-1", day) for day in range(4)]
    bodies: list[EventBody] = [*subjects, *companions]
    for body in subjects:
        bodies.append(guard_answer(body.alert_id, decision_id=f"d-{body.alert_id}"))
    for body in companions:
        bodies.append(guard_answer(body.alert_id, decision_id=f"d-{body.alert_id}", answer=answer))
    receipt = receive_batch(hub.services, EVENTS, encode_batch(numbered(bodies)))
    assert receipt.stored == len(bodies)
    with reading(hub.services.engine) as connection:
        newest = crossing_history(connection, LIST, "subject-1", NOW).newest
        assert len(newest) == 4
        return co_travellers(connection, LIST, "subject-1", newest)


def test_who_is_confirmed_beside_the_subject_is_found_by_pseudonym(hub_on_each: Hub) -> None:
    edges = (BESIDE, -BESIDE, timedelta(0))
    beside = [seen(f"b-{day}", "subject-2", day, edges[day]) for day in range(3)]
    with reading(hub_on_each.services.engine) as connection:
        name = pseudonym(f"{LIST}\nsubject-2", hub_epoch(connection))
    assert found_beside(hub_on_each, *beside) == (CoTraveller(name, 3, 3, NOW),)


@pytest.mark.parametrize(
    ("after", "changes", "answer"),
    [
        (BESIDE + timedelta(seconds=1), {}, Answer.SAME),
        (timedelta(0), {"lane_id": "lane-9"}, Answer.SAME),
        (timedelta(0), {"is_test": True}, Answer.SAME),
        (timedelta(0), {}, Answer.NOT_SAME),
        (timedelta(0), {}, Answer.UNSURE),
    ],
    ids=["a second too late", "another lane", "an exercise", "not the same", "unsure"],
)
def test_who_was_not_confirmed_there_at_that_time_is_no_company(
    hub_on_each: Hub, after: timedelta, changes: dict[str, object], answer: Answer
) -> None:
    others = [
        msgspec.structs.replace(seen(f"b-{day}", "subject-2", day, after), **changes) for day in range(1, 4)
    ]
    assert found_beside(hub_on_each, *others, answer=answer) == ()
