"""People pages: invitations, bounds, sessions, passwords; the audit log and the look-ups."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from hub.console.language import NAMES
from hub.jobs.bootstrap import handlers
from hub.jobs.worker import Worker
from hub.people.access import Role, User
from hub.people.audit import Act, latest, record
from hub.people.audit_checks import latest_verification
from hub.people.audit_heads import note_head
from hub.people.tables import audit
from hub.people.users import invite_user, person
from hub.store.database import writing
from tests.hub.console.browser import Browser
from tests.hub.console.sample_hub import SampleHub

PATHS = (
    ("admin", "/console/people"),
    ("admin", "/console/people/leyla"),
    ("leyla", "/console/me"),
    (None, "/console/choose-password?user=new"),
    ("auditor", "/console/audit"),
    ("auditor", "/console/audit?actor=nobody"),
    ("auditor", "/console/audit/verification"),
    ("auditor", "/console/lookups"),
)
NEW = {"user_id": "samir", "display_name": "Samir H.", "role": "guard"}
PASSWORD = "quiet morning on the bridge"


@pytest.fixture
def hub(hub: SampleHub) -> SampleHub:
    """Add an auditor to the sample's people."""
    with writing(hub.services.engine) as connection:
        invite_user(connection, User("auditor", "Kamran Rüstəmov", Role.AUDITOR), "CODE", hub.now)
    return hub


@pytest.mark.parametrize("code", NAMES)
@pytest.mark.parametrize(("user_id", "path"), PATHS)
def test_every_page_speaks_every_language(hub: SampleHub, user_id: str | None, path: str, code: str) -> None:
    answer = hub.browser(user_id, kechid_language=code).get(path)
    assert answer.status_code == 200
    assert f'<html lang="{code}"' in answer.text
    assert not re.search(r"%\(|\{\{|\{%|Undefined", answer.text)


@pytest.mark.parametrize("path", ["/console/people", "/console/audit", "/console/lookups"])
def test_these_pages_are_not_for_everybody(hub: SampleHub, path: str) -> None:
    assert hub.browser("leyla").get(path).status_code == 403


def invited_code(hub: SampleHub, **changed: str) -> str:
    page = hub.browser("admin", kechid_language="en").post("/console/people", NEW | changed).text
    found = re.search(r"<strong>([A-Z2-9]{4}(?:-[A-Z2-9]{4}){3})</strong>", page)
    assert found is not None
    return found[1]


def test_an_invited_person_chooses_a_password_with_the_code_once(hub: SampleHub) -> None:
    code = invited_code(hub)
    form = {"user_id": "samir", "code": code.lower(), "new": PASSWORD, "again": PASSWORD}
    browser = hub.browser()
    assert browser.post("/console/choose-password", form | {"again": "other"}).status_code == 422
    assert browser.post("/console/choose-password", form | {"code": "WRONG"}).status_code == 422
    answer = browser.post("/console/choose-password", form)
    assert answer.status_code == 303
    assert browser.get("/console/me").status_code == 200
    assert hub.browser().post("/console/choose-password", form).status_code == 422
    with writing(hub.services.engine) as connection:
        assert person(connection, "samir").has_password
        assert code not in " ".join(str(entry) for entry in latest(connection, 50))


def test_a_person_is_bound_to_sites(hub: SampleHub) -> None:
    invited_code(hub, bound="yes", sites="astara")
    with writing(hub.services.engine) as connection:
        assert person(connection, "samir").user.sites == frozenset({"astara"})
    answer = hub.browser("admin").post("/console/people/samir", NEW | {"role": "supervisor"})
    assert answer.status_code == 303
    with writing(hub.services.engine) as connection:
        changed = person(connection, "samir").user
    assert (changed.role, changed.sites) == ("supervisor", None)


@pytest.mark.parametrize(
    "changed", [{"user_id": "a b"}, {"display_name": ""}, {"role": "machine"}, {"user_id": "leyla"}]
)
def test_a_bad_invitation_is_said_beside_its_field(hub: SampleHub, changed: dict[str, str]) -> None:
    answer = hub.browser("admin").post("/console/people", NEW | changed)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_a_reset_ends_sessions_and_the_old_password(hub: SampleHub) -> None:
    guard = hub.browser("guard1")
    page = hub.browser("admin").post("/console/people/guard1/acts", {"act": "reset"}).text
    assert re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}", page)
    assert guard.get("/console/me").status_code == 303
    with writing(hub.services.engine) as connection:
        assert not person(connection, "guard1").has_password


def test_the_last_administrator_stays(hub: SampleHub) -> None:
    browser = hub.browser("admin", kechid_language="en")
    answer = browser.post("/console/people/admin/acts", {"act": "disable"})
    assert answer.status_code == 422
    assert "Nobody else could administer the hub." in answer.text
    role = {"display_name": "A", "role": "guard"}
    assert browser.post("/console/people/admin", role).status_code == 422


def test_a_person_is_shut_out_and_let_in_again(hub: SampleHub) -> None:
    guard, browser = hub.browser("guard1"), hub.browser("admin")
    browser.post("/console/people/guard1/acts", {"act": "disable"})
    assert guard.get("/console/me").status_code == 303
    browser.post("/console/people/guard1/acts", {"act": "enable"})
    assert hub.browser("guard1").get("/console/me").status_code == 200


def test_own_sessions_are_listed_and_ended(hub: SampleHub) -> None:
    here, there = hub.browser("leyla", kechid_language="en"), hub.browser("leyla")
    page = here.get("/console/me").text
    assert page.count("this one") == 1
    (other,) = re.findall(r'name="session_id" value="(\w+)"', page)
    assert here.post("/console/me/sessions", {"session_id": other}).status_code == 303
    assert there.get("/console/me").status_code == 303
    assert here.get("/console/me").status_code == 200


def verified(hub: SampleHub, browser: Browser) -> str:
    """Ask for a verification, let a worker do it, and return the page of what it found."""
    assert browser.post("/console/audit/verification").status_code == 303
    Worker(hub.services, handlers(), name="w1").drain()
    return browser.get("/console/audit/verification").text


def test_an_auditor_verifies_a_whole_chain_and_finds_a_broken_row(hub: SampleHub) -> None:
    browser = hub.browser("auditor", kechid_language="en")
    browser.get("/console/lookups")
    assert "The chain is whole." in verified(hub, browser)
    with hub.services.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_is_never_changed")
        connection.execute(update(audit).where(audit.c.seq == 1).values(actor="somebody"))
    assert "Entry 1 does not hold." in verified(hub, browser)
    assert "Entry 1 does not hold." in browser.get("/console/audit").text


def test_a_verification_under_way_shows_how_far_it_is_and_is_not_started_twice(hub: SampleHub) -> None:
    browser = hub.browser("auditor", kechid_language="en")
    for _ in range(2):
        answer = browser.post("/console/audit/verification")
        assert (answer.status_code, answer.headers["location"]) == (303, "/console/audit/verification")
    page = browser.get("/console/audit/verification").text
    assert "0 of 1 entries" in page
    assert 'hx-trigger="every 2s"' in page
    assert "Nothing has moved since" not in page
    hub.now += timedelta(minutes=2)
    assert "Nothing has moved since" in browser.get("/console/audit/verification").text


def test_verifying_is_for_who_may_see_the_audit_log(hub: SampleHub) -> None:
    browser = hub.browser("leyla")
    assert browser.get("/console/audit/verification").status_code == 403
    assert browser.post("/console/audit/verification").status_code == 403
    with writing(hub.services.engine) as connection:
        assert latest_verification(connection) is None


def test_a_chain_written_anew_loses_its_noted_head(hub: SampleHub) -> None:
    with writing(hub.services.engine) as connection:
        record(connection, Act("a", "b", "c", {}), hub.now)
        assert note_head(connection, hub.now)
        assert not note_head(connection, hub.now)
    with hub.services.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_is_never_shortened")
        connection.execute(audit.delete())
        record(connection, Act("a", "b", "other", {}), hub.now)
    page = verified(hub, hub.browser("auditor", kechid_language="en"))
    assert "The chain was cut or written anew." in page


def test_exports_neutralise_formulas_and_end_with_a_signed_head(hub: SampleHub) -> None:
    with writing(hub.services.engine) as connection:
        record(connection, Act("=cmd|' /C calc'!A0", "x", "@target", {}), hub.now)
    browser = hub.browser("auditor")
    lines = browser.get("/console/audit/export.jsonl").text.splitlines()
    head = json.loads(lines[-1])
    assert head["schema"] == "kechid.audit-head/1"
    assert json.loads(lines[-2])["hash"] == head["hash"]
    table = browser.get("/console/audit/export.csv").text
    assert "'=cmd" in table
    assert "'@target" in table


def test_looks_are_found_by_the_person_looked_at(hub: SampleHub) -> None:
    subject_id = hub.add_subject(1, "Tural Məmmədov")
    other = hub.add_subject(2, "Nigar Əliyeva")
    officer = hub.browser("rashad")
    for name in (subject_id, other):
        officer.get(f"/console/watchlists/criminal-charges/subjects/{name}")
    officer.get("/console/pictures/references/r-1-0")
    browser = hub.browser("auditor", kechid_language="en")
    page = browser.get(f"/console/lookups?subject={subject_id}").text
    assert page.count("Tural Məmmədov") >= 2
    assert "Nigar Əliyeva" not in page
    assert "Saw a reference photo" in page
    assert "rashad" in browser.get("/console/lookups/export.csv").text
