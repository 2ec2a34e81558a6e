"""Watchlists and devices over HTTP: enrolment forms, publication, downloads, idempotency keys."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx import Client

from hub.fleet.devices import revoke_device
from hub.store.database import writing
from sync.codec import decode_package
from tests.hub.api.clients import client_of
from tests.hub.builders import (
    ADMINISTRATOR,
    DEVICE,
    DEVICE_TOKEN,
    LIST,
    NOW,
    OFFICER,
    Hub,
    add_users,
    enrolled,
    make_hub,
    picture,
)
from tests.hub.four_eyes import approve_all

FORM = {
    "display_name": "Rəşad Məmmədov",
    "category": "criminal-charges",
    "severity": "2",
    "legal_basis": "Court order 12/2026",
    "authority": "Baku city court",
}
VERSIONS = f"/api/v1/watchlists/{LIST}/versions"
SUBJECTS = f"/api/v1/watchlists/{LIST}/subjects"
DEVICE_HEADERS = {"Authorization": f"Bearer {DEVICE_TOKEN}"}
Files = list[tuple[str, tuple[str, bytes, str]]]


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    made = make_hub(tmp_path)
    add_users(made.services, OFFICER, ADMINISTRATOR)
    return made


@pytest.fixture
def officer(hub: Hub) -> Iterator[Client]:
    with client_of(hub.services, OFFICER) as client:
        yield client


@pytest.fixture
def administrator(hub: Hub) -> Iterator[Client]:
    with client_of(hub.services, ADMINISTRATOR) as client:
        yield client


def photos(*contents: bytes) -> Files:
    return [
        ("photos", (f"photo-{number}.jpg", content, "image/jpeg")) for number, content in enumerate(contents)
    ]


def test_a_subject_is_enrolled_published_downloaded_and_decoded(hub: Hub, officer: Client) -> None:
    files = photos(picture(1), picture(1, width=180))
    done = officer.post(SUBJECTS, data=FORM | {"captured_on": ["2025-01-02", ""]}, files=files)
    assert done.status_code == 202, done.text
    assert officer.get(SUBJECTS).json()["items"] == []
    approve_all(hub.services)
    assert [one["is_accepted"] for one in done.json()["photos"]] == [True, True]
    assert officer.post(VERSIONS, json={}).json()["state"] == "waiting"
    approve_all(hub.services)
    (version,) = officer.get(VERSIONS).json()["items"]
    assert (version["version"], version["subjects"], version["references"]) == (1, 1, 2)
    package = officer.get(f"{VERSIONS}/1/package", headers=DEVICE_HEADERS)
    assert package.headers["content-type"] == "application/octet-stream"
    (subject,) = decode_package(package.content).subjects
    assert subject.subject_id == done.json()["subject_id"]
    assert [one.captured_on for one in subject.references] == ["2025-01-02", ""]


def test_refused_photos_are_named_one_by_one_and_nothing_is_written(officer: Client) -> None:
    answer = officer.post(SUBJECTS, data=FORM, files=photos(picture(1), picture(), b"no picture"))
    assert answer.status_code == 422
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [
        ("/photos/1", "no-face"),
        ("/photos/2", "not-a-picture"),
    ]
    assert officer.get(SUBJECTS).json()["items"] == []


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"severity": "9"}, "/severity"),
        ({"severity": "high"}, "/severity"),
        ({"category": "suspect"}, "/category"),
        ({"display_name": " "}, "/display_name"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "/expires_at"),
        ({"expires_at": "soon"}, "/expires_at"),
    ],
)
def test_a_bad_field_of_the_form_is_named(officer: Client, change: dict[str, str], pointer: str) -> None:
    answer = officer.post(SUBJECTS, data=FORM | change, files=photos(picture(1)))
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


def test_a_form_without_photos_is_refused(officer: Client) -> None:
    answer = officer.post(SUBJECTS, data=FORM)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/photos")


def test_an_enrolment_repeated_under_its_key_is_done_once(hub: Hub, officer: Client) -> None:
    def send(name: str) -> tuple[int, str]:
        answer = officer.post(
            SUBJECTS,
            data=FORM | {"display_name": name},
            files=photos(picture(1)),
            headers={"Idempotency-Key": "enrol-1"},
        )
        return answer.status_code, answer.text

    first = send("Rəşad")
    assert first[0] == 202
    assert send("Rəşad") == first
    assert send("Somebody else")[0] == 409
    assert approve_all(hub.services) == 1


def test_a_publication_repeated_under_its_key_is_one_version(hub: Hub, officer: Client) -> None:
    enrolled(hub.services)
    answers = [officer.post(VERSIONS, json={}, headers={"Idempotency-Key": "p-1"}).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert approve_all(hub.services) == 1
    assert officer.post(VERSIONS, json={}, headers={"Idempotency-Key": "p-2"}).status_code == 202
    assert approve_all(hub.services) == 1
    assert [one["version"] for one in officer.get(VERSIONS).json()["items"]] == [2, 1]


def test_a_failed_request_leaves_its_key_free(hub: Hub, officer: Client) -> None:
    headers = {"Idempotency-Key": "p-1"}
    assert officer.post(VERSIONS, json={}, headers=headers).json()["code"] == "empty-list"
    enrolled(hub.services)
    assert officer.post(VERSIONS, json={}, headers=headers).status_code == 202


def test_a_removed_subject_leaves_the_list_and_keeps_its_record(hub: Hub, officer: Client) -> None:
    subject_id = enrolled(hub.services)
    address = f"/api/v1/subjects/{subject_id}"
    assert officer.delete(address, params={"reason": "case closed"}).status_code == 202
    assert officer.delete(address).json()["code"] == "proposed-already"
    approve_all(hub.services)
    assert officer.delete(address).json()["code"] == "off-the-list"
    assert officer.get(SUBJECTS).json()["items"] == []
    detail = officer.get(f"/api/v1/subjects/{subject_id}").json()
    assert (detail["removed_by"], detail["summary"]["is_live"]) == (OFFICER.user_id, False)


def test_a_list_is_made_once_and_its_title_cannot_change(officer: Client) -> None:
    body = {"list_id": "stolen", "title": "Stolen documents"}
    for _ in range(2):
        assert officer.post("/api/v1/watchlists", json=body).status_code == 201
    changed = officer.post("/api/v1/watchlists", json=body | {"title": "Other"})
    assert (changed.status_code, changed.json()["code"]) == (409, "list-exists")
    bad = officer.post("/api/v1/watchlists", json=body | {"list_id": "a/b"})
    assert (bad.status_code, bad.json()["errors"][0]["pointer"]) == (422, "/list_id")


@pytest.mark.parametrize("token", ["", "x" * 64, DEVICE_TOKEN.upper()])
def test_a_package_is_for_registered_devices_only(hub: Hub, officer: Client, token: str) -> None:
    enrolled(hub.services)
    officer.post(VERSIONS, json={})
    approve_all(hub.services)
    headers = {"Authorization": f"Bearer {token}"}
    assert officer.get(f"{VERSIONS}/1/package", headers=headers).status_code == 401


def test_a_revoked_device_gets_no_package(hub: Hub, officer: Client) -> None:
    enrolled(hub.services)
    officer.post(VERSIONS, json={})
    approve_all(hub.services)
    with writing(hub.services.engine) as connection:
        revoke_device(connection, DEVICE.device_id, NOW)
    assert officer.get(f"{VERSIONS}/1/package", headers=DEVICE_HEADERS).status_code == 401


@pytest.mark.parametrize("version", ["1", "0", "-1", "99999999999", "x"])
def test_a_package_that_is_none_is_refused(officer: Client, version: str) -> None:
    answer = officer.get(f"{VERSIONS}/{version}/package", headers=DEVICE_HEADERS)
    assert answer.status_code == (404 if version == "1" else 422)


def test_a_device_is_registered_with_a_token_that_works_until_it_is_renewed(
    hub: Hub, officer: Client, administrator: Client
) -> None:
    enrolled(hub.services)
    officer.post(VERSIONS, json={})
    approve_all(hub.services)
    body = {"device_id": "lane-2-edge", "site_id": "alat", "lane_id": "lane-2"}
    first = administrator.post("/api/v1/devices", json=body, headers={"Idempotency-Key": "d"})
    assert first.status_code == 201
    assert (
        administrator.post("/api/v1/devices", json=body, headers={"Idempotency-Key": "d"}).json()
        == first.json()
    )
    assert administrator.post("/api/v1/devices", json=body).json()["code"] == "device-exists"
    old = first.json()["token"]
    new = administrator.post("/api/v1/devices/lane-2-edge/token").json()["token"]
    for token, status in ((old, 401), (new, 200)):
        headers = {"Authorization": f"Bearer {token}"}
        assert officer.get(f"{VERSIONS}/1/package", headers=headers).status_code == status


def test_a_devices_token_is_nowhere_in_the_store(hub: Hub, administrator: Client, tmp_path: Path) -> None:
    body = {"device_id": "lane-2-edge", "site_id": "alat", "lane_id": "lane-2"}
    answer = administrator.post("/api/v1/devices", json=body, headers={"Idempotency-Key": "d"})
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("hub.db*"))
    assert answer.json()["token"].encode() not in stored


@pytest.mark.parametrize("field", ["device_id", "site_id", "lane_id"])
def test_a_name_that_fits_no_topic_is_refused(administrator: Client, field: str) -> None:
    body = {"device_id": "a", "site_id": "b", "lane_id": "c"} | {field: "a/+/#"}
    answer = administrator.post("/api/v1/devices", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/{field}")
