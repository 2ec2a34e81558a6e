"""What is declared twice, on both engines: the second carries a doubt; no sender learns of another's."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select

from hub.carriers.tables import carrier_counts
from hub.declarations.assessing.assess import Assessor
from hub.declarations.assessing.twins import LOOK_BACK
from hub.declarations.batches import read_row
from hub.declarations.gathering import Gathering
from hub.declarations.lifecycle import Act, ActorKind, Event
from hub.declarations.moving import apply
from hub.declarations.registry import declaration
from hub.declarations.tables import declaration_keys
from hub.people.access import User
from hub.store.database import reading, writing
from tests.hub.builders import Hub
from tests.hub.carriers.carriers import onboard
from tests.hub.declarations.parcels import parcel
from tests.hub.declarations.test_amending import amended
from tests.hub.declarations.test_intake import OFFICER, RIVAL, SENDER, batch, take

TURNS = 12
UNTRACKED = {"tracking_number": ""}
OTHER_NAME = {"name": "Лейла Алиева", "country": "AZ"}
NAMED = {"name": "Leyla Əliyeva", "country": "AZ"}


def declared(hub: Hub, number: int, sender: User = SENDER, **changes: Any) -> str:
    hub.clock.advance(timedelta(seconds=1))
    own = take(hub, [parcel(number, **changes)], sender).rows[0].declaration_id
    assert Assessor(hub.services).assess_waiting() == 1
    return own


def doubts(hub: Hub, own: str, viewer: User = OFFICER) -> list[dict[str, Any]]:
    with reading(hub.services.engine) as connection:
        report = declaration(connection, own, viewer).report
    assert report is not None
    return [one for one in report.get("findings", ()) if one["code"].startswith("duplicate-")]


def codes(hub: Hub, own: str, viewer: User = OFFICER) -> list[str]:
    return [one["code"] for one in doubts(hub, own, viewer)]


def kept(hub: Hub) -> list[str]:
    with reading(hub.services.engine) as connection:
        return list(connection.scalars(select(declaration_keys.c.declaration_id)))


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ({}, {}, None),
        ({}, {"tracking_number": "RB 000 000 001 cn"}, "duplicate-tracking"),
        (UNTRACKED, UNTRACKED, "duplicate-content"),
        ({}, UNTRACKED, "duplicate-content"),
        (
            UNTRACKED | {"consignee": parcel()["consignee"] | NAMED | {"id": ""}},
            UNTRACKED | {"consignee": parcel()["consignee"] | OTHER_NAME | {"id": ""}},
            "duplicate-content",
        ),
        (UNTRACKED, UNTRACKED | {"arrives_at": "2026-12-02T08:00:00Z"}, None),
    ],
)
def test_a_sender_is_told_which_of_its_own_is_the_same_parcel(
    hub_on_each: Hub, first: dict[str, Any], second: dict[str, Any], code: str | None
) -> None:
    one = declared(hub_on_each, 1, **first)
    two = declared(hub_on_each, 2, **second)
    assert codes(hub_on_each, one, SENDER) == []
    assert codes(hub_on_each, two, SENDER) == ([] if code is None else [code])
    for found in doubts(hub_on_each, two, SENDER):
        assert found["values"] == {"reference": "P-1", "declaration": one}
        assert found["pointer"] == ("/tracking_number" if code == "duplicate-tracking" else "/items")
        assert found["weight"] == "doubt"


@pytest.mark.parametrize(
    ("changes", "code"),
    [({}, "duplicate-other-tracking"), ({"tracking_number": "CARRIERS-OWN"}, "duplicate-other-content")],
)
def test_only_officers_learn_that_another_sender_declared_it_too(
    hub_on_each: Hub, changes: dict[str, Any], code: str
) -> None:
    one = declared(hub_on_each, 1)
    two = declared(hub_on_each, 1, RIVAL, **changes)
    (found,) = doubts(hub_on_each, two)
    assert (found["code"], found["values"]) == (code, {"sender": SENDER.user_id, "declaration": one})
    with reading(hub_on_each.services.engine) as connection:
        seen = declaration(connection, two, RIVAL)
    assert SENDER.user_id not in str(seen)
    assert one not in str(seen)


def test_what_another_sender_declared_is_not_counted_against_a_carrier(hub_on_each: Hub) -> None:
    onboard(hub_on_each, "other")
    declared(hub_on_each, 1)
    assert codes(hub_on_each, declared(hub_on_each, 1, RIVAL)) == ["duplicate-other-tracking"]
    declared(hub_on_each, 2, RIVAL, tracking_number="RB000000001CN")
    with reading(hub_on_each.services.engine) as connection:
        counted = connection.execute(
            select(carrier_counts.c.code, carrier_counts.c.number).where(carrier_counts.c.measure == "doubt")
        )
        assert sorted(map(tuple, counted)) == [("", 1), ("duplicate-tracking", 1)]


def test_those_of_one_batch_see_each_other(hub_on_each: Hub) -> None:
    rows = [parcel(number, tracking_number="ONE-BOX") for number in (1, 2, 3)]
    ids = [row.declaration_id for row in take(hub_on_each, rows).rows]
    Assessor(hub_on_each.services).assess_waiting()
    found = sorted(len(doubts(hub_on_each, one)) for one in ids)
    assert found == [0, 1, 1]


@pytest.mark.parametrize("event", [Event.INVALIDATE, Event.SEND_BACK])
def test_what_was_withdrawn_or_sent_back_is_no_twin(hub_on_each: Hub, event: Event) -> None:
    one = declared(hub_on_each, 1)
    before = () if event is Event.INVALIDATE else (Event.PRESENT,)
    with writing(hub_on_each.services.engine) as connection:
        for each in (*before, event):
            apply(connection, one, Act(each, ActorKind.OFFICER, "samir", "looked"), hub_on_each.clock.now)
    assert kept(hub_on_each) == []
    assert codes(hub_on_each, declared(hub_on_each, 2, tracking_number="RB000000001CN")) == []


def test_what_was_rejected_is_no_twin(hub_on_each: Hub) -> None:
    declared(hub_on_each, 1, items=[parcel()["items"][0] | {"description": "gift"}])
    assert kept(hub_on_each) == []


def test_an_amended_one_is_found_by_its_new_number_only_and_never_by_itself(hub_on_each: Hub) -> None:
    one = declared(hub_on_each, 1)
    amended(hub_on_each, one, parcel(1, tracking_number="NEW-1"))
    assert codes(hub_on_each, one) == []
    assert kept(hub_on_each) == [one]
    assert codes(hub_on_each, declared(hub_on_each, 2, tracking_number="RB000000001CN")) == []
    assert codes(hub_on_each, declared(hub_on_each, 3, tracking_number="new 1")) == ["duplicate-tracking"]


def test_a_tracking_number_may_be_given_out_again_later(hub_on_each: Hub) -> None:
    declared(hub_on_each, 1)
    hub_on_each.clock.advance(LOOK_BACK - timedelta(seconds=1))
    declared(hub_on_each, 2, tracking_number="RB000000001CN")
    hub_on_each.clock.advance(LOOK_BACK + timedelta(seconds=1))
    assert codes(hub_on_each, declared(hub_on_each, 3, tracking_number="RB000000001CN")) == []


def test_a_sandbox_meets_nobody_elses(hub_on_each: Hub) -> None:
    onboard(hub_on_each, "other", is_sandbox=True)
    declared(hub_on_each, 1)
    assert codes(hub_on_each, declared(hub_on_each, 1, RIVAL)) == []
    again = declared(hub_on_each, 2, RIVAL, tracking_number="RB000000001CN")
    assert codes(hub_on_each, again, RIVAL) == ["duplicate-tracking"]


def test_of_two_that_come_at_once_for_one_person_one_sees_the_other(hub_on_each: Hub) -> None:
    services, both = hub_on_each.services, Barrier(2)
    assessor = Assessor(services)

    def lodge(sender: User) -> list[str]:
        gathering = Gathering(services, assessor)
        ids = []
        for number in range(TURNS):
            row = read_row(
                batch(parcel(number, consignee=parcel()["consignee"] | {"id": f"5ABC{number:02}D"}))
            )
            both.wait()
            ids.append(gathering.take(sender.user_id, row).declaration_id)
        return ids

    with ThreadPoolExecutor(2) as pool:
        pairs = list(zip(*pool.map(lodge, (SENDER, RIVAL)), strict=True))
    assert [sum(len(doubts(hub_on_each, one)) for one in pair) for pair in pairs] == [1] * TURNS
