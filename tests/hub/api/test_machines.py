"""Machines over HTTP: let in, prove themselves, do what their scopes say and nothing else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from httpx import Client

from hub.machines.tokens import LIFETIME
from hub.people.audit import latest
from hub.store.database import reading
from tests.hub.api.clients import BASE, client_of
from tests.hub.builders import ADMINISTRATOR, GUARD, Hub, add_users, make_hub
from tests.hub.live_server import with_api
from tests.hub.machines.machines import assertion, public_keys

CLIENT = {"client_id": "feed", "title": "Feed of the ministry", "scopes": ["view-devices"]}
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    made = make_hub(tmp_path)
    add_users(made.services, ADMINISTRATOR, GUARD)
    return Hub(with_api(made.services, public_url=BASE), made.clock)


@pytest.fixture
def administrator(hub: Hub) -> Iterator[Client]:
    with client_of(hub.services, ADMINISTRATOR) as client:
        yield client


@pytest.fixture
def machine(hub: Hub) -> Iterator[Client]:
    with client_of(hub.services) as client:
        yield client


def let_in(administrator: Client, **changes: Any) -> str:
    answer = administrator.post("/api/v1/clients", json=CLIENT | changes)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["secret"])


def ask(machine: Client, secret: str, **form: str) -> dict[str, Any]:
    answer = machine.post(
        "/api/v1/oauth/token", data={"grant_type": "client_credentials", **form}, auth=("feed", secret)
    )
    return {
        "status": answer.status_code,
        "challenge": answer.headers.get("www-authenticate"),
        **answer.json(),
    }


def test_a_machine_does_what_its_scopes_say_and_nothing_else(administrator: Client, machine: Client) -> None:
    made = ask(machine, let_in(administrator))
    assert (made["token_type"], made["expires_in"], made["scope"]) == ("Bearer", 900, "view-devices")
    machine.headers["Authorization"] = f"Bearer {made['access_token']}"
    assert machine.get("/api/v1/devices").status_code == 200
    for path in ("cases", "watchlists", "audit", "clients"):
        assert machine.get(f"/api/v1/{path}").status_code == 403
    who = machine.get("/api/v1/me").json()
    assert (who["user_id"], who["role"], who["permissions"]) == ("client:feed", "machine", ["view-devices"])


def test_a_token_ends(hub: Hub, administrator: Client, machine: Client) -> None:
    made = ask(machine, let_in(administrator))
    machine.headers["Authorization"] = f"Bearer {made['access_token']}"
    assert machine.get("/api/v1/devices").status_code == 200
    assert administrator.post("/api/v1/clients/feed/revocation").status_code == 204
    assert machine.get("/api/v1/devices").status_code == 401
    other = ask(machine, let_in(administrator, client_id="other"))
    assert other["error"] == "invalid_client"
    hub.clock.advance(LIFETIME)
    assert machine.get("/api/v1/devices").status_code == 401


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"scope": "view-audit"}, 400, "invalid_scope"),
        ({"client_assertion": "x", "client_assertion_type": "y"}, 400, "invalid_request"),
        ({"client_assertion": "x", "client_assertion_type": ASSERTION}, 401, "invalid_client"),
    ],
    ids=range(5),
)
def test_refusals_are_oauths_own(
    administrator: Client, machine: Client, form: dict[str, str], status: int, error: str
) -> None:
    answer = ask(machine, let_in(administrator), **form)
    assert (answer["status"], answer["error"]) == (status, error)


def test_a_wrong_secret_is_challenged_and_leaves_a_trace(
    hub: Hub, administrator: Client, machine: Client
) -> None:
    secret = let_in(administrator)
    answer = ask(machine, "wrong")
    assert (answer["status"], answer["challenge"]) == (401, 'Basic realm="kechid"')
    with reading(hub.services.engine) as connection:
        act = latest(connection, 1)[0]
    assert (act.action, act.target, secret in str(act)) == ("client-refused", "feed", False)


def test_a_signed_assertion_needs_no_secret(administrator: Client, machine: Client) -> None:
    answer = administrator.post("/api/v1/clients", json=CLIENT | {"keys": public_keys()})
    assert (answer.status_code, answer.json()["secret"]) == (201, None)
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION,
        "client_assertion": assertion(),
    }
    assert machine.post("/api/v1/oauth/token", data=form).status_code == 200
    assert machine.post("/api/v1/oauth/token", data=form).status_code == 401


def test_machines_are_listed_without_what_proves_them(administrator: Client) -> None:
    secret = let_in(administrator)
    listed = administrator.get("/api/v1/clients")
    assert [one["client_id"] for one in listed.json()["items"]] == ["feed"]
    assert administrator.get("/api/v1/clients/feed").json() == listed.json()["items"][0]
    assert secret not in listed.text
    assert administrator.get("/api/v1/clients/nobody").status_code == 404


def test_only_an_administrator_lets_machines_in(hub: Hub) -> None:
    with client_of(hub.services, GUARD) as guard:
        assert guard.post("/api/v1/clients", json=CLIENT).status_code == 403
        assert guard.get("/api/v1/webhooks").status_code == 403


@pytest.mark.parametrize("scope", ["answer-cases", "approve", "manage-users", "x"])
def test_a_scope_that_no_machine_has_is_named(administrator: Client, scope: str) -> None:
    answer = administrator.post("/api/v1/clients", json=CLIENT | {"scopes": ["view-devices", scope]})
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/scopes/1"]


def test_programs_learn_where_tokens_are(machine: Client) -> None:
    found = machine.get("/.well-known/oauth-authorization-server").json()
    assert (found["issuer"], found["token_endpoint"]) == (BASE, f"{BASE}/api/v1/oauth/token")
    assert "private_key_jwt" in found["token_endpoint_auth_methods_supported"]


@pytest.mark.parametrize(
    ("url", "code"),
    [("http://hook.example/", "not-https"), ("https://169.254.169.254/latest", "private-address")],
    ids=["plain", "metadata"],
)
def test_a_webhook_that_leads_inside_is_refused_by_name(administrator: Client, url: str, code: str) -> None:
    wanted = {"title": "x", "url": url, "kinds": ["case"]}
    answer = administrator.post("/api/v1/webhooks", json=wanted)
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [("/url", code)]


def test_a_webhook_is_switched_off_and_on(administrator: Client) -> None:
    wanted = {"title": "Ministry", "url": "https://hook.example/in", "kinds": ["case", "device"]}
    made = administrator.post("/api/v1/webhooks", json=wanted).json()
    assert made["secret"].startswith("whsec_")
    address = f"/api/v1/webhooks/{made['webhook_id']}"
    states = [administrator.get(address).json()["is_disabled"]]
    for act in ("disabling", "enabling"):
        assert administrator.post(f"{address}/{act}").status_code == 204
        states.append(administrator.get(address).json()["is_disabled"])
    assert states == [False, True, False]
    assert made["secret"] not in administrator.get("/api/v1/webhooks").text


def test_the_public_key_of_a_webhook_is_told_again_and_follows_a_rotation(administrator: Client) -> None:
    wanted = {"title": "Ministry", "url": "https://hook.example/in", "kinds": ["case"], "scheme": "v1a"}
    made = administrator.post("/api/v1/webhooks", json=wanted).json()
    assert made["secret"] is None
    assert made["public_key"].startswith("whpk_")
    address = f"/api/v1/webhooks/{made['webhook_id']}"
    assert administrator.get(address).json()["public_key"] == made["public_key"]
    once = {"Idempotency-Key": "rotate-1"}
    rotated = [administrator.post(f"{address}/rotation", headers=once).json() for _ in range(2)]
    assert rotated[0] == rotated[1]
    assert rotated[0]["public_key"] != made["public_key"]
    found = administrator.get(address).json()
    assert (found["scheme"], found["public_key"]) == ("v1a", rotated[0]["public_key"])
    assert found["previous_until"] is not None
    assert administrator.post("/api/v1/webhooks/nobody/rotation").status_code == 404


def test_a_webhooks_secret_is_changed_by_a_rotation(administrator: Client) -> None:
    wanted = {"title": "Ministry", "url": "https://hook.example/in", "kinds": ["case"]}
    made = administrator.post("/api/v1/webhooks", json=wanted).json()
    rotated = administrator.post(f"/api/v1/webhooks/{made['webhook_id']}/rotation").json()
    assert rotated["secret"].startswith("whsec_")
    assert rotated["secret"] != made["secret"]
    assert (made["public_key"], rotated["public_key"]) == (None, None)
