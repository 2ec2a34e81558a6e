"""Acts on declarations over HTTP: officers ask and decide, senders answer for their own."""

from typing import Any

import pytest
from httpx import Client

from hub.people.access import Role, User
from tests.hub.api.clients import client_of
from tests.hub.api.test_declarations import OFFICER, ONE, carrier, hub, officer, problem, swift
from tests.hub.builders import GUARD, Hub, add_users
from tests.hub.declarations.parcels import parcel

SECOND = User("aysel", "Aysel Məmmədova", Role.CUSTOMS_OFFICER)
QUESTION = {"pointer": "/items/0/value", "kind": "number", "text": "What was paid for one piece?"}
__all__ = ["hub", "officer", "swift"]


def ask(**changes: Any) -> dict[str, Any]:
    return {
        "act_id": "a-1",
        "event": "request-information",
        "reason": "The price is low.",
        "deadline": "2026-03-16T09:00:00Z",
        "questions": [QUESTION],
    } | changes


@pytest.fixture
def own(swift: Client) -> str:
    return str(swift.post(ONE, json=parcel()).json()["declaration_id"])


def test_an_officer_asks_and_the_carrier_answers(swift: Client, officer: Client, own: str) -> None:
    asked = officer.post(f"{ONE}/{own}/acts", json=ask())
    assert (asked.status_code, asked.json()["summary"]["state"]) == (201, "information-requested")
    assert swift.get(f"{ONE}/{own}").json()["history"][-1]["said"] == {"questions": [QUESTION]}
    answer = {"act_id": "b-1", "event": "answer-information", "answers": [{"question": 0, "text": "9.95"}]}
    answered = swift.post(f"{ONE}/{own}/answers", json=answer)
    assert (answered.status_code, answered.json()["summary"]["state"]) == (201, "risk-assessment")
    decide = {
        "act_id": "a-2",
        "event": "complete-assessment",
        "reason": "The price is explained.",
        "channel": "documentary-check",
    }
    assert officer.post(f"{ONE}/{own}/acts", json=decide).json()["summary"]["channel"] == "documentary-check"


def test_what_cannot_be_done_is_said_with_what_can(officer: Client, own: str) -> None:
    refused = officer.post(f"{ONE}/{own}/acts", json={"act_id": "a", "event": "release", "reason": "x"})
    assert (refused.status_code, refused.json()["code"]) == (409, "illegal-transition")
    assert problem(officer.post(f"{ONE}/{own}/acts", json=ask(questions=[])))[2] == [
        ("/questions", "missing")
    ]
    past = problem(officer.post(f"{ONE}/{own}/acts", json=ask(deadline="2026-03-01T00:00:00Z")))
    assert past[2] == [("/deadline", "in-the-past")]


def test_nobody_acts_on_what_is_not_theirs(hub: Hub, swift: Client, officer: Client, own: str) -> None:
    withdraw = {"act_id": "b", "event": "invalidate", "reason": "Sold elsewhere."}
    with carrier(hub, "rival") as rival:
        assert rival.post(f"{ONE}/{own}/answers", json=withdraw).status_code == 404
    assert swift.post(f"{ONE}/{own}/acts", json=ask()).status_code == 403
    assert officer.post(f"{ONE}/{own}/answers", json=withdraw).status_code == 403
    with client_of(hub.services, GUARD) as guard:
        assert guard.post(f"{ONE}/{own}/acts", json=ask()).status_code == 403


def test_an_officer_holds_and_gives_away_a_declaration(officer: Client, own: str) -> None:
    held = officer.post(f"{ONE}/{own}/hold", json={})
    assert (held.status_code, held.json()["user_id"]) == (200, OFFICER.user_id)
    assert officer.post(f"{ONE}/{own}/hold", json={"over": True}).status_code == 200
    assert officer.put(f"{ONE}/{own}/assignment", json={"user_id": OFFICER.user_id}).status_code == 204
    nobody = officer.put(f"{ONE}/{own}/assignment", json={"user_id": GUARD.user_id})
    assert problem(nobody)[2] == [("/user_id", "unknown")]


def test_several_are_decided_over_http_by_two_officers(hub: Hub, officer: Client, own: str) -> None:
    several = "/api/v1/bulk-decisions"
    wanted = {"bulk_id": "b-1", "kind": "release", "declaration_ids": [own], "reason": "One known shop."}
    officer.post(f"{ONE}/{own}/acts", json={"act_id": "a-1", "event": "present"})
    assert officer.post(several, json=wanted).json()["state"] == "waiting"
    assert officer.post(f"{several}/b-1/approve").json()["code"] == "own-decision"
    add_users(hub.services, SECOND)
    with client_of(hub.services, SECOND) as second:
        assert second.get(several).json()[0]["declaration_ids"] == [own]
        assert second.post(f"{several}/b-1/approve").json()["state"] == "done"
        assert second.post(f"{several}/b-1/reject").json()["code"] == "already-decided"
    assert officer.get(f"{ONE}/{own}").json()["summary"]["state"] == "released"
