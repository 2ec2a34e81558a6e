"""Fleet, people and audit over HTTP: bound to sites, repeated without harm, refused by name."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx import Client

from hub.fleet.commands import commands_of
from hub.people.users import PersonChange, change_user
from hub.store.database import writing
from tests.hub.api.clients import client_of
from tests.hub.builders import ADMINISTRATOR, AUDITOR, DEVICE, GUARD, Hub, add_users, make_hub
from tests.hub.fleet.fleet_kit import add_device

API = "/api/v1"
SETTINGS = {"settings": {"shadow": "true"}, "reason": "Order 4"}


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    made = make_hub(tmp_path)
    add_users(made.services, ADMINISTRATOR, GUARD, AUDITOR)
    add_device(made.services, "far", "astara/lane-1")
    return made


@pytest.fixture
def root(hub: Hub) -> Iterator[Client]:
    with client_of(hub.services, ADMINISTRATOR) as client:
        yield client


def test_a_site_is_put_and_listed_with_its_lanes(root: Client) -> None:
    site = {"title": "Alat", "kind": "sea", "latitude": 39.9, "longitude": 49.4}
    assert root.put(f"{API}/sites/alat", json=site).status_code == 200
    lane = {"title": "Entry 1", "direction": "in"}
    assert root.put(f"{API}/sites/alat/lanes/lane-1", json=lane).json()["title"] == "Entry 1"
    titles = {one["site"]["title"]: one["devices"] for one in root.get(f"{API}/sites").json()}
    assert titles == {"Alat": 1, "astara": 1}
    assert root.put(f"{API}/sites/alat", json=site | {"latitude": 91}).status_code == 422
    assert root.get(f"{API}/sites/nowhere/lanes").status_code == 404


def test_settings_are_previewed_and_changed_once_per_key(hub: Hub, root: Client) -> None:
    preview = root.post(f"{API}/settings/preview?scope=site:alat", json=SETTINGS).json()
    assert [one["device_id"] for one in preview] == [DEVICE.device_id]
    headers = {"Idempotency-Key": "one"}
    first, again = (
        root.post(f"{API}/settings?scope=site:alat", json=SETTINGS, headers=headers) for _ in range(2)
    )
    assert (first.status_code, first.json()) == (201, again.json())
    assert [one["version"] for one in root.get(f"{API}/settings?scope=site:alat").json()] == [1]
    with writing(hub.services.engine) as connection:
        assert len(commands_of(connection, DEVICE.device_id, 5)) == 1
    stale = root.post(f"{API}/settings?scope=site:alat", json=SETTINGS | {"expected_version": 0})
    assert (stale.status_code, stale.json()["code"]) == (409, "settings-changed")


def test_a_device_that_is_let_in_is_told_what_holds_for_its_place(hub: Hub, root: Client) -> None:
    root.post(f"{API}/settings?scope=site:alat", json=SETTINGS)

    def told(device_id: str) -> list[dict[str, str]]:
        with writing(hub.services.engine) as connection:
            return [dict(one.arguments) for one in commands_of(connection, device_id, 5)]

    for name, site in (("new", "alat"), ("elsewhere", "astara")):
        wanted = {"device_id": name, "site_id": site, "lane_id": "lane-9"}
        assert root.post(f"{API}/devices", json=wanted).status_code == 201
    assert told("new") == [{"version": "1", "shadow": "true"}]
    assert told("elsewhere") == []
    # Set up anew, it has forgotten.
    assert root.post(f"{API}/devices/new/token").status_code == 200
    assert len(told("new")) == 2
    # Shut out, it gets no token and is told nothing.
    assert root.post(f"{API}/devices/new/revocation").status_code == 204
    assert root.post(f"{API}/devices/new/token").status_code == 404
    assert len(told("new")) == 2


@pytest.mark.parametrize(
    ("scope", "settings", "status"),
    [
        ("fleet", {"unheard_of": "1"}, 422),
        ("fleet", {"shadow": "perhaps"}, 422),
        ("planet", {}, 422),
        ("site:nowhere", {}, 404),
    ],
)
def test_bad_settings_are_named(root: Client, scope: str, settings: dict[str, str], status: int) -> None:
    answer = root.post(f"{API}/settings?scope={scope}", json={"settings": settings, "reason": "Why"})
    assert answer.status_code == status


def test_a_command_is_issued_once_per_key(root: Client) -> None:
    path, headers = f"{API}/devices/{DEVICE.device_id}/commands", {"Idempotency-Key": "two"}
    first, again = (root.post(path, json={"name": "restart"}, headers=headers) for _ in range(2))
    assert (first.status_code, first.json()["state"]) == (201, "waiting")
    assert first.json() == again.json()
    assert len(root.get(path).json()) == 1
    assert root.post(path, json={"name": "open-barrier"}).status_code == 422
    assert root.get(f"{API}/devices/{DEVICE.device_id}/health").json() == []


def test_a_roll_out_is_started_paused_and_stopped(root: Client) -> None:
    wanted = {"pack": "pack-2", "scope": "fleet", "reason": "Night"}
    made = root.post(f"{API}/rollouts", json=wanted)
    assert made.status_code == 201
    path = f"{API}/rollouts/{made.json()['rollout_id']}"
    assert root.post(f"{path}/acts", json={"act": "advance"}).json()["code"] == "stage-not-done"
    for act, state in (("pause", "paused"), ("resume", "running"), ("stop", "stopped")):
        assert root.post(f"{path}/acts", json={"act": act}).json()["state"] == state
    assert root.get(path).json()["pack"] == "pack-2"
    assert [one["state"] for one in root.get(f"{API}/rollouts").json()] == ["stopped"]
    assert root.post(f"{API}/rollouts", json=wanted | {"percentage": 0}).status_code == 422


def test_a_guard_manages_nothing(hub: Hub) -> None:
    with client_of(hub.services, GUARD) as guard:
        for path in ("settings?scope=fleet", "rollouts", "users", "audit/entries", "lookups"):
            assert guard.get(f"{API}/{path}").status_code == 403


def test_who_is_bound_to_a_site_reaches_no_other(hub: Hub) -> None:
    add_users(hub.services, second := type(ADMINISTRATOR)("second", "Second", ADMINISTRATOR.role))
    with writing(hub.services.engine) as connection:
        change_user(connection, "second", PersonChange("Second", second.role, frozenset({"alat"})))
    with client_of(hub.services, second) as bound:
        assert [one["device_id"] for one in bound.get(f"{API}/devices").json()["items"]] == [DEVICE.device_id]
        for path in ("devices/far", "devices/far/commands", "settings?scope=fleet", "sites/astara/lanes"):
            assert bound.get(f"{API}/{path}").status_code == 404
        everywhere = {"pack": "p", "scope": "fleet", "reason": "Why"}
        assert bound.post(f"{API}/rollouts", json=everywhere).status_code == 404


def test_a_person_is_let_in_changed_and_shut_out(root: Client) -> None:
    wanted = {"user_id": "samir", "display_name": "Samir", "role": "guard", "sites": ["alat"]}
    made = root.post(f"{API}/users", json=wanted)
    assert made.status_code == 201
    assert len(made.json()["code"]) == 19
    assert root.post(f"{API}/users", json=wanted).status_code == 409
    change = {"display_name": "Samir H.", "role": "supervisor", "sites": None}
    assert root.put(f"{API}/users/samir", json=change).json()["user"]["display_name"] == "Samir H."
    assert root.post(f"{API}/users/samir/password-reset").json()["code"] != made.json()["code"]
    assert root.post(f"{API}/users/samir/acts", json={"act": "disable"}).status_code == 204
    assert root.get(f"{API}/users/samir").json()["disabled_at"] is not None
    last = root.post(f"{API}/users/{ADMINISTRATOR.user_id}/acts", json={"act": "disable"})
    assert (last.status_code, last.json()["code"]) == (409, "last-administrator")
    assert [one["user"]["user_id"] for one in root.get(f"{API}/users?text=samir").json()["items"]] == [
        "samir"
    ]


def test_own_sessions_are_seen_and_ended(root: Client) -> None:
    (own,) = root.get(f"{API}/me/sessions").json()
    assert root.delete(f"{API}/me/sessions/nothing").status_code == 404
    assert root.delete(f"{API}/me/sessions/{own['session_id']}").status_code == 204
    assert root.get(f"{API}/me/sessions").status_code == 401


def test_the_audit_log_is_paged_exported_and_looked_through(hub: Hub) -> None:
    with client_of(hub.services, AUDITOR) as auditor:
        page = auditor.get(f"{API}/audit/entries?action=signed-in").json()
        assert {one["action"] for one in page["items"]} == {"signed-in"}
        assert auditor.get(f"{API}/audit/entries?cursor=x").status_code == 422
        lines = auditor.get(f"{API}/audit/export").text.splitlines()
        assert json.loads(lines[-1])["hash"] == json.loads(lines[-2])["hash"]
        assert auditor.get(f"{API}/audit/heads").json() == []
        assert auditor.get(f"{API}/lookups?subject_id=s-1").json()["items"] == []
