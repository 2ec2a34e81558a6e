"""Checks of certificates over HTTP: file or code in, verdict out; decisions, truth, figures, trials."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from httpx import Client

from hub.fleet.places import Site, put_site
from hub.origin.certificate.anchored_json import anchored_to_json
from hub.origin.checking.receiving import certificate_id_of
from hub.origin.paper.code import code_of
from hub.origin.verifying.verifying import Verifier
from hub.people.access import Role, User
from hub.store.database import writing
from tests.hub.api.clients import client_of
from tests.hub.builders import ADMINISTRATOR, ANALYST, GUARD, SUPERVISOR, Hub, add_users, make_hub
from tests.hub.origin.checking.issued import GENUINE, OTHER, cut_off, verifier_for

OFFICER = User("samir", "Samir Məmmədov", Role.CUSTOMS_OFFICER)
CHECKS = "/api/v1/origin/checks"
FILE = msgspec.json.decode(anchored_to_json(GENUINE), type=dict[str, Any])


def hub_with(folder: Path, verifier: Verifier) -> Hub:
    made = make_hub(folder)
    hub = Hub(replace(made.services, origin_verifier_loader=lambda: verifier), made.clock)
    add_users(hub.services, OFFICER, SUPERVISOR, ANALYST, ADMINISTRATOR, GUARD)
    with writing(hub.services.engine) as connection:
        put_site(connection, Site("alat", "Ələt"))
    return hub


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return hub_with(tmp_path, verifier_for(GENUINE, OTHER))


@pytest.fixture
def officer(hub: Hub) -> Iterator[Client]:
    with client_of(hub.services, OFFICER) as client:
        yield client


def check(client: Client, **wanted: Any) -> dict[str, Any]:
    answer = client.post(CHECKS, json={"certificate": FILE, "site_id": "alat"} | wanted)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def altered(field: str, value: str) -> dict[str, Any]:
    certificate = FILE["certificate"]
    return FILE | {"certificate": certificate | {"fields": certificate["fields"] | {field: value}}}


def test_a_file_gets_its_verdict_with_the_block_it_stands_for(officer: Client) -> None:
    found = check(officer)
    assert (found["verdict"], found["as_of_block"], found["provenance"]) == ("valid", 4711, "proven")
    assert found["reasons"] == [{"ground": "anchored", "detail": ""}]
    one = officer.get(f"{CHECKS}/{found['check_id']}").json()
    assert one["certificate"]["fields"]["items.1.hs_code"] == "220421"
    assert one["evidence"]["nodes"] == ["tbilisi", "baku"]
    assert "key" not in one["certificate"]


def test_the_text_of_the_code_does_as_well(officer: Client) -> None:
    texts = code_of(GENUINE)
    found = check(officer, certificate=None, code="\n".join(texts), method="code-online")
    assert (found["verdict"], found["method"]) == ("valid", "code-online")


def test_one_altered_field_makes_it_invalid(officer: Client) -> None:
    found = check(officer, certificate=altered("items.1.gross_mass_kg", "12000"))
    assert (found["verdict"], found["reasons"][0]["ground"]) == ("invalid", "not-anchored")


@pytest.mark.parametrize(
    ("wanted", "pointer"),
    [
        ({"certificate": None}, "/code"),
        ({"certificate": None, "code": "https://example.org"}, "/code"),
        ({"certificate": FILE | {"key": "zz"}}, "/certificate/key"),
        ({"certificate": {}}, "/certificate"),
        ({"method": "paper", "state": "GE"}, "/number"),
    ],
)
def test_what_cannot_be_read_is_no_verdict(officer: Client, wanted: dict[str, Any], pointer: str) -> None:
    answer = officer.post(CHECKS, json={"certificate": FILE} | wanted)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith(pointer)
    assert officer.get(CHECKS).json()["items"] == []


def test_a_repeat_under_a_key_is_one_check(officer: Client) -> None:
    headers = {"Idempotency-Key": "scan-1"}
    first, second = (officer.post(CHECKS, json={"certificate": FILE}, headers=headers).text for _ in range(2))
    assert first == second
    assert len(officer.get(CHECKS).json()["items"]) == 1
    other = officer.post(CHECKS, json={"code": "KCO1:1"}, headers=headers)
    assert other.status_code == 409


def test_a_refusal_takes_a_second_person(hub: Hub, officer: Client) -> None:
    found = check(officer, certificate=altered("consignee.id", "1700000002"))
    path = f"{CHECKS}/{found['check_id']}/decision"
    said = {"decision": "refuse", "reason": "not anchored"}
    assert officer.post(path, json={"decision": "refuse"}).status_code == 422
    assert officer.post(path, json=said).json()["proposed_by"] == "samir"
    assert officer.post(path, json=said).json()["code"] == "needs-another-person"
    with client_of(hub.services, SUPERVISOR) as second:
        assert second.post(path, json=said).json()["decision"] == "refuse"
    assert officer.post(path, json=said).status_code == 409


def test_when_nobody_can_say_it_is_open_and_can_be_looked_at_again(tmp_path: Path) -> None:
    hub = hub_with(tmp_path, cut_off())
    with client_of(hub.services, OFFICER) as client:
        found = check(client)
        assert (found["verdict"], found["reasons"][0]["ground"]) == ("cannot-tell", "nodes-unreachable")
    hub = Hub(replace(hub.services, origin_verifier_loader=lambda: verifier_for(GENUINE)), hub.clock)
    with client_of(hub.services, OFFICER) as client:
        again = client.post(f"{CHECKS}/{found['check_id']}/looks").json()
    assert (again["verdict"], again["check_id"]) == ("valid", found["check_id"])


def test_a_hub_without_a_registry_leaves_everything_open(tmp_path: Path) -> None:
    made = make_hub(tmp_path)
    add_users(made.services, OFFICER)
    with client_of(made.services, OFFICER) as client:
        found = check(client, site_id="")
    assert found["verdict"] == "cannot-tell"
    assert "not-configured" in [one["ground"] for one in found["reasons"]]


def test_figures_tell_what_turned_out(officer: Client) -> None:
    for number in range(12):
        path = f"{CHECKS}/{check(officer)['check_id']}"
        assert officer.post(f"{path}/decision", json={"decision": "accept"}).status_code == 200
        truth = {"truth": "false" if number == 0 else "genuine", "source": "reply 7"}
        assert officer.post(f"{path}/truth", json=truth).json()["truth"] == truth["truth"]
    total = officer.get("/api/v1/statistics/origin-checks").json()["total"]
    assert (total["known"], total["accepted_false"]) == (12, 1)
    assert total["error_rate"]["value"] == pytest.approx(1 / 12)
    lines = officer.get("/api/v1/statistics/origin-checks.csv").text.splitlines()
    assert [line.split(",")[:3] for line in lines[1:3]] == [["all", "", "12"], ["site", "alat", "12"]]
    listed = officer.get(f"{CHECKS}.csv", params={"decision": "accept"}).text.splitlines()
    assert len(listed) == 13
    assert "Vineyards" not in "".join(listed)


def test_a_trial_is_drawn_and_reported(hub: Hub, officer: Client) -> None:
    trial = {"trial": "spring", "sites": ["alat"], "first": "2026-03-14", "days": 7, "periods": 4}
    assert officer.post("/api/v1/origin/trials", json=trial).status_code == 403
    with client_of(hub.services, ADMINISTRATOR) as planner:
        drawn = planner.post("/api/v1/origin/trials", json=trial).json()
    assert sorted(one["arm"] for one in drawn["periods"]) == ["after", "after", "before", "before"]
    found = officer.get("/api/v1/origin/trials/spring", params={"before": 0.03}).json()
    assert (found["report"]["needed"], found["report"]["difference"]) == (769, None)
    assert officer.get("/api/v1/origin/trials").json() == ["spring"]
    worse = officer.get("/api/v1/origin/trials/spring", params={"before": 0.01, "after": 0.05})
    assert worse.status_code == 422


def test_a_forgery_that_was_put_in_is_told_after_the_decision(hub: Hub, officer: Client) -> None:
    with client_of(hub.services, ADMINISTRATOR) as planner:
        stated = GENUINE.certificate
        seed = {"state": stated.state, "number": stated.number}
        seed |= {"certificate_id": certificate_id_of(GENUINE)}
        assert planner.post("/api/v1/origin/seeds", json=seed).status_code == 201
    found = check(officer)
    assert (found["is_seeded"], found["truth"]) == (False, None)
    path = f"{CHECKS}/{found['check_id']}/decision"
    decided = officer.post(path, json={"decision": "accept"}).json()
    assert (decided["is_seeded"], decided["truth"]) == (True, "false")


@pytest.mark.parametrize(
    ("user", "sees", "checks"), [(ANALYST, 200, 403), (SUPERVISOR, 200, 403), (GUARD, 403, 403)]
)
def test_each_role_does_its_own_part(hub: Hub, user: User, sees: int, checks: int) -> None:
    with client_of(hub.services, user) as client:
        assert client.get(CHECKS).status_code == sees
        assert client.post(CHECKS, json={"certificate": FILE}).status_code == checks
