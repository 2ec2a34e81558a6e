"""Landed costs over HTTP: told line by line, a person's month only to who may see it."""

from typing import Any

import pytest
from httpx import Client

from hub.people.audit import latest
from hub.store.database import reading
from tests.hub.api.clients import client_of
from tests.hub.api.test_declarations import OFFICER, ONE, hub, officer, swift
from tests.hub.builders import GUARD, Hub
from tests.hub.declarations.evidences import item
from tests.hub.declarations.test_duties import own

COSTS = "/api/v1/landed-costs"
__all__ = ["hub", "officer", "swift"]


def purchase(usd: str = "350", **changes: Any) -> dict[str, Any]:
    shoes = item(
        description="Leather shoes for men", hs_code="6403.99", value={"value": usd, "currency_id": "USD"}
    )
    return {"items": [shoes], "destination_country": "AZ"} | changes


def test_a_carrier_learns_what_a_purchase_costs_without_anybodys_month(hub: Hub, swift: Client) -> None:
    swift.post(ONE, json=own(1, "300.00"))
    told = swift.post(COSTS, json=purchase(person_id="5ABC12D")).json()
    # 350 USD = 595 AZN; 50 USD = 85 AZN over: 12.75 and 17.595
    assert (told["goods"], told["total"], told["total_usd"]) == ("595.00", "625.35", "367.85")
    assert told["limit_left_usd"] is None
    assert told["duties"]["limit"]["used_usd"] == "0"
    assert [step["code"] for step in told["duties"]["explanation"]] == [
        "limit",
        "value",
        "free",
        "duty",
        "vat",
        "total",
    ]
    with reading(hub.services.engine) as connection:
        assert "person-limit-viewed" not in [row.action for row in latest(connection, limit=50)]


def test_an_officer_learns_what_is_left_of_a_persons_month_and_the_look_is_kept(
    hub: Hub, swift: Client, officer: Client
) -> None:
    swift.post(ONE, json=own(1, "260.00"))
    told = officer.post(COSTS, json=purchase("100", person_id=" 5abc12d ")).json()
    assert told["limit_left_usd"] == "40.00"
    assert told["duties"]["limit"]["used_usd"] == "260.00"
    # 60 USD = 102 AZN over: 15.30 and 21.114
    assert told["duties"]["total"] == "36.42"
    with reading(hub.services.engine) as connection:
        look = next(row for row in latest(connection, limit=50) if row.action == "person-limit-viewed")
    assert (look.actor, look.detail) == (OFFICER.user_id, {"month": "2026-03"})
    assert "5ABC12D" not in look.target


def test_freight_is_part_of_the_cost_and_a_firm_has_no_limit(swift: Client) -> None:
    freight = {"value": "10", "currency_id": "USD"}
    told = swift.post(COSTS, json=purchase("100", freight=freight, is_personal=False)).json()
    # 110 USD = 187 AZN, 28.05 duty, 18 % of 215.05 = 38.709
    assert (told["goods"], told["duties"]["total"], told["total"]) == ("187.00", "66.76", "253.76")
    assert "limit" not in told["duties"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (purchase(items=[]), "/items"),
        (purchase(items=[item(hs_code="999999")]), "/items/0/hs_code"),
        (purchase(items=[item(value={"value": "1", "currency_id": "XXA"})]), "/items/0/value"),
        (purchase(destination_country="Q1"), "/destination_country"),
        (purchase(colour="red"), "/colour"),
        (purchase(items=[item(value={"value": "1e400"})]), "/items/0/value"),
    ],
)
def test_a_wrong_field_is_named(swift: Client, body: dict[str, Any], pointer: str) -> None:
    answer = swift.post(COSTS, json=body)
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


def test_what_is_missing_for_a_total_is_said(swift: Client) -> None:
    told = swift.post(COSTS, json=purchase(destination_country="GE")).json()
    assert (told["goods"], told["total"], told["total_usd"]) == (None, None, None)
    assert told["duties"]["problems"] == [{"code": "destined-elsewhere", "values": {"country": "GE"}}]


def test_only_who_declares_or_sees_declarations_may_ask(hub: Hub) -> None:
    with client_of(hub.services, GUARD) as guard:
        assert guard.post(COSTS, json=purchase()).status_code == 403
    with client_of(hub.services) as stranger:
        assert stranger.post(COSTS, json=purchase()).status_code == 401


def test_a_sender_sees_the_duties_of_its_declaration(swift: Client, officer: Client) -> None:
    made = swift.post(ONE, json=own(1, "350.00")).json()["declaration_id"]
    for reader, has_limit in ((swift, False), (officer, True)):
        duties = reader.get(f"{ONE}/{made}").json()["duties"]
        assert (duties["total"], duties["currency"]) == ("30.35", "AZN")
        assert ("limit" in duties) is has_limit
