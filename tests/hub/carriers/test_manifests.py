"""Manifests and arrivals over HTTP, on both engines: each once, decided parcels presented, others named."""

from typing import Any

import pytest
from httpx import Client

from tests.hub.builders import Hub
from tests.hub.carriers.carriers import caller, let_in, onboard
from tests.hub.declarations.parcels import parcel

MANIFESTS, ARRIVALS = "/api/v1/manifests", "/api/v1/arrivals"
ARRIVED = {"manifest": "M-1", "arrived_at": "2026-03-14T09:00:00Z"}
BAD = {"consignor": {**parcel()["consignor"], "country": "ZZ"}}


@pytest.fixture
def hub(hub_on_each: Hub) -> Hub:
    onboard(hub_on_each)
    return hub_on_each


def tracking(number: int) -> str:
    return str(parcel(number)["tracking_number"])


def manifest(*numbers: int, **changes: Any) -> dict[str, Any]:
    masters = [{"number": "771-10000001", "houses": [tracking(number) for number in numbers]}]
    facts = {"number": "M-1", "conveyance": "J2-0068", "expected_at": "2026-03-14T08:00:00Z"}
    return facts | {"masters": masters} | changes


def declare(client: Client, number: int, **changes: Any) -> str:
    answer = client.post("/api/v1/declarations", json=parcel(number, **changes))
    return str(answer.json()["declaration_id"])


def state(client: Client, declaration_id: str) -> str:
    return str(client.get(f"/api/v1/declarations/{declaration_id}").json()["summary"]["state"])


def test_what_is_decided_is_presented_and_what_is_not_declared_is_named(hub: Hub) -> None:
    with caller(hub) as swift:
        decided, rejected = declare(swift, 1), declare(swift, 2, **BAD)
        sent = swift.post(MANIFESTS, json=manifest(1, 2, 3))
        assert (sent.status_code, sent.json()["ready"]) == (201, 1)
        answer = swift.post(ARRIVALS, json=ARRIVED).json()
        assert (answer["presented"], answer["ready"], answer["waiting"]) == (1, 0, [])
        assert answer["undeclared"] == [tracking(2), tracking(3)]
        assert [state(swift, one) for one in (decided, rejected)] == ["presented", "rejected"]
        later = declare(swift, 3)
        again = swift.post(ARRIVALS, json=ARRIVED).json()
        assert (again["presented"], again["undeclared"]) == (2, [tracking(2)])
        assert state(swift, later) == "presented"
        assert again["arrived_at"] == answer["arrived_at"]


def test_a_manifest_is_the_same_by_its_number(hub: Hub) -> None:
    with caller(hub) as swift:
        assert swift.post(MANIFESTS, json=manifest(1)).status_code == 201
        assert swift.post(MANIFESTS, json=manifest(1)).status_code == 200
        other = swift.post(MANIFESTS, json=manifest(1, 2))
        assert (other.status_code, other.json()["code"]) == (409, "manifest-taken")
        assert swift.get(f"{MANIFESTS}/M-1").json()["undeclared"] == [tracking(1)]


def test_a_carrier_neither_sees_nor_presents_anothers_goods(hub: Hub) -> None:
    onboard(hub, "rival")
    with caller(hub) as swift, caller(hub, "rival") as rival:
        own = declare(swift, 1)
        swift.post(MANIFESTS, json=manifest(1))
        assert rival.get(f"{MANIFESTS}/M-1").status_code == 404
        assert rival.post(ARRIVALS, json=ARRIVED).status_code == 404
        assert rival.post(MANIFESTS, json=manifest(1)).json()["undeclared"] == [tracking(1)]
        assert rival.post(ARRIVALS, json=ARRIVED).json()["presented"] == 0
        assert state(swift, own) == "assessment-complete"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        (
            {"masters": [{"number": "A", "houses": ["H1"]}, {"number": "B", "houses": ["H1"]}]},
            "/masters/1/houses/0",
        ),
        (
            {"masters": [{"number": "A", "houses": [f"H{n}" for n in range(5001)]} for _ in range(2)]},
            "/masters",
        ),
        ({"masters": []}, "/masters"),
        ({"expected_at": "2026-03-14T08:00:00"}, "/expected_at"),
        ({"number": " "}, "/number"),
    ],
    ids=["twice", "too many", "none", "no zone", "no number"],
)
def test_a_bad_manifest_is_refused_with_the_place(hub: Hub, changes: dict[str, Any], pointer: str) -> None:
    with caller(hub) as swift:
        answer = swift.post(MANIFESTS, json=manifest(1, **changes))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


def test_an_arrival_to_come_and_one_of_an_unknown_manifest_are_refused(hub: Hub) -> None:
    with caller(hub) as swift:
        assert swift.post(ARRIVALS, json=ARRIVED).json()["code"] == "not-found"
        swift.post(MANIFESTS, json=manifest(1))
        answer = swift.post(ARRIVALS, json=ARRIVED | {"arrived_at": "2026-03-15T09:00:00Z"})
        assert answer.json()["errors"][0]["code"] == "in-the-future"


def test_a_client_that_is_no_carrier_sends_no_manifest(hub: Hub) -> None:
    let_in(hub, "broker")
    with caller(hub, "broker") as broker:
        answer = broker.post(MANIFESTS, json=manifest(1))
    assert (answer.status_code, answer.json()["code"]) == (403, "not-a-carrier")


def test_ten_thousand_houses_are_taken_at_once(hub: Hub) -> None:
    masters = [{"number": "A", "houses": [f"H{number}" for number in range(10_000)]}]
    with caller(hub) as swift:
        assert len(swift.post(MANIFESTS, json=manifest(masters=masters)).json()["undeclared"]) == 10_000
        assert len(swift.post(ARRIVALS, json=ARRIVED).json()["undeclared"]) == 10_000
