"""Verifying the audit chain as a job: part by part, once, and what it found stays."""

from functools import partial

import pytest
from sqlalchemy import func, select, text

from hub.jobs.tables import jobs
from hub.jobs.worker import Handler, Worker
from hub.people.audit import BEGINNING, Act, latest, record, verify_part
from hub.people.audit_checks import AuditVerification, latest_verification, verification
from hub.people.audit_heads import note_head
from hub.people.audit_walk import KIND, start_verification, verify_audit
from hub.store.database import reading, writing
from tests.hub.api.clients import client_of
from tests.hub.builders import AUDITOR, GUARD, NOW, Hub, add_users

ADDRESS = "/api/v1/audit/verification"
ROWS = 7
"""Entries before anybody asks; asking adds one."""


@pytest.fixture
def hub(hub_on_each: Hub) -> Hub:
    with writing(hub_on_each.services.engine) as connection:
        for number in range(ROWS):
            record(connection, Act("leyla", "looked", f"case-{number}", {"word": "Gəncə"}), NOW)
    return hub_on_each


def tamper(hub: Hub, statement: str) -> None:
    table = " ON audit" if hub.services.engine.dialect.name == "postgresql" else ""
    with writing(hub.services.engine) as connection:
        for trigger in ("audit_is_never_changed", "audit_is_never_shortened"):
            connection.execute(text(f"DROP TRIGGER {trigger}{table}"))
        connection.execute(text(statement))


def work(hub: Hub, *, rows_a_part: int = 3, parts_a_turn: int = 100) -> Worker:
    """Do what is due in small parts; returns the worker."""
    walk = partial(verify_audit, rows_a_part=rows_a_part, parts_a_turn=parts_a_turn)
    worker = Worker(hub.services, {KIND: Handler(walk)}, name="w1")
    worker.drain()
    return worker


def newest(hub: Hub) -> AuditVerification:
    with reading(hub.services.engine) as connection:
        found = latest_verification(connection)
    assert found is not None
    return found


def actions(hub: Hub) -> list[tuple[str, str]]:
    with reading(hub.services.engine) as connection:
        return [(row.actor, row.action) for row in latest(connection, 2)]


@pytest.mark.parametrize("rows_a_part", [1, 3, 4, ROWS + 1, 1000])
def test_a_whole_chain_is_walked_to_where_it_ended_when_asked_for(hub: Hub, rows_a_part: int) -> None:
    start_verification(hub.services, "nigar")
    work(hub, rows_a_part=rows_a_part)
    found = newest(hub)
    assert (found.is_whole, found.check.rows, found.upto) == (True, ROWS + 1, ROWS + 1)
    assert (found.asked_by, found.finished_at) == ("nigar", hub.clock())
    assert actions(hub) == [("nigar", "audit-verified"), ("nigar", "audit-verification-asked")]


@pytest.mark.parametrize(
    ("statement", "rows", "first_broken"),
    [
        ("UPDATE audit SET actor = 'nobody' WHERE seq = 1", 0, 1),
        ("UPDATE audit SET actor = 'nobody' WHERE seq = 4", 3, 4),
        ("UPDATE audit SET actor = 'nobody' WHERE seq = 6", 5, 6),
        ("DELETE FROM audit WHERE seq = 4", 3, 5),
        ("DELETE FROM audit WHERE seq >= 7", 6, 7),
        ("UPDATE audit SET seq = -1 WHERE seq = 5", 0, -1),
    ],
)
def test_the_first_broken_row_is_named_wherever_a_part_ends(
    hub: Hub, statement: str, rows: int, first_broken: int
) -> None:
    start_verification(hub.services, "nigar")
    tamper(hub, statement)
    work(hub)
    found = newest(hub)
    assert (found.is_whole, found.check.rows, found.check.first_broken) == (False, rows, first_broken)
    assert found.check.reason
    assert found.finished_at is not None
    with reading(hub.services.engine) as connection:
        (entry,) = latest(connection, 1)
    assert entry.detail == {"rows": rows, "whole": False}


def test_a_lost_head_is_named_although_every_row_holds(hub: Hub) -> None:
    with writing(hub.services.engine) as connection:
        note_head(connection, hub.clock())
    tamper(hub, "DELETE FROM audit")
    start_verification(hub.services, "nigar")
    work(hub)
    found = newest(hub)
    assert (found.check.is_whole, found.is_whole, found.lost_seq) == (True, False, ROWS)


def test_progress_is_kept_between_turns_and_a_long_walk_takes_several(hub: Hub) -> None:
    start_verification(hub.services, "nigar")
    walk = partial(verify_audit, rows_a_part=2, parts_a_turn=1)
    worker = Worker(hub.services, {KIND: Handler(walk)}, name="w1")
    seen = []
    while worker.step():
        seen.append((newest(hub).check.rows, newest(hub).finished_at is not None))
    assert seen == [(2, False), (4, False), (6, False), (8, True)]
    with reading(hub.services.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(jobs)) == 0


def test_asking_while_one_is_under_way_starts_no_second_one(hub: Hub) -> None:
    start_verification(hub.services, "nigar")
    first = newest(hub).check_id
    start_verification(hub.services, "kamran")
    assert (newest(hub).check_id, newest(hub).asked_by) == (first, "nigar")
    assert work(hub).done == 1
    start_verification(hub.services, "kamran")
    work(hub)
    assert newest(hub).check_id > first
    with reading(hub.services.engine) as connection:
        kept = verification(connection, first)
    assert kept is not None
    assert kept.finished_at is not None


def test_a_repeated_job_changes_nothing_that_was_found(hub: Hub) -> None:
    start_verification(hub.services, "nigar")
    work(hub)
    before = (newest(hub), actions(hub))
    verify_audit(hub.services, {"check_id": newest(hub).check_id})
    assert (newest(hub), actions(hub)) == before


def test_a_part_begins_behind_the_rows_that_hold(hub: Hub) -> None:
    with reading(hub.services.engine) as connection:
        whole = verify_part(connection, verify_part(connection, BEGINNING, 3), None)
    assert (whole.is_whole, whole.rows) == (True, ROWS)


def test_over_http_a_walk_is_asked_for_and_followed_to_its_end(hub: Hub) -> None:
    add_users(hub.services, AUDITOR, GUARD)
    with client_of(hub.services, GUARD) as client:
        assert client.post(ADDRESS).status_code == 403
    with client_of(hub.services, AUDITOR) as client:
        assert client.get(ADDRESS).json()["code"] == "not-found"
        asked = client.post(ADDRESS)
        assert (asked.status_code, asked.json()["state"], asked.json()["rows"]) == (202, "under-way", 0)
        assert client.post(ADDRESS).json() == asked.json()
        work(hub)
        found = client.get(ADDRESS).json()
        assert (found["state"], found["rows"], found["finished_at"] is None) == (
            "whole",
            found["upto"],
            False,
        )
        tamper(hub, "UPDATE audit SET actor = 'nobody' WHERE seq = 4")
        client.post(ADDRESS)
        work(hub)
        found = client.get(ADDRESS).json()
        assert (found["state"], found["first_broken"], found["rows"]) == ("broken", 4, 3)
