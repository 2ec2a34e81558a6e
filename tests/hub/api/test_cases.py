"""Cases over HTTP: the blind answer, evidence with its trace, pages."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from httpx import Client

from hub.ingest.ingest import receive_batch
from hub.people.audit import latest
from hub.store.database import reading
from sync.codec import encode_batch
from sync.messages import MessageLane
from tests.hub.api.clients import client_of
from tests.hub.builders import (
    AUDITOR,
    EVENTS,
    GUARD,
    NOW,
    SUPERVISOR,
    Hub,
    add_users,
    alert,
    enrolled,
    evidence_of,
    guard_answer,
    make_hub,
    message,
    numbered,
    picture,
)

NAME = "Rəşad Məmmədov"
WITHHELD = (NAME, "0.71", "guard-7", "not-same", "12-345")
ANSWER = {"decision_id": "d-1", "answer": "same", "seconds_to_answer": 4.5, "reason": "same scar"}


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    """Make a hub with one case: alert, probe picture, and a guard who said no."""
    made = make_hub(tmp_path)
    add_users(made.services, GUARD, SUPERVISOR, AUDITOR)
    subject_id = enrolled(made.services, name=NAME)
    guard = guard_answer(answer=type(guard_answer().answer)("not-same"))
    for one in (
        message(alert(subject_id=subject_id)),
        message(evidence_of(), lane=MessageLane.MEDIA),
        message(guard, lane=MessageLane.EVENT),
    ):
        receive_batch(made.services, EVENTS, encode_batch([one]))
    made.clock.advance(timedelta(minutes=1))
    return made


@pytest.fixture
def supervisor(hub: Hub) -> Iterator[Client]:
    with client_of(hub.services, SUPERVISOR) as client:
        yield client


@pytest.mark.parametrize("path", ["cases", "cases/alert-1"])
def test_a_supervisor_answers_without_knowing_name_score_or_the_guards_answer(
    supervisor: Client, path: str
) -> None:
    text = supervisor.get(f"/api/v1/{path}").text
    assert [word for word in WITHHELD if word in text] == []


def test_pictures_to_compare_are_there_while_blind(supervisor: Client) -> None:
    detail = supervisor.get("/api/v1/cases/alert-1").json()
    assert detail["is_blind"] is True
    probe = supervisor.get(f"/api/v1/evidence/{detail['evidence_ids'][0]}")
    reference = supervisor.get(f"/api/v1/references/{detail['reference_ids'][0]}")
    assert (probe.content, probe.headers["content-type"]) == (picture(1), "image/jpeg")
    assert reference.content.startswith(b"\xff\xd8\xff")
    assert probe.headers["cache-control"] == "no-store"


def test_after_the_answer_everything_is_shown(supervisor: Client) -> None:
    answer = supervisor.post("/api/v1/cases/alert-1/decisions", json=ANSWER)
    assert answer.status_code == 201
    detail = supervisor.get("/api/v1/cases/alert-1").json()
    assert detail == answer.json()
    assert detail["is_blind"] is False
    assert detail["subject"]["display_name"] == NAME
    assert detail["facts"]["comparison_score"] == 0.71
    assert [(one["answer"], one["was_at_lane"]) for one in detail["decisions"]] == [
        ("not-same", True),
        ("same", False),
    ]
    assert detail["summary"]["status"] == "answered"


def test_somebody_who_is_not_asked_for_an_answer_is_not_blind(hub: Hub) -> None:
    with client_of(hub.services, GUARD) as client:
        detail = client.get("/api/v1/cases/alert-1").json()
    assert detail["subject"]["display_name"] == NAME


def test_the_same_answer_again_is_stored_once(supervisor: Client) -> None:
    for _ in range(2):
        assert supervisor.post("/api/v1/cases/alert-1/decisions", json=ANSWER).status_code == 201
    assert len(supervisor.get("/api/v1/cases/alert-1").json()["decisions"]) == 2


def test_an_id_that_stands_for_another_answer_is_a_conflict(supervisor: Client) -> None:
    supervisor.post("/api/v1/cases/alert-1/decisions", json=ANSWER)
    answer = supervisor.post("/api/v1/cases/alert-1/decisions", json=ANSWER | {"answer": "unsure"})
    assert (answer.status_code, answer.json()["code"]) == (409, "decision-exists")


def test_a_correction_is_a_second_answer(supervisor: Client) -> None:
    supervisor.post("/api/v1/cases/alert-1/decisions", json=ANSWER)
    supervisor.post(
        "/api/v1/cases/alert-1/decisions", json=ANSWER | {"decision_id": "d-2", "answer": "unsure"}
    )
    assert len(supervisor.get("/api/v1/cases/alert-1").json()["decisions"]) == 3


def test_an_answer_to_no_case_is_not_found(supervisor: Client) -> None:
    answer = supervisor.post("/api/v1/cases/none/decisions", json=ANSWER)
    assert (answer.status_code, answer.json()["detail"]) == (404, "no case 'none'")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"answer": "maybe"}, "/answer"),
        ({"decision_id": "../x"}, "/decision_id"),
        ({"seconds_to_answer": -1}, "/seconds_to_answer"),
        ({"reason": "x" * 2001}, "/reason"),
        ({"officer_id": "somebody else"}, "/officer_id"),
    ],
)
def test_a_bad_field_of_an_answer_is_named(
    supervisor: Client, change: dict[str, object], pointer: str
) -> None:
    answer = supervisor.post("/api/v1/cases/alert-1/decisions", json=ANSWER | change)
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


def test_each_look_at_a_picture_leaves_a_trace(hub: Hub, supervisor: Client) -> None:
    supervisor.get("/api/v1/evidence/probe-1")
    assert supervisor.get("/api/v1/evidence/none").status_code == 404
    with reading(hub.services.engine) as connection:
        entry = latest(connection, 1)[0]
    assert (entry.actor, entry.action, entry.target) == (SUPERVISOR.user_id, "evidence-viewed", "probe-1")


def test_a_picture_whose_file_is_gone_says_so_without_its_path(hub: Hub, supervisor: Client) -> None:
    for path in hub.services.settings.store.evidence.rglob("*.sealed"):
        path.unlink()
    answer = supervisor.get("/api/v1/evidence/probe-1")
    assert answer.status_code == 503
    assert "sealed" not in answer.text


def test_pages_hold_every_case_once_newest_first(hub: Hub, supervisor: Client) -> None:
    more = [alert(f"more-{n}", raised_at=NOW + timedelta(minutes=n // 2)) for n in range(7)]
    receive_batch(hub.services, EVENTS, encode_batch(numbered(more, first=2)))
    seen: list[dict[str, str]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = supervisor.get(
            "/api/v1/cases", params={"limit": 3} | ({"cursor": cursor} if cursor else {})
        ).json()
        seen += page["items"]
        cursor = page["next_cursor"]
    assert len({one["case_id"] for one in seen}) == len(seen) == 8
    assert [one["raised_at"] for one in seen] == sorted((one["raised_at"] for one in seen), reverse=True)


@pytest.mark.parametrize(
    "query", ["cursor=abc", "cursor=%F0%9F", "limit=0", "limit=x", "status=lost", "limit=100000"]
)
def test_a_bad_query_is_refused(supervisor: Client, query: str) -> None:
    answer = supervisor.get(f"/api/v1/cases?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/" + query.partition("=")[0]


def test_cases_are_filtered_by_status(supervisor: Client) -> None:
    assert len(supervisor.get("/api/v1/cases?status=open").json()["items"]) == 1
    assert supervisor.get("/api/v1/cases?status=answered").json()["items"] == []


def test_statistics_count_the_newest_answer_of_each_case(supervisor: Client) -> None:
    before = supervisor.get("/api/v1/case-statistics").json()
    supervisor.post("/api/v1/cases/alert-1/decisions", json=ANSWER)
    after = supervisor.get("/api/v1/case-statistics").json()
    assert (before["open_cases"], before["answered_same"]) == (1, 0)
    assert (after["open_cases"], after["answered_same"], after["cases_last_day"]) == (0, 1, 1)


def test_crossings_are_told_only_to_those_who_may_know_the_subject(hub: Hub, supervisor: Client) -> None:
    assert supervisor.get("/api/v1/cases/alert-1/crossings").json() is None
    hub.clock.advance(timedelta(minutes=1))
    assert supervisor.post("/api/v1/cases/alert-1/decisions", json=ANSWER).status_code == 201
    told = supervisor.get("/api/v1/cases/alert-1/crossings").json()
    assert [(one["within_hours"], one["crossings"]) for one in told["counts"]] == [
        (24, 1),
        (168, 1),
        (720, 1),
    ]
    assert [one["case_id"] for one in told["newest"]] == ["alert-1"]
    assert supervisor.get("/api/v1/cases/nobody/crossings").status_code == 404
