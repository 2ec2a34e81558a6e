"""The desk on both engines: what waits in its order, who works on what, what is known of one."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from hub.declarations.acts import act_as_officer
from hub.declarations.assessing.assess import Assessor
from hub.declarations.assessing.evidence import SEVERITY, Channel
from hub.declarations.desk import VIEWED, consult_declaration, hold_while_open
from hub.declarations.desk_holds import assign, assigned_to, let_go_of_old, take
from hub.declarations.identity import declaration_id
from hub.declarations.lifecycle import Event, State
from hub.declarations.tables import declarations
from hub.declarations.worklist import WorkFilter, count_work, counts_by_state, list_work
from hub.errors import ConflictError, InvalidInputError, NotFoundError
from hub.people.access import Role, User
from hub.people.tables import audit
from hub.store.bulk import insert_many
from hub.store.database import reading, writing
from tests.hub.builders import NOW, Hub, add_users
from tests.hub.declarations.parcels import parcel
from tests.hub.declarations.test_acts import act, decided, simple
from tests.hub.declarations.test_intake import OFFICER, RIVAL, SENDER
from tests.hub.declarations.test_intake import take as lodge

EVERYTHING = WorkFilter()
FACTS = {
    "sender_id": SENDER.user_id,
    "form": "low-value",
    "version": 1,
    "steps": 0,
    "ucr": "",
    "content": "{}",
}
SECOND = User("aysel", "Aysel Məmmədova", Role.CUSTOMS_OFFICER)


def listed(hub: Hub, wanted: WorkFilter = EVERYTHING, limit: int = 2) -> list[str]:
    found, cursor = [], None
    with reading(hub.services.engine) as connection:
        while True:
            page = list_work(connection, wanted, now=hub.clock.now, cursor=cursor, limit=limit)
            found += [row.summary.reference for row in page.items]
            cursor = page.next_cursor
            if cursor is None:
                return found


def test_work_comes_by_deadline_then_by_channel_page_by_page(hub_on_each: Hub) -> None:
    days = {1: "2026-03-20", 2: "2026-03-17", 3: "2026-03-20", 4: "2026-03-18"}
    rows = [parcel(number, arrives_at=f"{day}T08:00:00Z") for number, day in days.items()]
    rows.append({name: part for name, part in parcel(5).items() if name != "arrives_at"})
    ids = [row.declaration_id for row in lodge(hub_on_each, rows).rows]
    Assessor(hub_on_each.services).assess_waiting()
    again = (simple(Event.BEGIN_ASSESSMENT), simple(Event.COMPLETE_ASSESSMENT, channel=Channel.HOLD))
    act(hub_on_each, ids[2], *again)
    assert listed(hub_on_each) == ["P-2", "P-4", "P-3", "P-1", "P-5"]
    assert listed(hub_on_each, WorkFilter(channel=Channel.HOLD)) == ["P-3"]
    assert listed(hub_on_each, WorkFilter(sender_id=RIVAL.user_id)) == []
    assert listed(hub_on_each, WorkFilter(tracking_number="RB000000004CN")) == ["P-4"]


def test_what_waits_for_an_officer_is_counted(hub_on_each: Hub) -> None:
    own = decided(hub_on_each)
    with reading(hub_on_each.services.engine) as connection:
        assert count_work(connection, WorkFilter(is_waiting=True)) == 0
    act(hub_on_each, own, simple(Event.PRESENT))
    with reading(hub_on_each.services.engine) as connection:
        assert count_work(connection, WorkFilter(is_waiting=True)) == 1
        counts = counts_by_state(connection)
    assert (counts[State.PRESENTED], counts[State.ASSESSMENT_COMPLETE]) == (1, 0)


def test_a_cursor_of_another_list_is_refused(hub_on_each: Hub) -> None:
    with reading(hub_on_each.services.engine) as connection, pytest.raises(InvalidInputError):
        list_work(connection, WorkFilter(), now=NOW, cursor="MjAyNi0wMy0xNFQwOTozMDowMCswMDowMHx4fHk=")


def test_two_officers_do_not_work_on_the_same_one(hub_on_each: Hub) -> None:
    own = decided(hub_on_each)
    view = consult_declaration(hub_on_each.services, own, viewer=OFFICER)
    held = hold_while_open(hub_on_each.services, view.detail.summary, viewer=OFFICER)
    assert held is not None
    assert hold_while_open(hub_on_each.services, view.detail.summary, viewer=SECOND) == held
    with writing(hub_on_each.services.engine) as connection:
        with pytest.raises(ConflictError) as caught:
            act_as_officer(connection, own, simple(Event.PRESENT), officer=SECOND, now=NOW)
        assert caught.value.code == "declaration-held"
        take(connection, own, SECOND.user_id, NOW, over=True)
        assert act_as_officer(connection, own, simple(Event.PRESENT), officer=SECOND, now=NOW)
        assert let_go_of_old(connection, NOW + timedelta(minutes=4)) == 1


def test_work_is_given_to_an_officer_and_to_nobody_else(hub_on_each: Hub) -> None:
    add_users(hub_on_each.services, OFFICER, SECOND)
    own = decided(hub_on_each)
    with writing(hub_on_each.services.engine) as connection:
        assign(connection, own, SECOND.user_id, assigned_by=OFFICER.user_id, now=NOW)
        assert assigned_to(connection, own) == SECOND.user_id
        with pytest.raises(InvalidInputError):
            assign(connection, own, "nobody", assigned_by=OFFICER.user_id, now=NOW)
    assert listed(hub_on_each, WorkFilter(assigned_to=SECOND.user_id)) == ["P-1"]
    with writing(hub_on_each.services.engine) as connection:
        assign(connection, own, "", assigned_by=OFFICER.user_id, now=NOW)
    assert listed(hub_on_each, WorkFilter(assigned_to=SECOND.user_id)) == []


def test_a_look_shows_what_is_around_and_is_recorded_once(hub_on_each: Hub) -> None:
    same_parcel = parcel(2, tracking_number="RB000000001CN", consignee={"name": "Else", "country": "AZ"})
    ids = [row.declaration_id for row in lodge(hub_on_each, [parcel(1), same_parcel, parcel(3)]).rows]
    Assessor(hub_on_each.services).assess_waiting()
    for _ in range(2):
        view = consult_declaration(hub_on_each.services, ids[0], viewer=OFFICER)
    assert [one.reference for one in view.same_consignee] == ["P-3"]
    assert [one.reference for one in view.same_tracking] == ["P-2"]
    assert view.evidence["value_usd"] == "19.90"
    assert view.facts.items[0].hs_code == "610910"
    with reading(hub_on_each.services.engine) as connection:
        looks = connection.scalars(select(audit.c.target).where(audit.c.action == VIEWED)).all()
    assert looks == [ids[0]]
    with pytest.raises(NotFoundError):
        consult_declaration(hub_on_each.services, ids[0], viewer=RIVAL)
    assert SENDER.user_id == view.detail.summary.sender_id


def laid_out(hub: Hub, count: int = 60) -> list[str]:
    """Store declarations of every state with and without arrival, several at one time; ids in list order."""
    drawn = Random(7)
    rows: list[dict[str, Any]] = []
    for number in range(count):
        came_at = NOW - timedelta(days=drawn.randrange(5), milliseconds=number)
        arrives_at = None if drawn.random() < 0.2 else NOW + timedelta(days=drawn.randrange(4))
        state, channel = drawn.choice(list(State)), drawn.choice([None, *Channel])
        is_asked = state in {State.INFORMATION_REQUESTED, State.SCREENING_REQUESTED}
        row = {
            "declaration_id": declaration_id(came_at, drawn.randbytes(10)),
            "received_at": came_at,
            "state": state.value,
            "changed_at": came_at,
            "due_at": NOW + timedelta(days=drawn.randrange(4)) if is_asked and drawn.random() < 0.7 else None,
            "arrives_at": arrives_at,
            "channel": None if channel is None else channel.value,
            "tracking_number": f"RB{number:09d}CN",
        }
        rows.append(FACTS | row | {"reference": f"P-{number}", "consignee_key": f"{number:032x}"})
    with writing(hub.services.engine) as connection:
        insert_many(connection, declarations, rows)
    return [row["reference"] for row in sorted(rows, key=_listed_at)]


def _listed_at(row: dict[str, Any]) -> tuple[datetime, int, str]:
    deadline = row["due_at"] or row["arrives_at"] or datetime(9999, 1, 1, tzinfo=UTC)
    channel = row["channel"]
    rank = len(Channel) + 1 if channel is None else len(Channel) - SEVERITY[Channel(channel)]
    return deadline, rank, row["declaration_id"]


@pytest.mark.parametrize("limit", [7, 100])
def test_every_state_arrival_and_channel_comes_once_and_in_order(hub_on_each: Hub, limit: int) -> None:
    in_order = laid_out(hub_on_each)
    assert listed(hub_on_each, limit=limit) == in_order
    for wanted in (
        *(WorkFilter(state=state) for state in State),
        WorkFilter(is_waiting=True),
        WorkFilter(is_waiting=True, channel=Channel.HOLD),
        WorkFilter(is_waiting=True, sender_id=SENDER.user_id),
    ):
        found = listed(hub_on_each, wanted, limit)
        assert found == [one for one in in_order if one in found]
        with reading(hub_on_each.services.engine) as connection:
            assert len(found) == count_work(connection, wanted)
    by_sender = WorkFilter(sender_id=SENDER.user_id)
    assert listed(hub_on_each, by_sender, limit) == in_order
