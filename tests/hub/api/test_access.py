"""The API's doors: sign-in, roles, origins, sizes; every refusal is a problem document."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from httpx import Client

from hub.api.guards import MAX_JSON_BYTES
from hub.people.access import FAILURES_ALLOWED, User
from hub.people.audit import latest
from hub.people.web_session import SESSION_COOKIE
from hub.store.database import reading
from tests.hub.api.clients import BASE, client_of
from tests.hub.builders import (
    ADMINISTRATOR,
    AUDITOR,
    DEVICE_TOKEN,
    GUARD,
    LIST,
    OFFICER,
    PASSWORD,
    SUPERVISOR,
    Hub,
    add_users,
    make_hub,
)

EVERYBODY = (GUARD, SUPERVISOR, OFFICER, ADMINISTRATOR, AUDITOR)


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    made = make_hub(tmp_path)
    add_users(made.services, *EVERYBODY)
    return made


@pytest.fixture
def stranger(hub: Hub) -> Iterator[Client]:
    with client_of(hub.services) as client:
        yield client


def log_in(client: Client, password: str = PASSWORD, user_id: str = GUARD.user_id) -> int:
    answer = client.post("/api/v1/login", json={"user_id": user_id, "password": password})
    return int(answer.status_code)


@pytest.mark.parametrize(
    "path",
    ["cases", "cases/x", "evidence/x", "references/x", "devices", "watchlists", "subjects/x", "audit", "me"],
)
def test_nothing_is_shown_to_strangers(stranger: Client, path: str) -> None:
    answer = stranger.get(f"/api/v1/{path}")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["code"] == "sign-in-needed"


ALLOWED = [
    ("GET", "cases", {GUARD, SUPERVISOR, OFFICER, AUDITOR}),
    ("POST", "cases/none/decisions", {SUPERVISOR}),
    ("GET", "watchlists", {SUPERVISOR, OFFICER, AUDITOR}),
    ("POST", f"watchlists/{LIST}/versions", {OFFICER}),
    ("DELETE", "subjects/none", {OFFICER}),
    ("GET", "devices", set(EVERYBODY)),
    ("POST", "devices", {ADMINISTRATOR}),
    ("POST", "devices/none/revocation", {ADMINISTRATOR}),
    ("GET", "audit", {ADMINISTRATOR, AUDITOR}),
]


@pytest.mark.parametrize("user", EVERYBODY, ids=lambda user: str(user.role))
@pytest.mark.parametrize(("method", "path", "users"), ALLOWED, ids=[f"{row[0]} {row[1]}" for row in ALLOWED])
def test_each_role_may_do_its_own_work_only(
    hub: Hub, user: User, method: str, path: str, users: set[User]
) -> None:
    with client_of(hub.services, user) as client:
        answer = client.request(method, f"/api/v1/{path}")
    assert (answer.status_code == 403) is (user not in users)
    assert answer.status_code != 401


def test_a_wrong_password_and_an_unknown_user_get_the_same_answer(stranger: Client) -> None:
    body = {"user_id": GUARD.user_id, "password": "wrong password"}
    wrong = stranger.post("/api/v1/login", json=body)
    unknown = stranger.post("/api/v1/login", json=body | {"user_id": "nobody"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()


def test_too_many_failures_lock_the_user_id_for_a_while(hub: Hub, stranger: Client) -> None:
    for _ in range(FAILURES_ALLOWED):
        assert log_in(stranger, "wrong password") == 401
    assert log_in(stranger) == 429
    assert log_in(stranger, user_id=SUPERVISOR.user_id) == 200
    hub.clock.advance(timedelta(minutes=16))
    assert log_in(stranger) == 200


def test_a_session_ends_after_its_time_and_at_logout(hub: Hub) -> None:
    with client_of(hub.services, GUARD) as client:
        assert client.get("/api/v1/me").json()["role"] == "guard"
        hub.clock.advance(timedelta(hours=12, seconds=1))
        assert client.get("/api/v1/me").status_code == 401
    with client_of(hub.services, GUARD) as client:
        assert client.post("/api/v1/logout").status_code == 204
        assert client.get("/api/v1/me").status_code == 401


def test_sign_ins_and_refusals_are_in_the_audit_log_without_passwords(hub: Hub, stranger: Client) -> None:
    log_in(stranger, "wrong password")
    log_in(stranger)
    with reading(hub.services.engine) as connection:
        entries = latest(connection, 2)
    assert [one.action for one in entries] == ["signed-in", "sign-in-refused"]
    assert PASSWORD not in str(entries)
    assert "wrong password" not in str(entries)


def test_a_session_survives_a_restart_of_the_hub(hub: Hub) -> None:
    with client_of(hub.services, GUARD) as before, client_of(hub.services) as after:
        after.headers["Authorization"] = before.headers["Authorization"]
        assert after.get("/api/v1/me").status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 204),
        ({"Origin": BASE}, 204),
        ({"Origin": "https://evil.test"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 204),
    ],
)
def test_a_cookie_works_only_from_the_hubs_own_pages(hub: Hub, headers: dict[str, str], status: int) -> None:
    with client_of(hub.services, ADMINISTRATOR) as client:
        token = client.headers.pop("Authorization").removeprefix("Bearer ")
        client.cookies.set(SESSION_COOKIE, token)
        answer = client.post("/api/v1/devices/lane-1-edge/revocation", headers=headers)
    assert answer.status_code == status


def test_a_devices_token_opens_nothing_of_the_users(stranger: Client) -> None:
    headers = {"Authorization": f"Bearer {DEVICE_TOKEN}"}
    assert stranger.get("/api/v1/cases", headers=headers).status_code == 401


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_that_is_too_large_is_refused(stranger: Client, announced: bool) -> None:
    body = b"x" * (MAX_JSON_BYTES + 1)
    content = body if announced else iter([body])
    answer = stranger.post("/api/v1/login", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert "at most 1048576 bytes" in answer.json()["title"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/api/v1/nowhere", None, 404),
        ("PUT", "/api/v1/login", None, 405),
        ("POST", "/api/v1/login", b"{", 422),
        ("POST", "/api/v1/login", b"\xff\xfe", 422),
        ("POST", "/api/v1/login", b'{"user_id": "a"}', 422),
        ("POST", "/api/v1/login", b'{"user_id": 5, "password": "x"}', 422),
    ],
)
def test_every_failure_is_a_problem_document(
    stranger: Client, method: str, path: str, body: bytes | None, status: int
) -> None:
    answer = stranger.request(method, path, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status


def test_a_bad_field_is_named_by_its_pointer(stranger: Client) -> None:
    answer = stranger.post("/api/v1/login", json={"user_id": "a", "password": "x", "extra": 1})
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/extra"]


def test_answers_carry_headers_against_misuse(stranger: Client) -> None:
    headers = stranger.get("/healthz").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"


def test_health_says_when_the_store_is_gone(hub: Hub, stranger: Client) -> None:
    assert stranger.get("/healthz").json()["status"] == "ok"
    hub.services.engine.dispose()
    database = Path(hub.services.engine.url.database or "")
    for path in database.parent.glob("hub.db*"):
        path.unlink()
    database.mkdir()
    answer = stranger.get("/healthz")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert str(database.parent) not in answer.text


def test_metrics_count_without_a_sign_in(stranger: Client) -> None:
    text = stranger.get("/metrics").text
    assert "kechid_hub_open_cases 0\n" in text
    assert 'kechid_hub_device_online{device="lane-1-edge"} 0\n' in text


def test_the_description_is_openapi_3_1_and_promises_problem_documents(stranger: Client) -> None:
    schema = stranger.get("/api/v1/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    operations = [one for path in schema["paths"].values() for one in path.values()]
    assert len({one["operationId"] for one in operations}) == len(operations) > 25
    for operation in operations:
        assert "application/problem+json" in operation["responses"]["default"]["content"]
    text = str(schema)
    assert "HTTPValidationError" not in text
    assert not any(path.startswith("/console") for path in schema["paths"])
