"""Declarations whose time is over, on both engines: whole months go, with all that belongs to them."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Table, func, select

from hub.declarations import retention
from hub.declarations.act_tables import bulk_decisions, declaration_assignments, declaration_holds
from hub.declarations.act_values import DeskAct, Inspection
from hub.declarations.acts import act_as_officer
from hub.declarations.assessing.assess import Assessor
from hub.declarations.bulk import BulkKind, NewBulk, propose_bulk
from hub.declarations.desk_holds import give, hold
from hub.declarations.intake import RowFate
from hub.declarations.lifecycle import Event
from hub.declarations.limit_tables import person_months
from hub.declarations.registry import declaration
from hub.declarations.retention import PARTS, PurgedMonth, purge
from hub.declarations.tables import declaration_numbers, declarations
from hub.declarations.upkeep import purge_old
from hub.people.audit import latest
from hub.store.database import reading, writing
from tests.hub.builders import NOW, Hub, add_users
from tests.hub.declarations.parcels import parcel
from tests.hub.declarations.test_amending import LIGHTER, amended
from tests.hub.declarations.test_intake import OFFICER, fates, take

KEPT = timedelta(days=1827)
NEXT_MONTH = datetime(2026, 4, 1, tzinfo=UTC)
EVERYTHING = (
    *PARTS,
    declaration_numbers,
    declaration_assignments,
    declaration_holds,
    bulk_decisions,
    person_months,
)
OTHER_PERSON = parcel()["consignee"] | {"id": "6XYZ34E"}
ACTS = (
    DeskAct("act-1", Event.PRESENT),
    DeskAct("act-2", Event.INSPECT, "opened", inspection=Inspection(is_found=False)),
    DeskAct("act-3", Event.RELEASE, "as declared"),
)


def rows(hub: Hub, table: Table) -> int:
    with reading(hub.services.engine) as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def counted(hub: Hub) -> dict[str, int]:
    return {table.name: rows(hub, table) for table in EVERYTHING}


@pytest.fixture
def hub(hub_on_each: Hub) -> Hub:
    """Fill a month with declarations and whatever belongs to them."""
    made, services = hub_on_each, hub_on_each.services
    add_users(services, OFFICER)
    ids = [one.declaration_id for one in take(made, [parcel(1), parcel(2), parcel(3)]).rows]
    Assessor(services).assess_waiting()
    amended(made, ids[0], LIGHTER)
    with writing(services.engine) as connection:
        for act in ACTS:
            act_as_officer(connection, ids[1], act, officer=OFFICER, now=NOW)
        hold(connection, ids[2], OFFICER, NOW)
        give(connection, ids[2], OFFICER.user_id, by=OFFICER, now=NOW)
        new = NewBulk("bulk-1", BulkKind.RELEASE, (ids[0],), "alike")
        propose_bulk(connection, new, officer=OFFICER, needs_two=True, now=NOW)
    return made


def test_a_month_goes_with_all_that_belongs_to_it(hub: Hub) -> None:
    assert all(counted(hub).values())
    hub.clock.now = NEXT_MONTH + KEPT
    assert purge(hub.services, actor="cli") == (PurgedMonth("2026-03", 3, 2),)
    assert not any(counted(hub).values())
    with reading(hub.services.engine) as connection:
        (trace,) = [one for one in latest(connection, 10) if one.action == "declarations-purged"]
    assert (trace.actor, trace.target, trace.detail["declarations"]) == ("cli", "2026-03", 3)
    assert purge(hub.services, actor="cli") == ()


def test_nothing_goes_before_its_month_is_over(hub: Hub) -> None:
    before = counted(hub)
    hub.clock.now = NEXT_MONTH + KEPT - timedelta(seconds=1)
    assert purge(hub.services, actor="cli") == ()
    assert counted(hub) == before


def test_a_dry_run_says_what_would_go_and_deletes_nothing(hub: Hub) -> None:
    before = counted(hub)
    hub.clock.now = NEXT_MONTH + KEPT
    assert purge(hub.services, actor="cli", is_dry=True) == (PurgedMonth("2026-03", 3, 2),)
    assert counted(hub) == before
    with reading(hub.services.engine) as connection:
        assert "declarations-purged" not in {one.action for one in latest(connection, 10)}


@pytest.mark.parametrize("has_room", [True, False])
def test_later_months_stay_as_they_are(hub: Hub, *, has_room: bool) -> None:
    hub.clock.now = NEXT_MONTH if has_room else NEXT_MONTH + timedelta(days=400)
    (own,) = take(hub, [parcel(9, consignee=OTHER_PERSON)]).rows
    Assessor(hub.services).assess_waiting()
    left = [declarations, declaration_numbers, *PARTS[:1], person_months]
    hub.clock.now = NEXT_MONTH + KEPT
    purge(hub.services, actor="cli")
    assert [rows(hub, table) for table in left] == [1, 1, 3, 1]
    with reading(hub.services.engine) as connection:
        assert declaration(connection, own.declaration_id, OFFICER).summary.reference == "P-9"


def test_what_has_no_partition_of_its_own_goes_too(hub_on_each: Hub) -> None:
    hub_on_each.clock.now = NOW - timedelta(days=700)
    take(hub_on_each, [parcel(number) for number in range(5)])
    Assessor(hub_on_each.services).assess_waiting()
    hub_on_each.clock.now = NOW + KEPT
    (done,) = purge(hub_on_each.services, actor="cli")
    assert done.declarations == 5
    assert not any(counted(hub_on_each).values())


def test_it_goes_on_in_small_portions_and_says_all_of_them(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    hub.clock.now = NEXT_MONTH + KEPT
    purge(hub.services, actor="cli")
    assert not any(counted(hub).values())
    with reading(hub.services.engine) as connection:
        traces = [one for one in latest(connection, 10) if one.action == "declarations-purged"]
    assert sum(int(one.detail["declarations"] or 0) for one in traces) == 3


def test_a_number_of_a_deleted_declaration_is_free_again(hub: Hub) -> None:
    hub.clock.now = NEXT_MONTH + KEPT
    purge(hub.services, actor="cli")
    assert fates(take(hub, [parcel(1, mode="5")])) == [RowFate.STORED]


def test_a_worker_does_it(hub: Hub) -> None:
    hub.clock.now = NEXT_MONTH + KEPT
    purge_old(hub.services, {})
    assert rows(hub, declarations) == 0
