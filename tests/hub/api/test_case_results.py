"""Results, holds, statistics and exercises over HTTP: who may, what is refused, and where it says why."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx import Client

from hub.ingest.ingest import receive_batch
from hub.people.access import User
from sync.codec import encode_batch
from tests.hub.api.clients import client_of
from tests.hub.builders import (
    ADMINISTRATOR,
    ANALYST,
    EVENTS,
    GUARD,
    OFFICER,
    SUPERVISOR,
    Hub,
    add_users,
    alert,
    make_hub,
    numbered,
)

API = "/api/v1"
CASE = f"{API}/cases/alert-1"
RESULT = {"result_id": "r-1", "result": "not-the-person"}
PEOPLE = (ADMINISTRATOR, ANALYST, GUARD, OFFICER, SUPERVISOR)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    made = make_hub(tmp_path)
    add_users(made.services, *PEOPLE)
    receive_batch(made.services, EVENTS, encode_batch(numbered([alert()])))
    yield made
    made.services.engine.dispose()


@pytest.fixture
def supervisor(hub: Hub) -> Iterator[Client]:
    with client_of(hub.services, SUPERVISOR) as client:
        yield client


@pytest.mark.parametrize(
    ("user", "method", "path", "body"),
    [
        (None, "POST", "cases/alert-1/hold", {}),
        (GUARD, "POST", "cases/alert-1/hold", {}),
        (ANALYST, "POST", "cases/alert-1/results", RESULT),
        (GUARD, "GET", "statistics/exercises", None),
        (SUPERVISOR, "POST", "statistics/exercises", {}),
    ],
    ids=["hold-stranger", "hold-guard", "result-analyst", "exercises-guard", "register-supervisor"],
)
def test_others_are_refused(
    hub: Hub, user: User | None, method: str, path: str, body: dict[str, object] | None
) -> None:
    with client_of(hub.services, user) as client:
        answer = client.request(method, f"{API}/{path}", json=body)
    assert answer.status_code == (401 if user is None else 403)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_result_waits_for_the_answer(supervisor: Client) -> None:
    answer = supervisor.post(f"{CASE}/results", json=RESULT)
    assert (answer.status_code, answer.json()["code"]) == (409, "not-answered-yet")


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [({"result": "arrested"}, "/result"), ({"result_id": ""}, "/result_id"), ({"note": "x" * 2001}, "/note")],
    ids=["result", "id", "note"],
)
def test_a_bad_result_names_its_field(supervisor: Client, changed: dict[str, str], pointer: str) -> None:
    answer = supervisor.post(f"{CASE}/results", json=RESULT | changed)
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


def test_a_case_is_held_by_who_takes_it(supervisor: Client) -> None:
    answer = supervisor.post(f"{CASE}/hold", json={})
    assert answer.status_code == 200
    assert answer.json()["user_id"] == SUPERVISOR.user_id


@pytest.mark.parametrize("part", ["hold", "results"])
def test_an_unknown_case_is_not_found(supervisor: Client, part: str) -> None:
    body = RESULT if part == "results" else {}
    assert supervisor.post(f"{API}/cases/none/{part}", json=body).status_code == 404


def test_exercises_of_a_period_are_listed_for_analysts(hub: Hub) -> None:
    with client_of(hub.services, ANALYST) as analyst:
        answer = analyst.get(f"{API}/statistics/exercises")
        wrong = analyst.get(f"{API}/statistics/exercises", params={"since": "yesterday"})
    assert answer.json()["passages"] == []
    assert wrong.status_code == 422
