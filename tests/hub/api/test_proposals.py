"""Proposals, policy, look-alikes and transfers over HTTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx import Client

from hub.people.access import Role, User
from tests.hub.api.clients import client_of
from tests.hub.builders import (
    ADMINISTRATOR,
    LIST,
    OFFICER,
    SUPERVISOR,
    Hub,
    add_users,
    enrolled,
    make_hub,
    picture,
)
from tests.hub.watchlist.test_transfer import archive, row

SECOND = User("samir", "Samir Əliyev", Role.WATCHLIST_OFFICER)
ONE = f"/api/v1/watchlists/{LIST}"
FORM = {
    "display_name": "Rəşad Məmmədov",
    "category": "criminal-charges",
    "severity": "2",
    "legal_basis": "Court order 12/2026",
    "authority": "Baku city court",
    "aliases": ["Рашад Мамедов", "Rashad Mammadov"],
}


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    made = make_hub(tmp_path)
    add_users(made.services, OFFICER, SECOND, SUPERVISOR, ADMINISTRATOR)
    return made


@pytest.fixture
def officer(hub: Hub) -> Iterator[Client]:
    with client_of(hub.services, OFFICER) as client:
        yield client


@pytest.fixture
def second(hub: Hub) -> Iterator[Client]:
    with client_of(hub.services, SECOND) as client:
        yield client


def enrol(client: Client, content: bytes, **changed: str) -> dict[str, object]:
    files = [("photos", ("a.jpg", content, "image/jpeg"))]
    found: dict[str, object] = client.post(f"{ONE}/subjects", data=FORM | changed, files=files).json()
    return found


def waiting(client: Client) -> list[str]:
    return [one["proposal_id"] for one in client.get("/api/v1/proposals").json()]


def test_one_proposes_and_another_approves(officer: Client, second: Client) -> None:
    enrol(officer, picture(1))
    (proposal_id,) = waiting(second)
    described = second.get(f"/api/v1/proposals/{proposal_id}").json()
    assert (described["photos"], described["records"][0]["aliases"]) == (1, FORM["aliases"])
    address = f"/api/v1/proposals/{proposal_id}/approval"
    own = officer.post(address, json={})
    assert (own.status_code, own.json()["code"]) == (409, "same-person")
    assert second.post(address, json={"reason": "seen"}).json()["state"] == "approved"
    assert second.post(address, json={}).json()["code"] == "already-decided"
    assert [one["display_name"] for one in officer.get(f"{ONE}/subjects?name=мамедов").json()["items"]] == [
        FORM["display_name"]
    ]


def test_a_rejection_needs_a_reason_and_a_withdrawal_its_maker(officer: Client, second: Client) -> None:
    enrol(officer, picture(1))
    (proposal_id,) = waiting(second)
    assert second.post(f"/api/v1/proposals/{proposal_id}/rejection", json={}).status_code == 422
    assert second.post(f"/api/v1/proposals/{proposal_id}/withdrawal").json()["code"] == "not-yours"
    assert officer.post(f"/api/v1/proposals/{proposal_id}/withdrawal").json()["state"] == "withdrawn"
    assert waiting(second) == []


def test_who_has_no_part_in_it_is_kept_out(hub: Hub, officer: Client) -> None:
    enrol(officer, picture(1))
    with client_of(hub.services, ADMINISTRATOR) as stranger:
        assert stranger.get("/api/v1/proposals").status_code == 403
        assert stranger.get(f"{ONE}/export").status_code == 403
    with client_of(hub.services, SUPERVISOR) as supervisor:
        (proposal_id,) = waiting(supervisor)
        assert supervisor.put(f"{ONE}/policy", json={"two_person_acts": []}).status_code == 403
        assert supervisor.post(f"/api/v1/proposals/{proposal_id}/approval", json={}).status_code == 200


def test_somebody_who_looks_alike_stops_an_enrolment_until_it_is_answered(hub: Hub, officer: Client) -> None:
    known = enrolled(hub.services, 1)
    refused = enrol(officer, picture(1, width=180))
    assert [one["code"] for one in refused["errors"]] == ["resembles"]  # type: ignore[attr-defined]
    assert known in str(refused["errors"])
    assert enrol(officer, picture(1, width=180), on_resemblance="look-alike")["proposal"]


def test_facts_are_amended_at_once_and_kept_in_the_history(hub: Hub, officer: Client) -> None:
    address = f"/api/v1/subjects/{enrolled(hub.services)}"
    assert officer.patch(address, json={"case_number": "99"}).json()["state"] == "applied"
    assert officer.patch(address, json={"case_number": "99"}).json()["code"] == "no-change"
    assert officer.patch(address, json={"severity": 9}).status_code == 422
    changes = [one["changes"] for one in officer.get(f"{address}/history").json()["items"]]
    assert {"case_number": ["12-345", "99"]} in changes
    assert officer.get(f"{ONE}/history").json()["items"]


def test_a_policy_is_proposed_and_read(officer: Client, second: Client) -> None:
    wanted = {"two_person_acts": ["publish"], "sites": ["alat"]}
    assert officer.put(f"{ONE}/policy", json=wanted).status_code == 202
    second.post(f"/api/v1/proposals/{waiting(second)[0]}/approval", json={})
    assert officer.get(f"{ONE}/policy").json() == {"list_id": LIST} | wanted


def test_a_category_is_set(officer: Client) -> None:
    titles = {"title_az": "Oğurluq", "title_ru": "Кража", "title_en": "Theft"}
    assert officer.put("/api/v1/categories/theft", json=titles).status_code == 200
    assert "theft" in [one["code"] for one in officer.get("/api/v1/categories").json()]
    assert officer.put("/api/v1/categories/No%20name", json=titles).status_code == 422


def test_photos_are_reported_on_without_being_kept(officer: Client) -> None:
    files = [("photos", (name, content, "image/jpeg")) for name, content in (("a", picture(1)), ("b", b""))]
    reports = officer.post("/api/v1/photo-reports", files=files).json()
    assert [one["is_accepted"] for one in reports] == [True, False]
    assert reports[0]["components"]["UnifiedQualityScore"] > 0
    assert waiting(officer) == []


def test_an_import_is_tried_proposed_and_exported_again(officer: Client, second: Client) -> None:
    file = {"archive": ("people.zip", archive(row(), a=picture(1)), "application/zip")}
    tried = officer.post(f"{ONE}/imports", files=file)
    assert (tried.status_code, tried.json()["proposal"]) == (200, None)
    sent = officer.post(f"{ONE}/imports", files=file, data={"dry_run": "false"})
    assert (sent.status_code, sent.json()["report"]["rows"][0]["action"]) == (202, "enrol")
    second.post(f"/api/v1/proposals/{waiting(second)[0]}/approval", json={})
    exported = officer.get(f"{ONE}/export")
    assert exported.content.startswith(b"PK")
    bad = officer.post(f"{ONE}/imports", files={"archive": ("a.csv", archive(row(severity="7")), "text/csv")})
    assert (bad.status_code, bad.json()["report"]["rows"][0]["action"]) == (422, "refused")


def test_look_alikes_are_found_and_kept_apart(hub: Hub, officer: Client) -> None:
    one, other = enrolled(hub.services, 1), enrolled(hub.services, 1, "twin")
    (pair,) = officer.get(f"{ONE}/hygiene").json()
    assert {pair["first_id"], pair["second_id"]} == {one, other}
    body = {"first_id": one, "second_id": other}
    assert officer.put("/api/v1/look-alikes", json=body).json()["margin"] > 0
    assert officer.put("/api/v1/look-alikes", json=body | {"second_id": one}).status_code == 409
