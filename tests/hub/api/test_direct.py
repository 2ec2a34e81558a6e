"""The direct way of single declarations: it lets in whom the other routes let in, and nobody else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx import Client

from hub.api.application import create_app
from hub.machines.recent import KEPT_FOR, RecentMachines
from tests.hub.api.clients import BASE, client_of
from tests.hub.api.test_declarations import ONE, carrier
from tests.hub.asgi_client import client_for
from tests.hub.builders import ADMINISTRATOR, GUARD, Hub, add_users, make_hub
from tests.hub.declarations.parcels import parcel
from tests.hub.live_server import with_api

BURST = 20


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    made = make_hub(tmp_path)
    add_users(made.services, ADMINISTRATOR, GUARD)
    services = with_api(made.services, public_url=BASE, requests_per_minute=60, request_burst=BURST)
    return Hub(services, made.clock)


@pytest.fixture
def swift(hub: Hub) -> Iterator[Client]:
    with carrier(hub, "swift") as client:
        yield client


def elsewhere(hub: Hub, client: Client) -> Client:
    """Open the same sender's connection to another process of the API."""
    services = replace(hub.services, recent_machines=RecentMachines())
    other = client_for(create_app(services), BASE)
    other.headers["Authorization"] = client.headers["Authorization"]
    return other


def revoke(hub: Hub, client_id: str) -> None:
    with client_of(hub.services, ADMINISTRATOR) as administrator:
        assert administrator.post(f"/api/v1/clients/{client_id}/revocation").status_code == 204


def said(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_revoked_client_is_out_at_once_here_and_soon_in_other_processes(hub: Hub, swift: Client) -> None:
    with elsewhere(hub, swift) as other:
        assert [client.post(ONE, json=parcel(1)).status_code for client in (swift, other)] == [201, 200]
        revoke(hub, "swift")
        assert said(swift.post(ONE, json=parcel(2))) == (401, "sign-in-needed")
        hub.clock.advance(KEPT_FOR - timedelta(seconds=1))
        assert other.post(ONE, json=parcel(1)).status_code == 200
        hub.clock.advance(timedelta(seconds=1))
        assert said(other.post(ONE, json=parcel(2))) == (401, "sign-in-needed")


def test_a_client_that_is_revoked_in_the_console_is_out_at_once(hub: Hub, swift: Client) -> None:
    assert swift.post(ONE, json=parcel(1)).status_code == 201
    with client_of(hub.services, ADMINISTRATOR) as administrator:
        assert administrator.post("/console/programs/swift/revoke").status_code == 303
    assert said(swift.post(ONE, json=parcel(2))) == (401, "sign-in-needed")


def test_a_token_that_has_run_out_opens_nothing(hub: Hub, swift: Client) -> None:
    hub.clock.advance(timedelta(minutes=15) - timedelta(seconds=1))
    assert swift.post(ONE, json=parcel(1)).status_code == 201
    hub.clock.advance(timedelta(seconds=1))
    assert said(swift.post(ONE, json=parcel(2))) == (401, "sign-in-needed")


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 401, "sign-in-needed"),
        ({"Authorization": "Bearer nothing"}, 401, "sign-in-needed"),
        ({"Origin": "https://elsewhere.test"}, 403, "foreign-origin"),
    ],
)
def test_strangers_are_refused(hub: Hub, headers: dict[str, str], status: int, code: str) -> None:
    with client_of(hub.services) as nobody:
        assert said(nobody.post(ONE, json=parcel(), headers=headers)) == (status, code)


def test_a_person_who_may_not_declare_is_refused(hub: Hub) -> None:
    with client_of(hub.services, GUARD) as guard:
        assert said(guard.post(ONE, json=parcel())) == (403, "not-allowed")


def test_the_allowance_counts_in_all_processes_together(hub: Hub, swift: Client) -> None:
    with elsewhere(hub, swift) as other:
        answers = [client.post(ONE, json=parcel(1)) for client in (swift, other) * (BURST + 5)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(answers) - len(refused) == BURST
    assert (said(refused[0]), refused[0].headers["retry-after"]) == ((429, "too-many-requests"), "1")


def test_strangers_have_an_allowance_too(hub: Hub) -> None:
    most = hub.services.settings.api.stranger_requests_per_minute
    with client_of(hub.services) as nobody:
        statuses = [nobody.post(ONE, json=parcel()).status_code for _ in range(most + 1)]
    assert statuses == [401] * most + [429]


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        (b'{"reference":"P-1","reference":"P-2"}', "/reference", "repeated-name"),
        (b'{"mode":NaN}', "", "not-a-number"),
        (b'{"reference":"P\\u0000"}', "/reference", "zero-byte"),
    ],
)
def test_json_is_taken_at_its_word(swift: Client, body: bytes, pointer: str, code: str) -> None:
    answer = swift.post(ONE, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [(pointer, code)]


def test_another_method_names_those_that_there_are(swift: Client) -> None:
    answer = swift.put(ONE, json=parcel())
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


def test_it_is_described_with_its_forms_answers_and_sign_in(hub: Hub) -> None:
    declare = create_app(hub.services).openapi()["paths"][ONE]["post"]
    assert declare["operationId"] == "declare"
    assert set(declare["responses"]) == {"200", "201", "default"}
    assert "application/xml" in declare["requestBody"]["content"]
    assert {name for one in declare["security"] for name in one} == {"token", "session"}
