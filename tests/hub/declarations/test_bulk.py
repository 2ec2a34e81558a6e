"""Decisions on several declarations, on both engines: two officers where two are asked for, done once."""

from dataclasses import replace

import pytest

from hub.declarations.assessing.assess import Assessor
from hub.declarations.bulk import (
    MOST_AT_ONCE,
    BulkDecision,
    BulkKind,
    BulkState,
    NewBulk,
    approve_bulk,
    list_bulk,
    propose_bulk,
    reject_bulk,
)
from hub.declarations.lifecycle import Event, State
from hub.declarations.registry import declaration
from hub.errors import ConflictError, InvalidInputError
from hub.people.access import User
from hub.people.audit import latest
from hub.store.database import reading, writing
from tests.hub.builders import NOW, Hub
from tests.hub.declarations.parcels import parcel
from tests.hub.declarations.test_acts import act, simple
from tests.hub.declarations.test_intake import OFFICER
from tests.hub.declarations.test_intake import take as lodge
from tests.hub.declarations.test_worklist import SECOND


def three(hub: Hub) -> tuple[str, ...]:
    """One is being assessed, one is here, one is decided and still on its way."""
    ids = tuple(row.declaration_id for row in lodge(hub, [parcel(number) for number in range(3)]).rows)
    Assessor(hub.services).assess_waiting()
    act(hub, ids[0], simple(Event.BEGIN_ASSESSMENT))
    act(hub, ids[1], simple(Event.PRESENT))
    return ids


def propose(
    hub: Hub, ids: tuple[str, ...], *, needs_two: bool = True, officer: User = OFFICER
) -> BulkDecision:
    new = NewBulk("b-1", BulkKind.RELEASE, ids, "All of one known shop.")
    with writing(hub.services.engine) as connection:
        return propose_bulk(connection, new, officer=officer, needs_two=needs_two, now=NOW)


def approve(hub: Hub, officer: User) -> BulkDecision:
    with writing(hub.services.engine) as connection:
        return approve_bulk(connection, "b-1", officer=officer, now=NOW)


def states(hub: Hub, ids: tuple[str, ...]) -> list[State]:
    with reading(hub.services.engine) as connection:
        return [declaration(connection, one, OFFICER).summary.state for one in ids]


def test_nothing_happens_before_a_second_officer_approves(hub_on_each: Hub) -> None:
    ids = three(hub_on_each)
    before = states(hub_on_each, ids)
    assert propose(hub_on_each, ids).state is BulkState.WAITING
    with pytest.raises(ConflictError) as caught:
        approve(hub_on_each, OFFICER)
    assert caught.value.code == "own-decision"
    assert states(hub_on_each, ids) == before
    done = approve(hub_on_each, SECOND)
    assert states(hub_on_each, ids) == [State.ASSESSMENT_COMPLETE, State.RELEASED, State.ASSESSMENT_COMPLETE]
    assert (done.state, done.decided_by) == (BulkState.DONE, SECOND.user_id)
    assert done.left_out == {ids[2]: "illegal-transition"}
    with pytest.raises(ConflictError):
        approve(hub_on_each, SECOND)


def test_one_officer_is_enough_where_the_settings_say_so(hub_on_each: Hub) -> None:
    ids = three(hub_on_each)[:2]
    first, again = (propose(hub_on_each, ids, needs_two=False) for _ in range(2))
    assert first == again
    assert states(hub_on_each, ids) == [State.ASSESSMENT_COMPLETE, State.RELEASED]
    with reading(hub_on_each.services.engine) as connection:
        actions = [row.action for row in latest(connection, 4)]
    assert sorted(actions) == [
        "bulk-decision-done",
        "bulk-decision-proposed",
        "declaration-complete-assessment",
        "declaration-release",
    ]


def test_a_decision_that_is_dropped_does_nothing(hub_on_each: Hub) -> None:
    ids = three(hub_on_each)
    propose(hub_on_each, ids)
    with writing(hub_on_each.services.engine) as connection:
        assert reject_bulk(connection, "b-1", officer=SECOND, now=NOW).state is BulkState.REJECTED
        assert [one.bulk_id for one in list_bulk(connection)] == ["b-1"]
    with pytest.raises(ConflictError):
        approve(hub_on_each, SECOND)
    assert State.RELEASED not in states(hub_on_each, ids)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"declaration_ids": ()}, "/declaration_ids"),
        ({"declaration_ids": ("x",) * (MOST_AT_ONCE + 1)}, "/declaration_ids"),
        ({"reason": " "}, "/reason"),
    ],
)
def test_what_is_missing_is_named(hub_on_each: Hub, change: dict[str, object], pointer: str) -> None:
    new = replace(NewBulk("b-1", BulkKind.RELEASE, ("x",), "Reason."), **change)  # type: ignore[arg-type]
    with writing(hub_on_each.services.engine) as connection, pytest.raises(InvalidInputError) as caught:
        propose_bulk(connection, new, officer=OFFICER, needs_two=True, now=NOW)
    assert [one.pointer for one in caught.value.problems] == [pointer]
