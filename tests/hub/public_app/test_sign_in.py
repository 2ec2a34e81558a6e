"""The app's sign-in over HTTP, and that its sessions are worth nothing anywhere else."""

import logging
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from hub.api.application import create_app
from hub.people.web_session import SESSION_COOKIE
from hub.public_app.sessions import COOKIE
from tests.hub.asgi_client import client_for
from tests.hub.public_app.app_kit import LEYLA, NOBODY, ORIGIN, App, challenge_in


def token_of(app: App) -> str:
    return str(app.signed_in(LEYLA).cookies[COOKIE])


def test_a_person_signs_in_reads_and_signs_out(app: App) -> None:
    client = app.signed_in(LEYLA)
    assert client.get("/app/").status_code == 200
    client.post("/app/sign-out")
    answer = client.get("/app/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/app/sign-in?back=%2Fapp%2F")


def test_the_cookie_is_for_the_app_and_not_for_scripts(app: App) -> None:
    begun = app.client().post("/app/sign-in", data={"number": LEYLA[0]})
    form = {"challenge": challenge_in(begun.text), "code": app.code_of(LEYLA)}
    cookie = app.client().post("/app/sign-in/code", data=form).headers["set-cookie"]
    assert all(part in cookie for part in ("Path=/app;", "HttpOnly", "SameSite=strict"))


@pytest.mark.parametrize("path", ["/console", "/console/cases", "/api/v1/declarations"])
@pytest.mark.parametrize("how", ["own cookie", "officers' cookie", "bearer"])
def test_a_citizens_session_opens_neither_console_nor_api(app: App, path: str, how: str) -> None:
    token = token_of(app)
    headers = {
        "own cookie": {"Cookie": f"{COOKIE}={token}"},
        "officers' cookie": {"Cookie": f"{SESSION_COOKIE}={token}"},
        "bearer": {"Authorization": f"Bearer {token}"},
    }[how]
    answer = app.client().get(path, headers=headers)
    assert answer.status_code in {303, 401}
    assert "/app" not in answer.headers.get("location", "")


def test_an_unknown_number_is_answered_like_a_known_one(app: App) -> None:
    pages = [app.client().post("/app/sign-in", data={"number": number}) for number in (LEYLA[0], NOBODY)]
    first, second = (page.text.replace(challenge_in(page.text), "") for page in pages)
    assert first == second
    assert [page.status_code for page in pages] == [200, 200]


def test_a_wrong_code_is_refused_in_words(app: App) -> None:
    begun = app.client().post("/app/sign-in", data={"number": LEYLA[0]}, headers={"Accept-Language": "en"})
    form = {"challenge": challenge_in(begun.text), "code": "none"}
    answer = app.client().post("/app/sign-in/code", data=form, headers={"Accept-Language": "en"})
    assert answer.status_code == 401
    assert "The code is wrong or too old." in answer.text


def test_an_address_that_tries_too_often_waits(app: App) -> None:
    own = msgspec.structs.replace(app.services.settings.public_app, codes_per_minute=3)
    settings = msgspec.structs.replace(app.services.settings, public_app=own)
    client = client_for(create_app(replace(app.services, settings=settings)), ORIGIN)
    codes = [client.post("/app/sign-in", data={"number": NOBODY}).status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]
    app.hub.clock.advance(timedelta(minutes=1))
    assert client.post("/app/sign-in", data={"number": NOBODY}).status_code == 200


def test_another_sites_page_cannot_send_a_form(app: App) -> None:
    answer = app.client().post("/app/sign-in", data={"number": NOBODY}, headers={"Origin": "http://evil"})
    assert answer.status_code == 403


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/console", "/app\\evil"])
def test_coming_back_never_leaves_the_app(app: App, back: str) -> None:
    answer = app.client().post("/app/language", data={"language": "ru", "back": back})
    assert answer.headers["location"] == "/app/"


def test_the_app_is_not_there_unless_it_is_switched_on(app: App) -> None:
    plain = create_app(app.hub.services)
    assert client_for(plain, ORIGIN).get("/app/sign-in").status_code == 404


def test_neither_number_nor_name_is_logged(app: App, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = app.signed_in(LEYLA)
    client.post("/app/sign-in", data={"number": "5ABC12"})
    client.get("/app/")
    assert not any(word in caplog.text for word in (*LEYLA, "5ABC12"))


def test_the_months_people_are_on_the_metrics_page(app: App) -> None:
    app.signed_in(LEYLA)
    assert "kechid_hub_citizens_active_this_month 1\n" in app.client().get("/metrics").text


def test_every_page_forbids_what_is_not_its_own(app: App) -> None:
    answer = app.client().get("/app/sign-in")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self';")
    assert "<script>" not in answer.text
    assert "style=" not in answer.text


def test_the_phone_on_which_somebody_signed_in_is_known_again(app: App) -> None:
    client = app.signed_in(LEYLA)
    kept = client.cookies["kechid_citizen_device"]
    assert not any(word in kept for word in (*LEYLA, app.key_of(LEYLA)))
    stranger = app.client()
    challenge = challenge_in(stranger.post("/app/sign-in", data={"number": LEYLA[0]}).text)
    for _ in range(6):
        app.hub.clock.advance(timedelta(seconds=30))
        data = {"challenge": challenge, "code": "000000x"}
        refused = stranger.post("/app/sign-in/code", data=data, headers={"Accept-Language": "en"})
    assert "Too many wrong codes from here." in refused.text
    client.post("/app/sign-out")
    assert client.cookies["kechid_citizen_device"] == kept
    challenge = challenge_in(client.post("/app/sign-in", data={"number": LEYLA[0]}).text)
    data = {"challenge": challenge, "code": app.code_of(LEYLA)}
    answer = client.post("/app/sign-in/code", data=data)
    assert answer.status_code == 303
    assert "kechid_citizen_device" not in answer.headers.get("set-cookie", "")
