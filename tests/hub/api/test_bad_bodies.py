"""Bodies that are not what they seem: packed, repeated, nested, endless; each is refused by name."""

import gzip
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from httpx import Client

from hub.api.application import create_app
from hub.people.web_session import SESSION_COOKIE
from tests.hub.api.clients import client_of
from tests.hub.builders import ADMINISTRATOR, OFFICER, SUPERVISOR, Hub, add_users, make_hub

JSON = {"Content-Type": "application/json"}
GOOD = b'{"device_id": "a", "site_id": "s", "lane_id": "l"}'


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    made = make_hub(tmp_path)
    add_users(made.services, ADMINISTRATOR, OFFICER)
    return made


@pytest.fixture
def client(hub: Hub) -> Iterator[Client]:
    with client_of(hub.services, ADMINISTRATOR) as opened:
        yield opened


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "x-unheard-of", "GZIP"])
def test_a_packed_body_is_refused_unopened(client: Client, encoding: str) -> None:
    bomb = gzip.compress(b" " * (64 << 20))
    headers = JSON | {"Content-Encoding": encoding}
    answer = client.post("/api/v1/devices", content=bomb, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "packed-body")


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        (
            b'{"device_id": "a", "device_id": "b", "site_id": "s", "lane_id": "l"}',
            "repeated-name",
            "/device_id",
        ),
        (b'{"device_id": "a", "site_id": {"x": 1, "x": 2}, "lane_id": "l"}', "repeated-name", "/x"),
        (b'{"device_id": NaN, "site_id": "s", "lane_id": "l"}', "not-a-number", ""),
        (b'{"device_id": -Infinity, "site_id": "s", "lane_id": "l"}', "not-a-number", ""),
    ],
    ids=["name", "inner name", "NaN", "infinity"],
)
def test_json_that_others_would_read_otherwise_is_refused(
    client: Client, body: bytes, code: str, pointer: str
) -> None:
    answer = client.post("/api/v1/devices", content=body, headers=JSON)
    assert answer.status_code == 422
    assert [(one["code"], one["pointer"]) for one in answer.json()["errors"]] == [(code, pointer)]
    assert client.get("/api/v1/devices/a").status_code == 404


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b'{"device_id": "a\\u0000b", "site_id": "s", "lane_id": "l"}', "/device_id"),
        ('{"device_id": "a\\u0000b", "site_id": "s", "lane_id": "l"}'.encode("utf-16"), "/device_id"),
        (b'{"device_id": "a", "site_id": [{"x": "\\u0000"}], "lane_id": "l"}', "/site_id/0/x"),
        (b'{"device_id": "a", "b/\\u0000": 1}', "/b~1\0"),
    ],
    ids=["text", "utf-16", "inner text", "name"],
)
def test_a_text_that_no_store_keeps_is_named(client: Client, body: bytes, pointer: str) -> None:
    answer = client.post("/api/v1/devices", content=body, headers=JSON)
    assert answer.status_code == 422
    assert [(one["code"], one["pointer"]) for one in answer.json()["errors"]] == [("zero-byte", pointer)]


def test_what_only_looks_like_a_zero_byte_is_taken(client: Client) -> None:
    answer = client.post("/api/v1/login", json={"user_id": r"a\u0000b", "password": "x"})
    assert (answer.status_code, answer.json()["code"]) == (401, "wrong-user-or-password")


@pytest.mark.parametrize(
    ("method", "path", "form", "status"),
    [
        ("GET", "/api/v1/cases/a%00b", None, 422),
        ("POST", "/api/v1/oauth/token", {"grant_type": "client_credentials", "client_id": "a\0b"}, 422),
        ("POST", "/console/sign-in", {"user_id": "a\0b", "password": "x"}, 400),
    ],
    ids=["address", "token form", "sign-in form"],
)
def test_a_zero_byte_elsewhere_is_the_senders_fault(
    hub_on_each: Hub, method: str, path: str, form: dict[str, str] | None, status: int
) -> None:
    add_users(hub_on_each.services, SUPERVISOR)
    with client_of(hub_on_each.services, SUPERVISOR) as client:
        assert client.request(method, path, data=form).status_code == status


@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, b'{"a":' * 100_000, b"1e400", b"9" * 5000, b"\xff", b"null", b"[]", b'"x"', b""],
    ids=range(9),
)
def test_what_is_no_request_is_a_problem_and_no_failure(client: Client, body: bytes) -> None:
    answer = client.post("/api/v1/devices", content=body, headers=JSON)
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_same_body_without_tricks_is_taken(client: Client) -> None:
    assert client.post("/api/v1/devices", content=GOOD, headers=JSON).status_code == 201


def test_text_or_a_truth_value_is_taken_for_no_number_anywhere(hub: Hub) -> None:
    """Every number and truth value of every JSON body that a person may send, as the API describes them."""
    add_users(hub.services, SUPERVISOR)
    checked = 0
    with ExitStack() as stack:
        callers = [
            stack.enter_context(client_of(hub.services, one)) for one in (ADMINISTRATOR, OFFICER, SUPERVISOR)
        ]
        for method, path, name, kind in typed_fields(create_app(hub.services).openapi()):
            for wrong in ("1", 1 if kind == "boolean" else False):
                answers = [caller.request(method, path, json={name: wrong}) for caller in callers]
                answer = next((one for one in answers if one.status_code != 403), None)
                if answer is None:
                    continue  # only machines declare: tests/hub/api/test_declarations.py
                checked += 1
                pointers = [one["pointer"] for one in answer.json()["errors"]]
                assert (answer.status_code, f"/{name}" in pointers) == (422, True), (path, name, wrong)
    assert checked >= 30


def typed_fields(description: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Give method, address, name and type of each field of a JSON body that is a number or a truth value."""
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if body is None or "$ref" not in body["schema"]:
                continue
            model = description["components"]["schemas"][body["schema"]["$ref"].rpartition("/")[2]]
            for name, field in model["properties"].items():
                kinds = {one.get("type") for one in (field, *field.get("anyOf", ()))}
                for kind in kinds & {"integer", "number", "boolean"}:
                    yield method, re.sub(r"{[^}]+}", "x", path) + "?scope=fleet", name, kind


def test_html_in_a_name_is_text_everywhere(hub: Hub) -> None:
    title = "<script>alert(1)</script>"
    with client_of(hub.services, OFFICER) as client:
        made = client.post("/api/v1/watchlists", json={"list_id": "html", "title": title})
        assert made.headers["content-type"] == "application/json"
        assert made.headers["x-content-type-options"] == "nosniff"
        client.cookies.set(SESSION_COOKIE, client.headers.pop("Authorization").removeprefix("Bearer "))
        page = client.get("/console/watchlists").text
    assert title not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_every_creation_repeated_under_its_key_is_done_once(client: Client) -> None:
    device = {"device_id": "a", "site_id": "s", "lane_id": "l"}
    machine = {"client_id": "feed", "title": "Feed", "scopes": ["view-devices"]}
    webhook = {"title": "Ministry", "url": "https://hook.example/in", "kinds": ["case"]}
    for path, body in (("devices", device), ("clients", machine), ("webhooks", webhook)):
        headers = {"Idempotency-Key": path}
        answers = [client.post(f"/api/v1/{path}", json=body, headers=headers) for _ in range(2)]
        assert answers[0].status_code == 201
        assert answers[0].json() == answers[1].json()
        other = client.post(f"/api/v1/{path}", json=body | {next(iter(body)): "b"}, headers=headers)
        assert (other.status_code, other.json()["code"]) == (409, "idempotency-key-reused")
