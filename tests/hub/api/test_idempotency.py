"""Repeats are harmless: every POST that creates takes a key, or the client chooses the id."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from httpx import Client

from hub.bootstrap import Services
from hub.people.audit import latest
from hub.store.database import reading
from tests.hub.api.clients import client_of
from tests.hub.builders import (
    ADMINISTRATOR,
    LIST,
    OFFICER,
    SUPERVISOR,
    add_users,
    enrolled,
    make_hub,
    picture,
)

API = "/api/v1"
OWN_IDS = {
    "act_on_declaration",
    "amend_declaration",
    "answer_case",
    "answer_for_declaration",
    "declare",
    "propose_bulk_decision",
    "record_case_result",
    "register_exercise",
    "send_manifest",
}
"""Their requests carry an id or number of the client's; the same again is stored once."""
SECRETS_AGAIN = {"renew_device_token", "reset_password"}
"""They answer 200 and make a secret: a repeat would end the one that was just sent."""


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """Open a hub with a list, a subject, a device and its people."""
    hub = make_hub(tmp_path)
    add_users(hub.services, ADMINISTRATOR, OFFICER, SUPERVISOR)
    enrolled(hub.services, identity=1)
    yield hub.services
    hub.services.engine.dispose()


def creating(services: Services) -> dict[str, dict[str, Any]]:
    """Operations that create something, or make a secret, by their ids."""
    with client_of(services) as stranger:
        paths = stranger.get(f"{API}/openapi.json").json()["paths"]
    posts = [path["post"] for path in paths.values() if "post" in path]
    return {
        one["operationId"]: one
        for one in posts
        if "201" in one["responses"] or one["operationId"] in SECRETS_AGAIN
    }


def takes_key(operation: dict[str, Any]) -> bool:
    return any(one["name"] == "Idempotency-Key" for one in operation.get("parameters", ()))


def test_every_post_that_creates_takes_a_key_or_the_clients_own_id(services: Services) -> None:
    found = creating(services)
    without = {name for name, one in found.items() if not takes_key(one)}
    assert without == OWN_IDS
    assert found.keys() >= SECRETS_AGAIN


def twice(client: Client, path: str, body: dict[str, object] | None = None) -> list[tuple[int, str]]:
    answers = [client.post(f"{API}/{path}", json=body, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    return [(answer.status_code, answer.text) for answer in answers]


@pytest.mark.parametrize(
    ("path", "action"),
    [
        ("devices/lane-1-edge/token", "device-token-renewed"),
        (f"users/{SUPERVISOR.user_id}/password-reset", "password-reset"),
    ],
)
def test_a_secret_is_made_once_under_a_key(services: Services, path: str, action: str) -> None:
    with client_of(services, ADMINISTRATOR) as administrator:
        first, second = twice(administrator, path)
    assert first == second
    assert first[0] == 200
    with reading(services.engine) as connection:
        assert [one.action for one in latest(connection, 50)].count(action) == 1


def test_a_list_is_made_once_under_a_key_and_another_is_refused(services: Services) -> None:
    with client_of(services, OFFICER) as officer:
        first, second = twice(officer, "watchlists", {"list_id": "witnesses", "title": "Witnesses"})
        assert first == second
        assert first[0] == 201
        other = twice(officer, "watchlists", {"list_id": "others", "title": "Others"})
    assert [status for status, _ in other] == [409, 409]


def test_photos_are_added_once_under_a_key(services: Services) -> None:
    with client_of(services, OFFICER) as officer:
        (listed,) = officer.get(f"{API}/watchlists/{LIST}/subjects").json()["items"]
        path = f"{API}/subjects/{listed['subject_id']}"
        before = len(officer.get(path).json()["references"])
        answers = [
            officer.post(
                f"{path}/photos",
                files={"photos": ("side.png", picture(1, width=200, format=".png"), "image/png")},
                headers={"Idempotency-Key": "photos-1"},
            )
            for _ in range(2)
        ]
        assert [one.status_code for one in answers] == [201, 201]
        assert answers[0].text == answers[1].text
        assert len(officer.get(path).json()["references"]) == before + 1
