"""The statistics of cases for a spreadsheet, over HTTP: what stands in it, what it would not run, who may."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from httpx import Response

from hub.ingest.ingest import receive_batch
from hub.people.access import User
from hub.people.tables import users
from hub.store.database import writing
from sync.codec import encode_batch
from sync.messages import Answer, EventBody
from tests.hub.api.clients import client_of
from tests.hub.builders import (
    ANALYST,
    EVENTS,
    GUARD,
    NOW,
    OFFICER,
    SUPERVISOR,
    Hub,
    add_users,
    alert,
    guard_answer,
    numbered,
)

CSV = "/api/v1/statistics/cases.csv"
FORMULA = '=HYPERLINK("http://evil.test","look")'
ELSEWHERE = replace(SUPERVISOR, user_id="far", sites=frozenset({"astara"}))
Table = list[list[str]]


@pytest.fixture
def hub(hub_on_each: Hub) -> Hub:
    """Give a hub with alerts on two days; eight of the first list's ten answers say the same person."""
    services = hub_on_each.services
    add_users(services, ANALYST, GUARD, OFFICER, SUPERVISOR, ELSEWHERE)
    with writing(services.engine) as connection:
        far = users.update().where(users.c.user_id == ELSEWHERE.user_id)
        connection.execute(far.values(sites=["astara"]))
    bodies = [body for number in range(10) for body in answered(number)]
    bodies.append(alert("yesterday", raised_at=NOW - timedelta(days=1), evidence="probe-y"))
    bodies.append(msgspec.structs.replace(alert("other", evidence="probe-o"), list_id=FORMULA))
    assert receive_batch(services, EVENTS, encode_batch(numbered(bodies))).stored == len(bodies)
    return hub_on_each


def answered(number: int) -> Sequence[EventBody]:
    answer = Answer.NOT_SAME if number < 2 else Answer.SAME
    name = f"alert-{number}"
    raised = alert(name, evidence=f"probe-{number}")
    return raised, guard_answer(name, answer=answer, decision_id=f"decision-{number}")


def asked(hub: Hub, user: User | None, **query: str) -> Response:
    with client_of(hub.services, user) as client:
        return client.get(CSV, params=query)


def tables(answer: Response) -> dict[str, Table]:
    """Take the answer apart as a spreadsheet does: rows below each line of heads, by its first two."""
    assert answer.status_code == 200, answer.text
    heads = {"day", "lane", "list", "band", "pairs of blind answers"}
    found: dict[str, Table] = {}
    current: Table = []
    for row in csv.reader(answer.text.splitlines()):
        if row[0] in heads:
            current = found.setdefault(f"{row[0]}, {row[1]}", [])
        else:
            current.append(row)
    return found


def test_the_figures_of_a_period_come_as_a_file(hub: Hub) -> None:
    answer = asked(hub, ANALYST, first="2026-03-13", last="2026-03-14")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="case-statistics.csv"'
    found = tables(answer)
    assert found["day, alerts"] == [["2026-03-13", "1"], ["2026-03-14", "11"]]
    (lane,) = found["lane, alerts"]
    assert lane == ["alat · lane-1", "12", "8", "2", "0", "0.8", "0.4902", "0.9433"]
    assert found["list, alerts"][0] == ["wanted", "11", *lane[2:]]
    assert found["lane, role"] == [["alat · lane-1", "guard", "10", "4.0", "4.0"]]
    assert found["pairs of blind answers, agreed"] == [["0", "0", "insufficient data"]]


def test_a_name_that_a_device_sent_is_no_formula(hub: Hub) -> None:
    answer = asked(hub, ANALYST)
    rows = list(csv.reader(answer.text.splitlines()))
    cells = [cell for row in rows for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
    assert f"'{FORMULA}" in cells


@pytest.mark.parametrize(
    ("query", "alerts"),
    [
        ({"list_id": "wanted"}, 11),
        ({"lane_id": "lane-2"}, 0),
        ({"site_id": "alat", "lane_id": "lane-1"}, 12),
        ({"last": "2026-03-13"}, 1),
    ],
    ids=["list", "lane", "site-and-lane", "days"],
)
def test_a_scope_narrows_the_file(hub: Hub, query: dict[str, str], alerts: int) -> None:
    found = tables(asked(hub, ANALYST, **query))
    assert sum(int(count) for _, count in found["day, alerts"]) == alerts


@pytest.mark.parametrize(
    ("user", "status"),
    [(None, 401), (GUARD, 403), (OFFICER, 403), (ANALYST, 200), (SUPERVISOR, 200)],
    ids=["stranger", "guard", "watchlist-officer", "analyst", "supervisor"],
)
def test_only_who_may_see_statistics_gets_the_file(hub: Hub, user: User | None, status: int) -> None:
    answer = asked(hub, user)
    assert answer.status_code == status
    assert ("alat" in answer.text) is (status == 200)


def test_somebody_bound_to_another_site_gets_empty_tables(hub: Hub) -> None:
    answer = asked(hub, ELSEWHERE)
    assert "alat" not in answer.text
    assert {count for _, count in tables(answer)["day, alerts"]} == {"0"}


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"first": "2026-13-01"}, "/first"),
        ({"first": "2024-01-01"}, "/first"),
        ({"first": "2026-03-15"}, "/first"),
        ({"lane_id": "x" * 65}, "/lane_id"),
    ],
    ids=["no-day", "too-long", "backwards", "long-name"],
)
def test_a_bad_scope_is_named(hub: Hub, query: dict[str, str], pointer: str) -> None:
    answer = asked(hub, ANALYST, **query)
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
