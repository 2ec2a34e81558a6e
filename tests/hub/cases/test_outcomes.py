"""What came of a case: after the supervisor's answer, and with two people before anything adverse."""

from datetime import timedelta

import pytest

from hub.cases.casework import CaseResult, NewDecision, add_decision, case
from hub.cases.outcomes import NewResult, ResultRefusal, record_result
from hub.errors import ConflictError, NotFoundError
from hub.ingest.ingest import receive_batch
from hub.people.access import User
from hub.store.database import reading, writing
from sync.codec import encode_batch
from sync.messages import Answer
from tests.hub.builders import (
    AUDITOR,
    EVENTS,
    NOW,
    SUPERVISOR,
    Hub,
    alert,
    guard_answer,
    numbered,
)


@pytest.fixture
def hub(hub_on_each: Hub) -> Hub:
    return hub_on_each


def begin(hub: Hub, guards: Answer | None) -> None:
    bodies = [alert()] + ([guard_answer(answer=guards)] if guards else [])
    assert receive_batch(hub.services, EVENTS, encode_batch(numbered(bodies))).stored == len(bodies)


def answer(hub: Hub, given: Answer, decision_id: str = "s-1", officer: User = SUPERVISOR) -> None:
    with writing(hub.services.engine) as connection:
        add_decision(connection, NewDecision(decision_id, "alert-1", given, 3.0), officer=officer, now=NOW)


def recorded(
    hub: Hub, result: CaseResult, result_id: str = "r-1", case_id: str = "alert-1"
) -> ResultRefusal | None:
    new = NewResult(result_id, case_id, result, "a note")
    with writing(hub.services.engine) as connection:
        return record_result(connection, new, officer=SUPERVISOR, now=NOW + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("guards", "supervisors", "result", "refusal"),
    [
        (Answer.SAME, Answer.SAME, CaseResult.HANDED_OVER, None),
        (Answer.SAME, Answer.SAME, CaseResult.CONFIRMED, None),
        (None, Answer.SAME, CaseResult.HANDED_OVER, ResultRefusal.NEEDS_TWO),
        (Answer.NOT_SAME, Answer.SAME, CaseResult.CONFIRMED, ResultRefusal.NEEDS_TWO),
        (Answer.SAME, Answer.UNSURE, CaseResult.HANDED_OVER, ResultRefusal.NEEDS_TWO),
        (Answer.NOT_SAME, Answer.NOT_SAME, CaseResult.NOT_THE_PERSON, None),
        (None, Answer.UNSURE, CaseResult.DOCUMENT_CHECK, None),
        (Answer.SAME, None, CaseResult.NOT_STOPPED, ResultRefusal.NOT_ANSWERED),
    ],
)
def test_anything_adverse_needs_two_people_who_say_the_same(
    hub: Hub,
    guards: Answer | None,
    supervisors: Answer | None,
    result: CaseResult,
    refusal: ResultRefusal | None,
) -> None:
    begin(hub, guards)
    if supervisors is not None:
        answer(hub, supervisors)
    assert recorded(hub, result) is refusal


def test_one_person_who_answers_twice_is_one_person(hub: Hub) -> None:
    begin(hub, None)
    answer(hub, Answer.SAME)
    answer(hub, Answer.SAME, "s-2")
    assert recorded(hub, CaseResult.HANDED_OVER) is ResultRefusal.NEEDS_TWO


def test_an_answer_taken_back_no_longer_carries_an_adverse_outcome(hub: Hub) -> None:
    begin(hub, Answer.SAME)
    answer(hub, Answer.SAME)
    answer(hub, Answer.NOT_SAME, "s-2")
    assert recorded(hub, CaseResult.CONFIRMED) is ResultRefusal.NEEDS_TWO


def test_a_correction_is_a_further_row_and_the_newest_holds(hub: Hub) -> None:
    begin(hub, Answer.SAME)
    answer(hub, Answer.SAME)
    assert recorded(hub, CaseResult.HANDED_OVER) is None
    assert recorded(hub, CaseResult.UNCLEAR, "r-2") is None
    with reading(hub.services.engine) as connection:
        detail = case(connection, "alert-1", viewer=AUDITOR)
    assert {one.result for one in detail.results} == {CaseResult.HANDED_OVER, CaseResult.UNCLEAR}
    assert detail.summary.result is CaseResult.UNCLEAR


def test_a_repeat_is_stored_once_and_another_content_is_a_conflict(hub: Hub) -> None:
    begin(hub, Answer.SAME)
    answer(hub, Answer.SAME)
    assert recorded(hub, CaseResult.UNCLEAR) is recorded(hub, CaseResult.UNCLEAR) is None
    with pytest.raises(ConflictError, match="r-1"):
        recorded(hub, CaseResult.NOT_STOPPED)
    with pytest.raises(NotFoundError):
        recorded(hub, CaseResult.NOT_STOPPED, "r-2", "none")
