"""Moves of a stored declaration, on both engines: kept with who, why and until when."""

from datetime import timedelta

import pytest

from hub.declarations.batches import BatchForm
from hub.declarations.intake import take_batch
from hub.declarations.lifecycle import Act, ActorKind, Event, IllegalTransitionError, State
from hub.declarations.moving import apply
from hub.declarations.registry import DeclarationDetail, declaration
from hub.errors import NotFoundError
from hub.store.database import reading, writing
from tests.hub.builders import NOW, Hub
from tests.hub.declarations.parcels import parcel
from tests.hub.declarations.test_intake import OFFICER, SENDER, batch


def lodged(hub: Hub) -> str:
    answer = take_batch(hub.services, SENDER.user_id, batch([parcel()]), BatchForm.JSON)
    return answer.rows[0].declaration_id


def act(
    hub: Hub, declaration_id: str, event: Event, kind: ActorKind = ActorKind.OFFICER
) -> DeclarationDetail:
    wanted = Act(
        event,
        kind,
        OFFICER.user_id,
        "the description is vague",
        ("/items/0/description",),
        hub.clock.now + timedelta(days=2) if event is Event.REQUEST_INFORMATION else None,
    )
    with writing(hub.services.engine) as connection:
        apply(connection, declaration_id, wanted, hub.clock.now)
        return declaration(connection, declaration_id, OFFICER)


def test_moves_are_kept_in_order_with_all_that_was_said(hub_on_each: Hub) -> None:
    own = lodged(hub_on_each)
    act(hub_on_each, own, Event.VALIDATE, ActorKind.SYSTEM)
    act(hub_on_each, own, Event.BEGIN_ASSESSMENT)
    found = act(hub_on_each, own, Event.REQUEST_INFORMATION)
    assert found.summary.state is State.INFORMATION_REQUESTED
    assert found.summary.due_at == NOW + timedelta(days=2)
    assert [(step.number, step.target) for step in found.history] == [
        (1, State.VALIDATED),
        (2, State.RISK_ASSESSMENT),
        (3, State.INFORMATION_REQUESTED),
    ]
    last = found.history[-1]
    assert (last.actor, last.reason) == (OFFICER.user_id, "the description is vague")
    assert last.pointers == ("/items/0/description",)
    answered = act(hub_on_each, own, Event.ANSWER_INFORMATION, ActorKind.SENDER)
    assert answered.summary.due_at is None


def test_a_move_that_is_not_possible_changes_nothing(hub_on_each: Hub) -> None:
    own = lodged(hub_on_each)
    with pytest.raises(IllegalTransitionError):
        act(hub_on_each, own, Event.RELEASE)
    with reading(hub_on_each.services.engine) as connection:
        found = declaration(connection, own, OFFICER)
    assert found.summary.state is State.SUBMITTED
    assert found.history == ()


def test_a_declaration_that_is_not_there_is_not_moved(hub_on_each: Hub) -> None:
    own = lodged(hub_on_each)
    with pytest.raises(NotFoundError):
        act(hub_on_each, own[:-1] + ("0" if own[-1] != "0" else "1"), Event.RELEASE)
