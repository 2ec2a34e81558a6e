"""Carriers over HTTP and at intake, on both engines: quota to the declaration, suspension, sandboxes."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hub.declarations.tables import declarations
from hub.declarations.worklist import WorkFilter, counts_by_state, list_work
from hub.store.database import reading
from tests.hub.api.clients import client_of
from tests.hub.builders import ADMINISTRATOR, Hub, add_users
from tests.hub.carriers.carriers import FACTS, caller, let_in, onboard
from tests.hub.declarations.parcels import parcel
from tests.hub.declarations.test_intake import OFFICER, stored

CARRIERS = "/api/v1/carriers"
ONE = "/api/v1/declarations"
BATCH = "/api/v1/declaration-batches"


@pytest.fixture
def hub(hub_on_each: Hub) -> Hub:
    add_users(hub_on_each.services, ADMINISTRATOR, OFFICER)
    return hub_on_each


def batch(*numbers: int) -> list[dict[str, Any]]:
    return [parcel(number) for number in numbers]


def test_a_carriers_quota_is_exact_and_says_when_it_resets(hub: Hub) -> None:
    onboard(hub, daily_quota=3)
    with caller(hub) as swift:
        assert swift.post(BATCH, json=batch(1, 2)).json()["stored"] == 2
        too_many = swift.post(BATCH, json=batch(3, 4))
        assert (too_many.status_code, too_many.json()["code"]) == (429, "daily-quota")
        # 09:30 in London is 13:30 in Baku: ten and a half hours to midnight.
        assert too_many.headers["retry-after"] == str(10 * 3600 + 1800)
        assert "2026-03-14T20:00:00+00:00" in too_many.json()["detail"]
        assert stored(hub) == 2
        assert swift.post(BATCH, json=batch(1, 2, 3)).json()["stored"] == 1
        assert swift.post(ONE, json=parcel(4)).json()["code"] == "daily-quota"
        assert swift.post(ONE, json=parcel(3)).status_code == 200
        hub.clock.advance(timedelta(hours=10, minutes=30))
        # The token is over by then.
    with caller(hub) as swift:
        assert swift.post(ONE, json=parcel(4)).status_code == 201


def test_one_carriers_quota_costs_another_nothing(hub: Hub) -> None:
    onboard(hub, daily_quota=1)
    onboard(hub, "rival", daily_quota=1)
    with caller(hub) as swift, caller(hub, "rival") as rival:
        assert swift.post(ONE, json=parcel(1)).status_code == 201
        assert swift.post(ONE, json=parcel(2)).status_code == 429
        assert rival.post(ONE, json=parcel(1)).status_code == 201


def test_a_suspended_carrier_is_refused_with_the_reason_until_it_is_resumed(hub: Hub) -> None:
    onboard(hub)
    with client_of(hub.services, ADMINISTRATOR) as administrator, caller(hub) as swift:
        reason = {"reason": "Invoices are missing"}
        assert administrator.post(f"{CARRIERS}/swift/suspension", json=reason).status_code == 204
        for answer in (swift.post(ONE, json=parcel()), swift.post(BATCH, json=batch(1))):
            assert (answer.status_code, answer.json()["code"]) == (403, "carrier-suspended")
            assert "Invoices are missing" in answer.json()["detail"]
        assert stored(hub) == 0
        assert swift.get(ONE).status_code == 200
        assert administrator.post(f"{CARRIERS}/swift/resumption").status_code == 204
        assert swift.post(ONE, json=parcel()).status_code == 201


def test_what_a_sandbox_sends_is_marked_and_joins_no_work_and_no_person(hub: Hub) -> None:
    onboard(hub)
    onboard(hub, "trial", is_sandbox=True)
    with caller(hub) as swift, caller(hub, "trial") as trial, client_of(hub.services, OFFICER) as officer:
        real = swift.post(ONE, json=parcel()).json()["declaration_id"]
        tried = trial.post(ONE, json=parcel()).json()["declaration_id"]
        assert trial.get(f"{ONE}/{tried}").json()["summary"]["is_sandbox"] is True
        assert [one["declaration_id"] for one in trial.get(ONE).json()["items"]] == [tried]
        assert [one["declaration_id"] for one in officer.get(ONE).json()["items"]] == [real]
        asked = officer.get(ONE, params={"sandbox": True}).json()["items"]
        assert [one["declaration_id"] for one in asked] == [tried]
    with reading(hub.services.engine) as connection:
        work = list_work(connection, WorkFilter(), now=hub.clock.now).items
        assert [one.summary.declaration_id for one in work] == [real]
        assert sum(counts_by_state(connection).values()) == 1
        assert len(set(connection.scalars(select(declarations.c.consignee_key)))) == 2


def test_a_carrier_is_added_once_of_a_client_that_may_declare(hub: Hub) -> None:
    let_in(hub)
    wanted = FACTS | {"client_id": "swift", "daily_quota": 1000}
    with client_of(hub.services, ADMINISTRATOR) as administrator:
        made = administrator.post(CARRIERS, json=wanted)
        assert (made.status_code, made.json()["transport"]) == (201, ["air", "road"])
        assert administrator.post(CARRIERS, json=wanted).json()["code"] == "carrier-exists"
        nobody = administrator.post(CARRIERS, json=wanted | {"client_id": "nobody"})
        assert nobody.status_code == 404
        assert administrator.put(f"{CARRIERS}/swift/quota", json={"daily_quota": None}).status_code == 204
        found = administrator.get(f"{CARRIERS}/swift").json()
        assert (found["carrier"]["daily_quota"], found["declared_today"]) == (None, 0)
        assert [one["client_id"] for one in administrator.get(CARRIERS).json()["items"]] == ["swift"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"country": "Azerbaijan"}, "/country"),
        ({"transport": ["camel"]}, "/transport/0"),
        ({"transport": []}, "/transport"),
        ({"legal_name": " "}, "/legal_name"),
        ({"daily_quota": 0}, "/daily_quota"),
    ],
)
def test_a_bad_field_is_named(hub: Hub, change: dict[str, Any], pointer: str) -> None:
    let_in(hub)
    with client_of(hub.services, ADMINISTRATOR) as administrator:
        answer = administrator.post(CARRIERS, json=FACTS | {"client_id": "swift"} | change)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


def test_a_carrier_sees_and_changes_no_carrier(hub: Hub) -> None:
    onboard(hub)
    with caller(hub) as swift:
        answers = [
            swift.get(CARRIERS),
            swift.get(f"{CARRIERS}/swift"),
            swift.put(f"{CARRIERS}/swift/quota", json={"daily_quota": None}),
            swift.post(f"{CARRIERS}/swift/resumption"),
        ]
    assert {answer.status_code for answer in answers} == {403}
