"""Declarations over HTTP: lodged by machines, seen by who may, batches let in a few at a time."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import Client

from hub.api.application import create_app
from hub.people.access import Role, User
from tests.hub.api.clients import BASE, client_of
from tests.hub.asgi_client import client_for
from tests.hub.builders import ADMINISTRATOR, GUARD, Hub, add_users, make_hub
from tests.hub.declarations.parcels import parcel
from tests.hub.live_server import with_api

OFFICER = User("samir", "Samir Hüseynov", Role.CUSTOMS_OFFICER)
ONE = "/api/v1/declarations"
BATCH = "/api/v1/declaration-batches"


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    made = make_hub(tmp_path)
    add_users(made.services, ADMINISTRATOR, GUARD, OFFICER)
    return Hub(with_api(made.services, public_url=BASE), made.clock)


def carrier(hub: Hub, client_id: str, app: FastAPI | None = None) -> Client:
    wanted = {"client_id": client_id, "title": client_id, "scopes": ["declare"]}
    with client_of(hub.services, ADMINISTRATOR) as administrator:
        secret = administrator.post("/api/v1/clients", json=wanted).json()["secret"]
        form = {"grant_type": "client_credentials"}
        answer = administrator.post("/api/v1/oauth/token", data=form, auth=(client_id, secret))
    client = client_for(app or create_app(hub.services), BASE)
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return client


@pytest.fixture
def swift(hub: Hub) -> Iterator[Client]:
    with carrier(hub, "swift") as client:
        yield client


@pytest.fixture
def officer(hub: Hub) -> Iterator[Client]:
    with client_of(hub.services, OFFICER) as client:
        yield client


def problem(answer: Any) -> tuple[int, str, list[tuple[str, str]]]:
    said = answer.json()
    return answer.status_code, said["code"], [(one["pointer"], one["code"]) for one in said["errors"]]


def test_a_parcel_is_lodged_once_and_seen_by_its_carrier_and_the_officer(
    swift: Client, officer: Client
) -> None:
    first, again = swift.post(ONE, json=parcel()), swift.post(ONE, json=parcel())
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"is_repeated": True}
    assert (again.json()["state"], again.json()["channel"]) == ("assessment-complete", "release")
    for reader in (swift, officer):
        seen = reader.get(f"{ONE}/{first.json()['declaration_id']}").json()
        assert seen["content"] == parcel()
        assert seen["summary"]["channel"] == "release"
        assert next(step["event"] for step in seen["history"]) == "validate"
        assert [one["reference"] for one in reader.get(ONE).json()["items"]] == ["P-1"]


def test_a_carrier_cannot_tell_anothers_declaration_from_none(hub: Hub, swift: Client) -> None:
    own = swift.post(ONE, json=parcel()).json()["declaration_id"]
    with carrier(hub, "rival") as rival:
        answer = rival.get(f"{ONE}/{own}")
        none = rival.get(f"{ONE}/{own[:-4]}0000")
        assert answer.status_code == none.status_code == 404
        assert answer.json()["code"] == none.json()["code"] == "not-found"
        assert rival.get(ONE, params={"reference": "P-1"}).json()["items"] == []


def test_a_bad_field_and_a_taken_number_are_named(swift: Client) -> None:
    assert problem(swift.post(ONE, json=parcel(mode="road"))) == (
        422,
        "invalid-input",
        [("/mode", "invalid")],
    )
    zero = json.dumps(parcel()).replace("Shenzhen", "Shen\\u0000zhen")
    headers = {"Content-Type": "application/json"}
    assert problem(swift.post(ONE, content=zero, headers=headers))[2] == [("/consignor/city", "zero-byte")]
    swift.post(ONE, json=parcel())
    assert swift.post(ONE, json=parcel(mode="5")).json()["code"] == "reference-taken"


def test_a_batch_is_answered_row_by_row(swift: Client) -> None:
    rows = [parcel(1), parcel(2, colour="red"), parcel(1)]
    answer = swift.post(BATCH, json=rows).json()
    assert [row["fate"] for row in answer["rows"]] == ["stored", "invalid", "repeated"]
    assert answer["rows"][1]["problem"]["pointer"] == "/colour"
    lines = "\n".join(json.dumps(row) for row in rows)
    again = swift.post(BATCH, content=lines, headers={"Content-Type": "application/x-ndjson"}).json()
    assert [row["fate"] for row in again["rows"]] == ["repeated", "invalid", "repeated"]


def test_a_batch_in_another_form_is_refused(swift: Client) -> None:
    answer = swift.post(BATCH, content=b"<x/>", headers={"Content-Type": "application/xml"})
    assert (answer.status_code, answer.json()["code"]) == (415, "unknown-form")


def test_a_batch_sent_again_while_the_first_still_runs_is_stored_once_and_answered_twice(
    hub_on_each: Hub,
) -> None:
    add_users(hub_on_each.services, ADMINISTRATOR)
    hub = Hub(with_api(hub_on_each.services, public_url=BASE), hub_on_each.clock)
    app, rows = create_app(hub.services), [parcel(number) for number in range(500)]
    with carrier(hub, "swift", app) as first, client_for(app, BASE) as second, ThreadPoolExecutor(2) as pool:
        second.headers["Authorization"] = first.headers["Authorization"]
        answers = list(pool.map(lambda client: client.post(BATCH, json=rows), (first, second)))
    assert [one.status_code for one in answers] == [200, 200]
    assert sorted((one.json()["stored"], one.json()["repeated"]) for one in answers) == [(0, 500), (500, 0)]
    named = [[row["declaration_id"] for row in one.json()["rows"]] for one in answers]
    assert named[0] == named[1]


def test_a_batch_too_many_is_asked_to_wait_before_it_is_read(hub: Hub) -> None:
    app = create_app(hub.services)
    client = carrier(hub, "swift", app)
    with app.state.admission.entered(), app.state.admission.entered():
        answer = client.post(BATCH, json=[parcel()])
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "2")
    assert client.post(BATCH, json=[parcel()]).json()["stored"] == 1


def test_who_may_not_declare_or_see_is_refused(hub: Hub, officer: Client) -> None:
    assert officer.post(ONE, json=parcel()).status_code == 403
    assert officer.post(BATCH, json=[parcel()]).status_code == 403
    with client_of(hub.services, GUARD) as guard:
        assert guard.get(ONE).status_code == 403
    with client_of(hub.services) as nobody:
        assert nobody.post(BATCH, json=[parcel()]).status_code == 401
