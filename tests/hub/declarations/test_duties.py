"""Duties and limits of stored declarations, on both engines: counted once, given back, never twice free."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from hub.declarations.assessing.assess import Assessor
from hub.declarations.assessing.conditions import Comparison, Operator
from hub.declarations.assessing.evidence import Channel
from hub.declarations.assessing.tables import declaration_assessments
from hub.declarations.batches import BatchForm
from hub.declarations.duty_files import DutyTablesError
from hub.declarations.identity import person_key
from hub.declarations.intake import take_batch
from hub.declarations.lifecycle import Act, ActorKind, Event
from hub.declarations.limit_ledger import MonthUse, PersonMonth, month_use
from hub.declarations.moving import apply
from hub.errors import InvalidInputError
from hub.store.database import reading, writing_beside_others
from tests.hub.builders import Hub
from tests.hub.declarations.duty.tables import write_tables
from tests.hub.declarations.evidences import item
from tests.hub.declarations.parcels import parcel
from tests.hub.declarations.test_amending import amended
from tests.hub.declarations.test_assessing import WANTED, activate, lodged, seen
from tests.hub.declarations.test_intake import SENDER, batch

LEYLA = PersonMonth(person_key("5ABC12D", "", "AZ"), "2026-03")


def own(number: int, usd: str = "100.00", **changes: Any) -> dict[str, Any]:
    """Make a person's parcel of shoes, without freight."""
    goods = item(
        description="Leather shoes for men", hs_code="640399", value={"value": usd, "currency_id": "USD"}
    )
    row = parcel(number, is_personal=True, items=[goods], **changes)
    del row["freight"]
    return row


def use(hub: Hub, person: PersonMonth = LEYLA) -> MonthUse:
    with reading(hub.services.engine) as connection:
        return month_use(connection, person)


def assess(hub: Hub, *rows: dict[str, Any]) -> list[str]:
    ids = lodged(hub, *rows)
    Assessor(hub.services).assess_waiting()
    return ids


def total(hub: Hub, declaration_id: str) -> str:
    duties = seen(hub, declaration_id).duties
    assert duties is not None
    return str(duties["total"])


def evidence(hub: Hub, declaration_id: str, version: int = 1) -> dict[str, Any]:
    columns = declaration_assessments.c
    with reading(hub.services.engine) as connection:
        kept = connection.scalar(
            select(columns.evidence).where(
                columns.declaration_id == declaration_id, columns.version == version
            )
        )
    assert kept is not None
    return dict(kept)


def with_tables(hub: Hub, folder: Path) -> Hub:
    settings = hub.services.settings
    declared = msgspec.structs.replace(settings.declarations, duty_tables=folder)
    settings = msgspec.structs.replace(settings, declarations=declared)
    return Hub(replace(hub.services, settings=settings), hub.clock)


def end(hub: Hub, declaration_id: str, event: Event = Event.INVALIDATE) -> None:
    with writing_beside_others(hub.services.engine) as connection:
        wanted = Act(event, ActorKind.OFFICER, "samir", "the parcel never came")
        apply(connection, declaration_id, wanted, hub.clock.now)


def test_split_parcels_of_a_person_meet_in_one_month_and_the_fourth_is_taxed(hub_on_each: Hub) -> None:
    ids = assess(hub_on_each, *(own(number) for number in range(4)))
    # the fourth is over whole: 170 AZN, 25.50 duty, 35.19 VAT
    assert [total(hub_on_each, one) for one in ids] == ["0.00", "0.00", "0.00", "60.69"]
    assert use(hub_on_each) == MonthUse(400_00, 4)
    kept = evidence(hub_on_each, ids[3])
    assert (kept["value_usd"], kept["parcels_of_person"]) == ("100.00", 4)
    assert kept["duties"] == {"total_usd": "35.70", "limit_used_usd": "400.00", "is_over_limit": True}


def test_another_batch_goes_on_where_the_last_one_ended(hub_on_each: Hub) -> None:
    assess(hub_on_each, own(1, "250.00"))
    (second,) = assess(hub_on_each, own(2, "100.00"))
    assert total(hub_on_each, second) == "30.35"
    assert use(hub_on_each) == MonthUse(350_00, 2)


def test_two_parcels_of_a_person_that_come_at_once_are_not_both_free(hub_on_each: Hub) -> None:
    assessor = Assessor(hub_on_each.services)
    ids = [lodged(hub_on_each, own(number, "200.00"))[0] for number in range(4)]

    def assess_one(declaration_id: str) -> None:
        with writing_beside_others(hub_on_each.services.engine) as connection:
            assessor.assess_some(connection, [declaration_id])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(assess_one, ids))
    assert use(hub_on_each) == MonthUse(800_00, 4)
    totals = sorted(Decimal(total(hub_on_each, one)) for one in ids)
    # one free, one with 100 USD over, two over whole
    assert [str(one) for one in totals] == ["0.00", "60.69", "121.38", "121.38"]


@pytest.mark.parametrize("event", [Event.INVALIDATE, Event.REFUSE])
def test_what_ends_gives_back_what_it_added_and_nothing_else(hub_on_each: Hub, event: Event) -> None:
    first, second = assess(hub_on_each, own(1, "120.00"), own(2, "50.00"))
    if event is Event.REFUSE:
        end(hub_on_each, first, Event.PRESENT)
        assert use(hub_on_each) == MonthUse(170_00, 2)
    end(hub_on_each, first, event)
    assert use(hub_on_each) == MonthUse(50_00, 1)
    if event is Event.REFUSE:
        end(hub_on_each, first, Event.SEND_BACK)
        assert use(hub_on_each) == MonthUse(50_00, 1)
    assert total(hub_on_each, second) == "0.00"


def test_an_amendment_takes_back_what_the_old_content_added(hub_on_each: Hub) -> None:
    first, _ = assess(hub_on_each, own(1, "120.00"), own(2, "50.00"))
    _, summary = amended(hub_on_each, first, own(1, "310.00"))
    assert summary.version == 2
    # 60 of 310 USD are over beside the other parcel's 50
    assert total(hub_on_each, first) == "36.42"
    assert use(hub_on_each) == MonthUse(360_00, 2)
    assert evidence(hub_on_each, first, version=2)["parcels_of_person"] == 2
    someone = parcel()["consignee"] | {"id": "6XYZ99K"}
    amended(hub_on_each, first, own(1, "310.00", consignee=someone))
    assert use(hub_on_each) == MonthUse(50_00, 1)
    assert use(hub_on_each, LEYLA._replace(person_key=person_key("6XYZ99K", "", "AZ"))) == MonthUse(310_00, 1)


def test_an_amendment_with_errors_leaves_the_month_as_it_was(hub_on_each: Hub) -> None:
    (first,) = assess(hub_on_each, own(1, "120.00"))
    with pytest.raises(InvalidInputError):
        amended(hub_on_each, first, own(1) | {"items": [item(hs_code="999999")]})
    assert use(hub_on_each) == MonthUse(120_00, 1)


def test_a_parcel_that_is_rejected_adds_nothing(hub_on_each: Hub) -> None:
    rejected = own(1) | {"items": [item(hs_code="999999")]}
    (one,) = assess(hub_on_each, rejected)
    assert seen(hub_on_each, one).summary.state == "rejected"
    assert seen(hub_on_each, one).duties is None
    assert use(hub_on_each) == MonthUse()


def test_a_firms_parcel_is_a_parcel_and_uses_no_limit(hub_on_each: Hub) -> None:
    (one,) = assess(hub_on_each, own(1) | {"is_personal": False})
    assert use(hub_on_each) == MonthUse(0, 1)
    assert total(hub_on_each, one) == "60.69"
    assert evidence(hub_on_each, one)["duties"] == {
        "total_usd": "35.70",
        "limit_used_usd": None,
        "is_over_limit": False,
    }


def test_a_month_ends_at_midnight_in_baku(hub_on_each: Hub) -> None:
    for now in (datetime(2026, 3, 31, 19, 59, tzinfo=UTC), datetime(2026, 3, 31, 20, 0, tzinfo=UTC)):
        hub_on_each.clock.now = now
        (one,) = assess(hub_on_each, own(now.hour, "300.00", arrives_at="2026-05-01T08:00:00Z"))
        assert total(hub_on_each, one) == "0.00"
    april = LEYLA._replace(month="2026-04")
    assert (use(hub_on_each), use(hub_on_each, april)) == (MonthUse(300_00, 1), MonthUse(300_00, 1))


def test_the_limit_of_the_day_counts_on_the_day_it_changes(hub_on_each: Hub) -> None:
    totals = []
    for now in (datetime(2018, 12, 31, 19, 59, tzinfo=UTC), datetime(2018, 12, 31, 20, 0, tzinfo=UTC)):
        hub_on_each.clock.now = now
        (one,) = assess(hub_on_each, own(now.hour, "400.00", arrives_at="2019-02-01T08:00:00Z"))
        totals.append(total(hub_on_each, one))
    assert totals == ["0.00", "60.69"]


def test_a_currency_without_a_rate_is_said_and_nothing_is_guessed(hub_on_each: Hub) -> None:
    goods = item(value={"value": "100", "currency_id": "NZD"})
    (one,) = assess(hub_on_each, own(1) | {"items": [goods]})
    kept = evidence(hub_on_each, one)
    assert (kept["value_usd"], kept["duties"], kept["parcels_of_person"]) == (None, None, 1)
    duties = seen(hub_on_each, one).duties
    assert duties is not None
    assert list(duties["problems"]) == [
        {"code": "rate-missing", "values": {"currency": "NZD", "day": "2026-03-14"}, "item": 0}
    ]
    assert "total" not in duties


def test_a_profile_selects_who_is_over_the_limit(hub_on_each: Hub) -> None:
    over = Comparison("is-over-limit", Operator.EQUALS, "true")
    activate(hub_on_each, msgspec.structs.replace(WANTED, condition=over))
    ids = assess(hub_on_each, own(1, "300.00"), own(2, "0.01"))
    assert [seen(hub_on_each, one).summary.channel for one in ids] == [Channel.RELEASE, Channel.INSPECTION]


def test_the_sender_sees_its_duties_and_nothing_of_the_persons_other_parcels(hub_on_each: Hub) -> None:
    _, second = assess(hub_on_each, own(1, "250.00"), own(2, "100.00"))
    senders, officers = seen(hub_on_each, second, SENDER).duties, seen(hub_on_each, second).duties
    assert senders is not None
    assert officers is not None
    assert senders["total"] == officers["total"] == "30.35"
    assert senders["items"] == officers["items"]
    assert officers["limit"]["used_usd"] == "250.00"
    assert "limit" not in senders
    assert [step["code"] for step in senders["explanation"]] == ["value", "free", "duty", "vat", "total"]


def test_a_site_has_its_own_tables_and_bad_ones_are_refused_at_the_start(
    hub_on_each: Hub, tmp_path: Path
) -> None:
    folder = write_tables(
        tmp_path / "tables",
        limits="amount_usd,modes,excluded,valid_from,valid_to,source\n50,4,,2019-01-01,,x\n",
    )
    own_tables = with_tables(hub_on_each, folder)
    (one,) = assess(own_tables, own(1))
    assert total(own_tables, one) == "30.35"
    with pytest.raises(DutyTablesError, match="nothing"):
        Assessor(with_tables(hub_on_each, tmp_path / "nothing").services)


def test_a_large_batch_of_many_persons_is_counted_exactly(hub_on_each: Hub) -> None:
    rows = [
        own(number, "10.00") | {"consignee": parcel()["consignee"] | {"id": f"5ABC{number % 7:02d}D"}}
        for number in range(450)
    ]
    take_batch(hub_on_each.services, SENDER.user_id, batch(rows), BatchForm.JSON)
    assessor = Assessor(hub_on_each.services)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: assessor.assess_waiting(), range(3)))
    months = [
        use(hub_on_each, PersonMonth(person_key(f"5ABC{number:02d}D", "", "AZ"), "2026-03"))
        for number in range(7)
    ]
    assert sum(month.parcels for month in months) == 450
    assert sum(month.used_cents for month in months) == 450 * 10_00
