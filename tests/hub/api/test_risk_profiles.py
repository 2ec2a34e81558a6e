"""Risk profiles over HTTP: drafted, tested, activated by another officer, retired; customs officers only."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from httpx import Client

from hub.jobs.bootstrap import handlers
from hub.jobs.worker import Worker
from hub.people.access import Role, User
from hub.people.audit import latest
from hub.store.database import reading
from tests.hub.api.clients import client_of
from tests.hub.builders import AUDITOR, SUPERVISOR, Hub, add_users, make_hub
from tests.hub.declarations.parcels import parcel
from tests.hub.declarations.test_assessing import lodged

OFFICER = User("samir", "Samir Hüseynov", Role.CUSTOMS_OFFICER)
SECOND = User("aysel", "Aysel Kərimova", Role.CUSTOMS_OFFICER)
ALL = "/api/v1/risk-profiles"
ONE = f"{ALL}/heavy-parcels/versions/1"
PERIOD = {"first": "2026-03-01", "last": "2026-03-14"}


def wanted(**changes: Any) -> dict[str, Any]:
    heavy = {"kind": "fact", "fact": "gross-kg", "operator": "at-least", "value": "10"}
    from_china = {
        "kind": "fact",
        "fact": "export-country",
        "operator": "one-of",
        "value": ["CN", "HK"],
    }
    return {
        "profile_id": "heavy-parcels",
        "title": "Heavy parcels",
        "reason": "Goods for sale travel as parcels.",
        "legal_basis": "Customs code, article 1",
        "condition": {"kind": "some", "parts": [heavy, from_china]},
        "channel": "inspection",
        "share": 0.5,
    } | changes


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    made = make_hub(tmp_path)
    add_users(made.services, OFFICER, SECOND, AUDITOR, SUPERVISOR)
    return made


@pytest.fixture
def officer(hub: Hub) -> Iterator[Client]:
    with client_of(hub.services, OFFICER) as client:
        yield client


@pytest.fixture
def second(hub: Hub) -> Iterator[Client]:
    with client_of(hub.services, SECOND) as client:
        yield client


def work(hub: Hub) -> None:
    Worker(hub.services, handlers(), name="w1").drain()


def test_a_profile_goes_its_whole_way(hub: Hub, officer: Client, second: Client) -> None:
    lodged(hub, *(parcel(number) for number in range(4)))
    work(hub)
    drafted = officer.post(ALL, json=wanted())
    assert (drafted.status_code, drafted.json()["state"]) == (201, "draft")
    assert drafted.json()["profile"]["condition"] == wanted()["condition"]
    assert second.post(f"{ONE}/activation").json()["code"] == "not-tested"
    asked = officer.post(f"{ONE}/back-test", json=PERIOD)
    assert (asked.status_code, asked.json()["seen"], asked.json()["upto"]) == (202, 0, 4)
    work(hub)
    done = officer.get(f"{ONE}/back-test").json()
    assert (done["seen"], done["finished_at"] is not None) == (4, True)
    assert officer.get(ONE).json()["back_test"]["matched"] == 4
    own = officer.post(f"{ONE}/activation")
    assert (own.status_code, own.json()["code"]) == (409, "own-profile")
    activated = second.post(f"{ONE}/activation")
    assert (activated.status_code, activated.json()["activated_by"]) == (200, "aysel")
    assert [one["state"] for one in officer.get(ALL).json()] == ["active"]
    assert second.post(f"{ALL}/heavy-parcels/retirement").status_code == 204
    assert [one["state"] for one in officer.get(f"{ALL}/heavy-parcels").json()] == ["retired"]
    with reading(hub.services.engine) as connection:
        noted = {(row.actor, row.action) for row in latest(connection, 20) if row.target == "heavy-parcels"}
    assert noted == {
        ("samir", "profile-drafted"),
        ("samir", "profile-test-asked"),
        ("samir", "profile-tested"),
        ("aysel", "profile-activated"),
        ("aysel", "profile-retired"),
    }


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"colour": "red"}, ["/colour"]),
        ({"share": "half"}, ["/share"]),
        ({"share": 0, "title": ""}, ["/title", "/share"]),
        ({"channel": "burn"}, ["/channel"]),
        (
            {
                "condition": {
                    "kind": "all",
                    "parts": [
                        {"kind": "fact", "fact": "colour", "operator": "equals", "value": "red"},
                        {"kind": "fact", "fact": "gross-kg", "operator": "contains", "value": "1"},
                        {"kind": "not", "part": {"kind": "some", "parts": []}},
                    ],
                }
            },
            ["/condition/parts/0/fact", "/condition/parts/1/operator", "/condition/parts/2/part/parts"],
        ),
        ({"condition": {"kind": "all", "parts": [{"kind": "maybe"}]}}, ["/condition/parts/0/kind"]),
    ],
)
def test_each_bad_field_is_named_by_its_pointer(
    officer: Client, changes: dict[str, Any], pointers: list[str]
) -> None:
    answer = officer.post(ALL, json=wanted(**changes))
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == pointers
    assert officer.get(ALL).json() == []


def test_what_is_not_there_is_not_found(officer: Client) -> None:
    for path in (f"{ALL}/none", f"{ALL}/none/versions/1", f"{ONE}/back-test"):
        assert officer.get(path).status_code == 404
    assert officer.post(f"{ONE}/back-test", json=PERIOD).status_code == 404
    assert officer.post(f"{ALL}/none/retirement").status_code == 404
    officer.post(ALL, json=wanted())
    assert officer.get(f"{ONE}/back-test").json()["detail"] == "no back-test 'heavy-parcels 1'"
    backwards = {"first": "2026-03-14", "last": "2026-03-13"}
    assert officer.post(f"{ONE}/back-test", json=backwards).json()["errors"][0]["pointer"] == "/first"


@pytest.mark.parametrize("user", [SUPERVISOR, AUDITOR], ids=lambda user: str(user.role))
def test_who_does_not_decide_declarations_sees_no_profiles(hub: Hub, user: User) -> None:
    with client_of(hub.services, user) as client:
        assert client.get(ALL).status_code == 403
        assert client.post(ALL, json=wanted()).status_code == 403
        assert client.post(f"{ONE}/activation").status_code == 403
