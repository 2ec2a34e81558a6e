"""The life of a declaration: every move that is allowed, every one that is not."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis.strategies import data, sampled_from

from hub.declarations.lifecycle import (
    FINAL_STATES,
    TRANSITIONS,
    Act,
    ActorKind,
    Event,
    IllegalTransitionError,
    State,
    Transition,
    allowed_events,
    move,
)
from hub.errors import ConflictError, InvalidInputError

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
LEGAL = tuple(TRANSITIONS.values())
ILLEGAL = tuple(pair for pair in product(State, Event) if pair not in TRANSITIONS)
TABLE = {
    "submitted": "validate>validated reject>rejected",
    "validated": "begin-assessment>risk-assessment amend>validated invalidate>invalidated",
    "risk-assessment": (
        "request-information>information-requested request-screening>screening-requested "
        "forbid-loading>do-not-load complete-assessment>assessment-complete "
        "amend>validated invalidate>invalidated"
    ),
    "information-requested": (
        "answer-information>risk-assessment lapse>risk-assessment forbid-loading>do-not-load "
        "amend>validated invalidate>invalidated"
    ),
    "screening-requested": (
        "answer-screening>risk-assessment lapse>risk-assessment forbid-loading>do-not-load "
        "amend>validated invalidate>invalidated"
    ),
    "do-not-load": "allow-loading>risk-assessment amend>validated invalidate>invalidated",
    "assessment-complete": (
        "request-information>information-requested request-screening>screening-requested "
        "forbid-loading>do-not-load begin-assessment>risk-assessment present>presented "
        "lapse>invalidated amend>validated invalidate>invalidated"
    ),
    "presented": "release>released inspect>inspected refuse>refused send-back>returned",
    "inspected": "release>released refuse>refused send-back>returned",
    "refused": "send-back>returned",
    "rejected": "",
    "released": "",
    "returned": "",
    "invalidated": "",
}
"""Written out a second time, as an agreement with those who send."""
ADVERSE = {Event.FORBID_LOADING, Event.REFUSE}


def act_of(transition: Transition, **changes: object) -> Act:
    facts = {
        "event": transition.event,
        "actor_kind": min(transition.by),
        "actor": "somebody",
        "reason": "because",
        "pointers": ("/items/0/description",),
        "deadline": NOW + timedelta(days=2),
    }
    return Act(**(facts | changes))  # type: ignore[arg-type]


def test_the_machine_is_the_agreed_table() -> None:
    agreed = {
        (State(source), Event(event)): State(target)
        for source, moves in TABLE.items()
        for event, _, target in (move.partition(">") for move in moves.split())
    }
    assert {place: one.target for place, one in TRANSITIONS.items()} == agreed
    assert {State(source) for source in TABLE} == set(State)


@pytest.mark.parametrize("transition", LEGAL, ids=lambda one: f"{one.source}-{one.event}")
def test_each_allowed_move_is_made_by_each_of_its_actors(transition: Transition) -> None:
    for kind in transition.by:
        act = act_of(transition, actor_kind=kind)
        step = move(transition.source, act, NOW)
        assert (step.source, step.target, step.act, step.at) == (
            transition.source,
            transition.target,
            act,
            NOW,
        )


@pytest.mark.parametrize("transition", LEGAL, ids=lambda one: f"{one.source}-{one.event}")
def test_each_allowed_move_is_refused_to_everybody_else(transition: Transition) -> None:
    for kind in set(ActorKind) - transition.by:
        with pytest.raises(ConflictError) as caught:
            move(transition.source, act_of(transition, actor_kind=kind), NOW)
        assert caught.value.code == "not-for-this-actor"
        assert kind in str(caught.value)


@pytest.mark.parametrize(("state", "event"), ILLEGAL)
def test_each_other_move_is_refused_with_what_is_possible(state: State, event: Event) -> None:
    with pytest.raises(IllegalTransitionError) as caught:
        move(state, Act(event, ActorKind.OFFICER, "somebody", "because"), NOW)
    assert str(state) in str(caught.value)
    assert str(event) in str(caught.value)
    assert all(str(one) in str(caught.value) for one in allowed_events(state))


@pytest.mark.parametrize(
    ("need", "pointer", "left_out"),
    [
        ("needs_reason", "/reason", {"reason": " "}),
        ("needs_pointers", "/pointers", {"pointers": ()}),
        ("needs_deadline", "/deadline", {"deadline": None}),
    ],
)
def test_a_move_without_what_has_to_be_said_is_refused_at_that_field(
    need: str, pointer: str, left_out: dict[str, object]
) -> None:
    needing = [one for one in LEGAL if getattr(one, need)]
    assert needing
    for transition in needing:
        with pytest.raises(InvalidInputError) as caught:
            move(transition.source, act_of(transition, **left_out), NOW)
        assert [(one.pointer, one.code) for one in caught.value.problems] == [(pointer, "missing")]


def test_a_deadline_that_is_over_is_refused() -> None:
    transition = TRANSITIONS[State.RISK_ASSESSMENT, Event.REQUEST_INFORMATION]
    with pytest.raises(InvalidInputError) as caught:
        move(transition.source, act_of(transition, deadline=NOW), NOW)
    assert caught.value.problems[0].code == "in-the-past"


def test_a_pointer_that_is_none_is_named_by_its_place() -> None:
    transition = TRANSITIONS[State.RISK_ASSESSMENT, Event.REQUEST_INFORMATION]
    with pytest.raises(InvalidInputError) as caught:
        move(transition.source, act_of(transition, pointers=("/items/0", "items")), NOW)
    assert [one.pointer for one in caught.value.problems] == ["/pointers/1"]


def test_only_officers_decide_against_somebody() -> None:
    for transition in LEGAL:
        if transition.event in ADVERSE:
            assert transition.by == {ActorKind.OFFICER}
            assert transition.needs_reason


def test_every_state_is_reached_and_the_final_ones_are_ends() -> None:
    reached, waiting = {State.SUBMITTED}, [State.SUBMITTED]
    while waiting:
        state = waiting.pop()
        for transition in LEGAL:
            if transition.source is state and transition.target not in reached:
                reached.add(transition.target)
                waiting.append(transition.target)
    assert reached == set(State)
    assert {State.REJECTED, State.RELEASED, State.RETURNED, State.INVALIDATED} == FINAL_STATES


@given(data())
def test_no_walk_leaves_a_final_state_or_releases_what_was_not_assessed(chance: data) -> None:  # type: ignore[valid-type]
    state, seen = State.SUBMITTED, [State.SUBMITTED]
    while allowed_events(state) and len(seen) < 30:
        event = chance.draw(sampled_from(sorted(allowed_events(state))))  # type: ignore[attr-defined]
        state = move(state, act_of(TRANSITIONS[state, event]), NOW).target
        seen.append(state)
    if State.RELEASED in seen:
        assert State.ASSESSMENT_COMPLETE in seen[: seen.index(State.PRESENTED)]
