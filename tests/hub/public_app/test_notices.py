"""News by e-mail: only to an address whose owner showed a code, and never what changed."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import select

from hub.console.language import NAMES
from hub.declarations.act_values import AnswerKind, DeskAct, Question
from hub.declarations.acts import act_as_officer
from hub.declarations.lifecycle import Event
from hub.jobs.queue import claim, finish
from hub.people.access import Role, User
from hub.public_app.contacts import CODES_A_DAY, GUESSES, LIFETIME, ContactState, contact_of
from hub.public_app.mail import MailError
from hub.public_app.notices import TOGETHER, fan_out, forget, handlers
from hub.public_app.tables import citizen_contacts
from hub.settings_tree import MailSecurity, MailSettings
from hub.store.database import reading, writing
from tests.hub.public_app.app_kit import LEYLA, TURAL, App
from tests.hub.public_app.forms import FORM, send, typed
from tests.hub.public_app.mail_server import MailServer, serving

OFFICER = User("samir", "Samir Hüseynov", Role.CUSTOMS_OFFICER)
ADDRESS = "leyla@mail.example"
EN = {"Accept-Language": "en"}


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with serving(MailServer()) as running:
        yield running


@pytest.fixture
def app(app_on_each: App, mail: MailServer) -> App:
    """Give the app a mail server, and begin to read the feed."""
    own = MailSettings(
        host="127.0.0.1", port=mail.port, security=MailSecurity.NONE, sender="no-reply@customs.example"
    )
    settings = msgspec.structs.replace(app_on_each.services.settings, mail=own)
    made = replace(app_on_each, services=replace(app_on_each.services, settings=settings))
    fan_out(made.services, {})
    return made


def work(app: App) -> int:
    """Do every job of the citizens' letters that is due; raises what one raises."""
    known = handlers()
    leases = {kind: known[kind].lease for kind in ("citizen-news", "citizen-address-code")}
    for done in range(100):
        with writing(app.services.engine) as connection:
            job = claim(connection, leases, "test", app.services.clock())
        if job is None:
            return done
        known[job.kind].work(app.services, job.arguments)
        with writing(app.services.engine) as connection:
            finish(connection, job, app.services.clock())
    raise AssertionError("jobs without an end")


def code_in(mail: MailServer) -> str:
    found = re.search(r"\d{6}", mail.letters[-1]["Subject"])
    assert found is not None
    return found.group()


def confirmed(app: App, mail: MailServer, person: tuple[str, str] = LEYLA) -> httpx.Client:
    """Sign in and have letters sent to the address."""
    client = app.signed_in(person)
    assert client.post("/app/notices", data={"address": ADDRESS}).status_code == 303
    work(app)
    assert client.post("/app/notices/code", data={"code": code_in(mail)}).status_code == 303
    mail.letters.clear()
    return client


def change(app: App, path: str) -> None:
    """Let an officer ask about a declaration, an hour after it was sent."""
    app.hub.clock.advance(timedelta(hours=1))
    now = app.services.clock()
    questions = (Question("/items/0/value", AnswerKind.NUMBER, "What did you pay?"),)
    act = DeskAct(
        act_id=f"ask-{path[-8:]}",
        event=Event.REQUEST_INFORMATION,
        reason="the value is unclear",
        deadline=now + timedelta(days=2),
        questions=questions,
    )
    with writing(app.services.engine) as connection:
        act_as_officer(connection, path.rpartition("/")[2], act, officer=OFFICER, now=now)


def sent_by(client: httpx.Client, **changes: str) -> str:
    return send(client, typed(**changes)).headers["location"].partition("?")[0]


def state_of(app: App) -> ContactState | None:
    with reading(app.services.engine) as connection:
        contact = contact_of(app.services, connection, app.key_of(LEYLA))
    return None if contact is None else contact.state


def test_a_change_is_told_once_without_saying_what(app: App, mail: MailServer) -> None:
    client = confirmed(app, mail)
    paths = [
        sent_by(client, reference=f"C-{number}", tracking_number=f"RB00000000{number}CN") for number in (1, 2)
    ]
    for path in paths:
        change(app, path)
    fan_out(app.services, {})
    assert work(app) == 0
    app.hub.clock.advance(TOGETHER)
    assert work(app) == 1
    (letter,) = mail.letters
    text = f"{letter['Subject']}\n{letter.get_content()}"
    assert letter["To"] == ADDRESS
    assert f"{app.services.settings.api.base_url}/app/" in text
    private = [*LEYLA, *paths, *FORM.values(), "RB000000001CN", "C-1"]
    assert [one for one in private if len(one) > 2 and one in text] == []


def test_what_is_decided_at_once_is_no_news(app: App, mail: MailServer) -> None:
    sent_by(confirmed(app, mail))
    fan_out(app.services, {})
    app.hub.clock.advance(TOGETHER)
    assert (work(app), mail.letters) == (0, [])


def test_nothing_goes_to_an_address_without_its_code_nor_to_somebody_else(app: App, mail: MailServer) -> None:
    client = app.signed_in(LEYLA)
    client.post("/app/notices", data={"address": ADDRESS})
    work(app)
    assert state_of(app) is ContactState.ASKED
    confirmed(app, mail, TURAL)
    change(app, sent_by(client))
    fan_out(app.services, {})
    app.hub.clock.advance(TOGETHER)
    assert (work(app), mail.letters) == (0, [])


def test_guesses_are_counted_and_codes_grow_old(app: App, mail: MailServer) -> None:
    client = app.signed_in(LEYLA)
    client.post("/app/notices", data={"address": ADDRESS})
    work(app)
    code = code_in(mail)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for _ in range(GUESSES):
        assert client.post("/app/notices/code", data={"code": wrong}).status_code == 422
    assert client.post("/app/notices/code", data={"code": code}).status_code == 422
    client.post("/app/notices", data={"address": ADDRESS})
    work(app)
    app.hub.clock.advance(LIFETIME)
    assert client.post("/app/notices/code", data={"code": code_in(mail)}).status_code == 422
    assert state_of(app) is ContactState.ASKED


def test_nobody_is_flooded_with_codes(app: App, mail: MailServer) -> None:
    client = app.signed_in(LEYLA)
    for number in range(CODES_A_DAY):
        assert client.post("/app/notices", data={"address": f"a{number}@mail.example"}).status_code == 303
        client.post("/app/notices/stop")
    assert client.post("/app/notices", data={"address": ADDRESS}, headers=EN).status_code == 429
    app.hub.clock.advance(timedelta(days=1))
    client = app.signed_in(LEYLA)
    assert client.post("/app/notices", data={"address": ADDRESS}).status_code == 303


@pytest.mark.parametrize(
    "address", ["", "leyla", "a@b", "a b@c.example", "a@c.example\nBcc: x@y.example", "@c.example"]
)
def test_what_is_no_address_is_said_and_comes_back(app: App, address: str) -> None:
    page = app.signed_in(LEYLA).post("/app/notices", data={"address": address}, headers=EN)
    assert page.status_code == 422
    assert "This is no e-mail address." in page.text
    assert state_of(app) is None


def test_stopping_forgets_the_address_and_what_waits_is_not_sent(app: App, mail: MailServer) -> None:
    client = confirmed(app, mail)
    change(app, sent_by(client))
    fan_out(app.services, {})
    client = app.signed_in(LEYLA)
    assert client.post("/app/notices/stop").status_code == 303
    app.hub.clock.advance(TOGETHER)
    assert (work(app), mail.letters) == (1, [])
    assert state_of(app) is None
    app.hub.clock.advance(timedelta(days=1))
    forget(app.services, {})
    with reading(app.services.engine) as connection:
        assert connection.execute(select(citizen_contacts)).all() == []


def test_an_address_that_its_server_refuses_is_left_alone_and_its_owner_told(
    app: App, mail: MailServer
) -> None:
    client = confirmed(app, mail)
    mail.statuses[ADDRESS] = 550
    change(app, sent_by(client))
    fan_out(app.services, {})
    app.hub.clock.advance(TOGETHER)
    work(app)
    assert state_of(app) is ContactState.REFUSED
    page = app.signed_in(LEYLA).get("/app/notices", headers=EN)
    assert "takes no letters" in page.text


def test_a_server_that_is_away_is_tried_again(app: App, mail: MailServer) -> None:
    client = confirmed(app, mail)
    mail.statuses[ADDRESS] = 450
    change(app, sent_by(client))
    fan_out(app.services, {})
    app.hub.clock.advance(TOGETHER)
    with pytest.raises(MailError):
        work(app)
    assert state_of(app) is ContactState.CONFIRMED
    assert handlers()["citizen-news"].policy.attempts > 3


@pytest.mark.parametrize("code", NAMES)
def test_pages_and_letters_speak_every_language(app: App, mail: MailServer, code: str) -> None:
    client = app.signed_in(LEYLA)
    client.cookies.set("kechid_app_language", code)
    seen: list[Any] = [client.get("/app/notices")]
    client.post("/app/notices", data={"address": ADDRESS})
    seen.append(client.get("/app/notices"))
    work(app)
    client.post("/app/notices/code", data={"code": code_in(mail)})
    seen.append(client.get("/app/notices"))
    assert all(page.status_code == 200 and f'<html lang="{code}"' in page.text for page in seen)
    assert ADDRESS in seen[1].text
    assert ADDRESS in seen[2].text
    assert not any(re.search(r"%\(|\{\{|Undefined", page.text) for page in seen)
    assert not re.search(r"%\(", mail.letters[0].get_content())


def test_who_is_not_signed_in_sees_nothing(app: App) -> None:
    client = app.client()
    assert client.get("/app/notices").status_code == 303
    assert client.post("/app/notices", data={"address": ADDRESS}).status_code == 303
    assert state_of(app) is None
