"""Acts at the desk, on both engines: each once, kept with all that was said, audited, overdue ones lapse."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hub.declarations.act_tables import inspection_results
from hub.declarations.act_values import (
    OFFICER_EVENTS,
    SENDER_EVENTS,
    AnswerKind,
    DeskAct,
    FoundKind,
    GivenAnswer,
    Inspection,
    Question,
    Screening,
    ScreeningOutcome,
    problems_of,
)
from hub.declarations.acts import act_as_officer, act_as_sender
from hub.declarations.assessing.assess import Assessor
from hub.declarations.assessing.evidence import Channel
from hub.declarations.lapsing import lapse_overdue
from hub.declarations.lifecycle import ActorKind, Event, IllegalTransitionError, State
from hub.declarations.registry import DeclarationDetail, declaration
from hub.errors import ConflictError, InvalidInputError, NotFoundError
from hub.people.access import User
from hub.people.audit import latest
from hub.store.database import reading, writing
from tests.hub.builders import NOW, Hub
from tests.hub.declarations.parcels import parcel
from tests.hub.declarations.test_intake import OFFICER, RIVAL, SENDER, take

QUESTIONS = (
    Question("/items/0/value", AnswerKind.NUMBER, "What was paid for one piece?"),
    Question("/items/0/description", AnswerKind.TEXT, "For whom are they?"),
)
ASK = DeskAct(
    "a-ask", Event.REQUEST_INFORMATION, "The price is low.", NOW + timedelta(days=2), questions=QUESTIONS
)
ANSWER = DeskAct(
    "a-answer", Event.ANSWER_INFORMATION, answers=(GivenAnswer(0, "9.95"), GivenAnswer(1, "For men."))
)


def decided(hub: Hub) -> str:
    own = take(hub, [parcel()]).rows[0].declaration_id
    Assessor(hub.services).assess_waiting()
    return own


def act(hub: Hub, own: str, *wanted: DeskAct, officer: User = OFFICER) -> DeclarationDetail:
    with writing(hub.services.engine) as connection:
        for one in wanted:
            act_as_officer(connection, own, one, officer=officer, now=hub.clock.now)
        return declaration(connection, own, officer)


def reply(hub: Hub, own: str, wanted: DeskAct, sender: User = SENDER) -> DeclarationDetail:
    with writing(hub.services.engine) as connection:
        act_as_sender(connection, own, wanted, sender=sender, now=hub.clock.now)
        return declaration(connection, own, sender)


def simple(event: Event, **parts: Any) -> DeskAct:
    return DeskAct(f"a-{event}", event, "It has to be.", **parts)


def test_a_question_is_answered_and_both_sides_see_what_was_said(hub_on_each: Hub) -> None:
    own = decided(hub_on_each)
    asked = act(hub_on_each, own, ASK)
    assert (asked.summary.state, asked.summary.due_at) == (State.INFORMATION_REQUESTED, ASK.deadline)
    assert asked.history[-1].pointers == ("/items/0/value", "/items/0/description")
    answered = reply(hub_on_each, own, ANSWER)
    assert (answered.summary.state, answered.summary.due_at) == (State.RISK_ASSESSMENT, None)
    request, said = (step.said for step in answered.history[-2:])
    assert [one["text"] for one in request["questions"]] == [one.text for one in QUESTIONS]
    assert [one["text"] for one in said["answers"]] == ["9.95", "For men."]


def test_an_act_under_its_id_is_done_once_and_another_under_it_is_refused(hub_on_each: Hub) -> None:
    own = decided(hub_on_each)
    first, again = act(hub_on_each, own, ASK), act(hub_on_each, own, ASK)
    assert again == first
    with pytest.raises(ConflictError) as caught:
        act(hub_on_each, own, replace(ASK, reason="Another."))
    assert caught.value.code == "act-exists"
    with reading(hub_on_each.services.engine) as connection:
        acts = [row.action for row in latest(connection, 10) if row.target == own]
    assert acts == ["declaration-request-information"]


def test_an_inspection_keeps_what_it_found_for_those_who_learn_from_it(hub_on_each: Hub) -> None:
    own = decided(hub_on_each)
    found = Inspection(is_found=True, kinds=(FoundKind.VALUE_DIFFERS,), note="Twelve pieces.")
    acts = (simple(Event.PRESENT), simple(Event.INSPECT, inspection=found), simple(Event.REFUSE))
    assert act(hub_on_each, own, *acts).summary.state is State.REFUSED
    with reading(hub_on_each.services.engine) as connection:
        row = connection.execute(select(inspection_results)).one()
        seen = declaration(connection, own, SENDER)
    assert (row.declaration_id, row.number, row.officer) == (own, 5, OFFICER.user_id)
    assert (row.is_found, row.kinds, row.note) == (True, ["value-differs"], "Twelve pieces.")
    assert "Twelve pieces." not in str(seen)


def test_an_officer_opens_a_decision_again_and_decides_another_channel(hub_on_each: Hub) -> None:
    own = decided(hub_on_each)
    complete = simple(Event.COMPLETE_ASSESSMENT, channel=Channel.INSPECTION)
    found = act(hub_on_each, own, simple(Event.BEGIN_ASSESSMENT), complete)
    assert (found.summary.state, found.summary.channel) == (State.ASSESSMENT_COMPLETE, "inspection")
    assert found.history[-1].said == {"channel": "inspection"}


@pytest.mark.parametrize(
    ("events", "last"),
    [
        ((Event.FORBID_LOADING,), State.DO_NOT_LOAD),
        ((Event.FORBID_LOADING, Event.ALLOW_LOADING), State.RISK_ASSESSMENT),
        ((Event.PRESENT, Event.RELEASE), State.RELEASED),
        ((Event.PRESENT, Event.SEND_BACK), State.RETURNED),
    ],
)
def test_every_way_to_an_end_is_open_to_an_officer(
    hub_on_each: Hub, events: Sequence[Event], last: State
) -> None:
    own = decided(hub_on_each)
    found = act(hub_on_each, own, *(simple(event) for event in events))
    assert found.summary.state is last
    assert {step.actor_kind for step in found.history[3:]} == {ActorKind.OFFICER}


def test_a_sender_withdraws_its_own_declaration_and_nobody_elses(hub_on_each: Hub) -> None:
    own = decided(hub_on_each)
    withdraw = simple(Event.INVALIDATE)
    with pytest.raises(NotFoundError):
        reply(hub_on_each, own, withdraw, RIVAL)
    assert reply(hub_on_each, own, withdraw).summary.state is State.INVALIDATED


def test_a_screening_is_answered_with_how_and_what(hub_on_each: Hub) -> None:
    own = decided(hub_on_each)
    act(hub_on_each, own, simple(Event.REQUEST_SCREENING, deadline=NOW + timedelta(hours=4)))
    said = simple(Event.ANSWER_SCREENING, screening=Screening(ScreeningOutcome.CLEAR, "X-ray"))
    found = reply(hub_on_each, own, said)
    assert found.history[-1].said == {"screening": {"outcome": "clear", "method": "X-ray"}}


def test_a_request_that_nobody_answered_lapses_after_its_deadline(hub_on_each: Hub) -> None:
    own = decided(hub_on_each)
    act(hub_on_each, own, ASK)
    assert lapse_overdue(hub_on_each.services) == 0
    hub_on_each.clock.advance(timedelta(days=2, seconds=1))
    assert (lapse_overdue(hub_on_each.services), lapse_overdue(hub_on_each.services)) == (1, 0)
    with reading(hub_on_each.services.engine) as connection:
        found = declaration(connection, own, OFFICER)
    assert found.summary.state is State.RISK_ASSESSMENT
    assert (found.history[-1].event, found.history[-1].actor) == (Event.LAPSE, "deadlines")


def test_what_is_not_possible_now_changes_nothing(hub_on_each: Hub) -> None:
    own = decided(hub_on_each)
    with pytest.raises(IllegalTransitionError):
        act(hub_on_each, own, simple(Event.RELEASE))
    with pytest.raises(InvalidInputError):
        act(hub_on_each, own, replace(ASK, deadline=NOW - timedelta(days=1)))
    with reading(hub_on_each.services.engine) as connection:
        assert declaration(connection, own, OFFICER).summary.state is State.ASSESSMENT_COMPLETE
        assert [row for row in latest(connection, 10) if row.target == own] == []


@pytest.mark.parametrize(
    ("wanted", "pointers"),
    [
        (replace(ASK, questions=()), ["/questions"]),
        (replace(ASK, deadline=None), ["/deadline"]),
        (replace(ASK, channel=Channel.HOLD), ["/channel"]),
        (replace(ASK, questions=(Question("items", AnswerKind.TEXT, " "),)), ["/questions/0/text"] * 1),
        (simple(Event.INSPECT, inspection=Inspection(is_found=True)), ["/inspection/kinds"]),
        (simple(Event.INSPECT), ["/inspection"]),
        (simple(Event.COMPLETE_ASSESSMENT), ["/channel"]),
        (simple(Event.VALIDATE), ["/event"]),
    ],
)
def test_a_part_that_is_missing_or_does_not_belong_is_named(wanted: DeskAct, pointers: list[str]) -> None:
    found = [one.pointer for one in problems_of(wanted, OFFICER_EVENTS, ())]
    assert found[: len(pointers)] == pointers


@pytest.mark.parametrize(
    ("answers", "pointer"),
    [
        ((), "/answers"),
        ((GivenAnswer(0, "cheap"), GivenAnswer(1, "x")), "/answers/0/text"),
        ((GivenAnswer(0, "1"), GivenAnswer(0, "2"), GivenAnswer(1, "x")), "/answers/1/question"),
        ((GivenAnswer(0, "1"),), "/answers"),
        ((GivenAnswer(0, "1"), GivenAnswer(2, "x"), GivenAnswer(1, "y")), "/answers/1/question"),
    ],
)
def test_every_question_gets_one_answer_of_its_kind(answers: tuple[GivenAnswer, ...], pointer: str) -> None:
    wanted = replace(ANSWER, answers=answers)
    assert [one.pointer for one in problems_of(wanted, SENDER_EVENTS, QUESTIONS)] == [pointer]
