import pytest

from hub.people.web_session import SESSION_COOKIE
from tests.hub.console.sample_hub import PASSWORD, SampleHub


def test_a_stranger_is_asked_to_sign_in_and_comes_back_to_the_page(day: SampleHub) -> None:
    answer = day.browser().get("/console/cases?status=all")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/console/sign-in?back=%2Fconsole%2Fcases%3Fstatus%3Dall"


def test_signing_in_opens_the_page_that_was_wanted(hub: SampleHub) -> None:
    browser = hub.browser()
    form = {"user_id": "leyla", "password": PASSWORD, "back": "/console/cases?status=all"}

    answer = browser.post("/console/sign-in", form)

    assert (answer.status_code, answer.headers["location"]) == (303, "/console/cases?status=all")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert browser.get("/console/cases").status_code == 200


@pytest.mark.parametrize(
    "form",
    [
        {"user_id": "leyla", "password": "wrong"},
        {"user_id": "nobody", "password": PASSWORD},
        {},
        {"user_id": "x" * 5000, "password": "y" * 5000},
        {"user_id": "<b>leyla</b>", "password": "z"},
    ],
    ids=["password", "user", "empty", "long", "markup"],
)
def test_a_wrong_name_or_password_is_said_without_saying_which(hub: SampleHub, form: dict[str, str]) -> None:
    answer = hub.browser(kechid_language="en").post("/console/sign-in", form)

    assert answer.status_code == 401
    assert "The user name or the password is not right." in answer.text
    assert "<b>leyla" not in answer.text
    assert SESSION_COOKIE not in answer.cookies


def test_too_many_failures_are_said_in_words(hub: SampleHub) -> None:
    browser = hub.browser(kechid_language="az")
    for _ in range(5):
        browser.post("/console/sign-in", {"user_id": "leyla", "password": "wrong"})

    answer = browser.post("/console/sign-in", {"user_id": "leyla", "password": PASSWORD})

    assert "on beş dəqiqə gözləyin" in answer.text


def test_another_site_cannot_be_the_page_after_signing_in(hub: SampleHub) -> None:
    form = {"user_id": "leyla", "password": PASSWORD, "back": "https://evil.example/"}

    assert hub.browser().post("/console/sign-in", form).headers["location"] == "/console"


def test_signing_out_ends_the_session_at_the_hub_too(hub: SampleHub) -> None:
    browser = hub.browser("leyla")
    kept = browser.cookies[SESSION_COOKIE]

    assert browser.post("/console/sign-out").headers["location"] == "/console/sign-in"

    browser.cookies.set(SESSION_COOKIE, kept)
    assert browser.get("/console/cases").status_code == 303


def test_a_refreshing_part_sends_its_page_to_sign_in_when_the_session_is_over(day: SampleHub) -> None:
    answer = day.browser().get("/console/devices", **{"HX-Request": "true"})

    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/console/sign-in?back=%2Fconsole%2Fdevices"


def test_who_is_signed_in_needs_no_form(day: SampleHub) -> None:
    assert day.browser("leyla").get("/console/sign-in").headers["location"] == "/console"


@pytest.mark.parametrize("user_id", ["leyla", "admin", "guard1"])
def test_the_start_page_is_open_to_every_role(day: SampleHub, user_id: str) -> None:
    assert day.browser(user_id).get("/console").status_code == 200


def test_a_form_of_another_site_is_refused(hub: SampleHub) -> None:
    browser = hub.browser("leyla")

    answer = browser.post("/console/sign-out", origin="https://evil.example")

    assert answer.status_code == 403
    assert browser.get("/console/cases").status_code == 200
