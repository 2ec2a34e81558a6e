"""Decided declarations whose goods never come, on both engines: they end, and give back what they used."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from hub.declarations.assessing.assess import Assessor
from hub.declarations.identity import person_key
from hub.declarations.lapsing import AT_ONCE, lapse_never_come
from hub.declarations.lifecycle import Act, ActorKind, Event, State
from hub.declarations.limit_ledger import MonthUse, PersonMonth, month_use
from hub.declarations.moving import apply
from hub.declarations.registry import DeclarationDetail, declaration
from hub.declarations.upkeep import lapse_declarations
from hub.store.database import reading, writing
from tests.hub.builders import NOW, Hub
from tests.hub.declarations.parcels import parcel
from tests.hub.declarations.test_amending import amended
from tests.hub.declarations.test_intake import OFFICER, SENDER, take

LAPSE = timedelta(days=30)
LEYLA = PersonMonth(person_key("5ABC12D", "", "AZ"), "2026-03")
ARRIVES_AT = NOW + timedelta(days=10)


def decided(hub: Hub, *, arrives_at: datetime | None = ARRIVES_AT) -> str:
    changes = {} if arrives_at is None else {"arrives_at": arrives_at.isoformat()}
    wanted = {name: value for name, value in parcel().items() if name != "arrives_at"} | changes
    (row,) = take(hub, [wanted]).rows
    Assessor(hub.services).assess_waiting()
    return row.declaration_id


def seen(hub: Hub, own: str) -> DeclarationDetail:
    with reading(hub.services.engine) as connection:
        return declaration(connection, own, SENDER)


def act(hub: Hub, own: str, event: Event, **said: Any) -> None:
    with writing(hub.services.engine) as connection:
        apply(
            connection, own, Act(event, ActorKind.OFFICER, OFFICER.user_id, "looked", **said), hub.clock.now
        )


@pytest.mark.parametrize(
    ("arrives_at", "ends_at"),
    [
        (ARRIVES_AT, ARRIVES_AT + LAPSE),
        (None, NOW + LAPSE),
        (NOW - timedelta(days=90), NOW + LAPSE),
    ],
)
def test_it_lapses_so_many_days_after_arrival_and_decision(
    hub_on_each: Hub, arrives_at: datetime | None, ends_at: datetime
) -> None:
    own = decided(hub_on_each, arrives_at=arrives_at)
    hub_on_each.clock.now = ends_at - timedelta(seconds=1)
    assert lapse_never_come(hub_on_each.services) == 0
    hub_on_each.clock.now = ends_at
    assert [lapse_never_come(hub_on_each.services) for _ in range(2)] == [1, 0]
    found = seen(hub_on_each, own)
    assert found.summary.state is State.INVALIDATED
    step = found.history[-1]
    assert (step.event, step.actor, step.reason) == (Event.LAPSE, "deadlines", "no goods came in 30 days")


def test_it_gives_back_what_it_used_of_the_limit(hub_on_each: Hub) -> None:
    decided(hub_on_each)
    hub_on_each.clock.now = ARRIVES_AT + LAPSE
    lapse_declarations(hub_on_each.services, {})
    with reading(hub_on_each.services.engine) as connection:
        assert month_use(connection, LEYLA) == MonthUse()


@pytest.mark.parametrize("event", [Event.PRESENT, Event.FORBID_LOADING, Event.BEGIN_ASSESSMENT])
def test_what_is_here_or_in_somebodys_hands_does_not_lapse(hub_on_each: Hub, event: Event) -> None:
    act(hub_on_each, decided(hub_on_each), event)
    hub_on_each.clock.now = ARRIVES_AT + 10 * LAPSE
    assert lapse_never_come(hub_on_each.services) == 0


def test_an_amendment_begins_the_time_anew(hub_on_each: Hub) -> None:
    own = decided(hub_on_each)
    hub_on_each.clock.now = ARRIVES_AT + LAPSE - timedelta(days=1)
    later = hub_on_each.clock.now + timedelta(days=3)
    amended(hub_on_each, own, parcel(arrives_at=later.isoformat()))
    hub_on_each.clock.now = later + LAPSE - timedelta(seconds=1)
    assert lapse_never_come(hub_on_each.services) == 0
    hub_on_each.clock.now = later + LAPSE
    assert lapse_never_come(hub_on_each.services) == 1


def test_more_than_one_portion_lapses(hub_on_each: Hub) -> None:
    take(hub_on_each, [parcel(number) for number in range(AT_ONCE + 3)])
    Assessor(hub_on_each.services).assess_waiting()
    hub_on_each.clock.now = NOW + timedelta(days=365)
    assert lapse_never_come(hub_on_each.services) == AT_ONCE + 3
