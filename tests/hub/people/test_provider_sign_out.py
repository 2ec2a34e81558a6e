"""Signing out at a real OpenID provider on loopback too: its session ends, and the browser comes back."""

from collections.abc import Iterator
from html import unescape
from re import search
from urllib.parse import parse_qs, urlsplit

import httpx
import msgspec
import pytest
from sqlalchemy import func, select

from hub.people.provider_sign_out import LONGEST_HINT
from hub.people.tables import sessions
from hub.people.web_session import SESSION_COOKIE
from hub.store.database import reading
from tests.hub.api.clients import BASE, client_of
from tests.hub.builders import GUARD, PASSWORD, Hub, add_users
from tests.hub.people.openid_provider import CLIENT_ID, OpenIdProvider
from tests.hub.people.test_provider_sign_in import browser, hub, provider, sign_in, with_oidc
from tests.hub.store.stores import on_sqlite

__all__ = ["browser", "hub", "provider"]
RETURN = f"{BASE}/console/sign-out/return"
SAID = "You are signed out, here and at the sign-in service."


@pytest.fixture(autouse=True)
def fresh(hub: Hub, provider: OpenIdProvider) -> Iterator[None]:
    yield
    provider.ends_sessions, provider.ended = True, []


def leave(browser: httpx.Client) -> str:
    """Sign out; return the address that the page goes on to."""
    page = browser.post("/console/sign-out")
    found = search(r'content="0; url=([^"]+)"', page.text)
    assert found is not None, page.text
    return unescape(found[1])


def is_signed_in(browser: httpx.Client) -> bool:
    return browser.get("/api/v1/me").status_code == 200


def test_the_providers_session_ends_too_and_the_browser_comes_back(
    browser: httpx.Client, provider: OpenIdProvider
) -> None:
    sign_in(browser)
    address = leave(browser)
    assert address.startswith(f"{provider.address}/end?")
    assert not is_signed_in(browser)
    back = httpx.get(address).headers["location"]
    assert provider.ended == ["7f3"]
    assert back.startswith(f"{RETURN}?state=")
    assert SAID in browser.get(back).text
    assert browser.get(back).headers["location"] == "/console/sign-in"


def test_the_id_token_is_kept_sealed_and_goes_with_the_session(hub: Hub, browser: httpx.Client) -> None:
    sign_in(browser)
    with reading(hub.services.engine) as connection:
        (sealed,) = connection.scalars(select(sessions.c.sealed_id_token))
    hint = parse_qs(urlsplit(leave(browser)).query)["id_token_hint"][0]
    assert hint.count(".") == 2
    assert not any(part.encode() in sealed for part in hint.split("."))
    with reading(hub.services.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(sessions)) == 0


@on_sqlite
def test_a_long_id_token_stays_here_and_the_client_is_named(
    browser: httpx.Client, provider: OpenIdProvider
) -> None:
    provider.person["photo"] = "x" * LONGEST_HINT
    sign_in(browser)
    address = leave(browser)
    asked = parse_qs(urlsplit(address).query)
    assert (asked["client_id"], "id_token_hint" in asked) == ([CLIENT_ID], False)
    assert httpx.get(address).status_code == 302
    assert provider.ended == [None]


@on_sqlite
@pytest.mark.parametrize("state", ["", "0" * 64], ids=["none", "another"])
def test_a_return_that_nobody_left_for_says_nothing(browser: httpx.Client, state: str) -> None:
    sign_in(browser)
    leave(browser)
    page = browser.get("/console/sign-out/return", params={"state": state})
    assert (page.status_code, page.headers["location"]) == (303, "/console/sign-in")


@on_sqlite
def test_a_provider_that_ends_no_sessions_is_not_gone_to(
    browser: httpx.Client, provider: OpenIdProvider
) -> None:
    provider.ends_sessions = False
    sign_in(browser)
    answer = browser.post("/console/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/sign-in")
    assert not is_signed_in(browser)


@on_sqlite
def test_a_provider_that_is_away_keeps_nobody_signed_in(hub: Hub, browser: httpx.Client) -> None:
    sign_in(browser)
    token = browser.cookies[SESSION_COOKIE]
    oidc = msgspec.structs.replace(hub.services.settings.oidc, issuer="http://127.0.0.1:9")
    with client_of(with_oidc(hub, oidc).services) as later:
        later.cookies.set(SESSION_COOKIE, token)
        later.headers["Accept-Language"] = "en"
        assert is_signed_in(later)
        assert "cannot be reached" in later.post("/console/sign-out").text
        later.cookies.set(SESSION_COOKIE, token)
        assert not is_signed_in(later)


@on_sqlite
def test_a_session_with_a_password_ends_here_alone(
    hub: Hub, browser: httpx.Client, provider: OpenIdProvider
) -> None:
    add_users(hub.services, GUARD)
    browser.post("/console/sign-in", data={"user_id": GUARD.user_id, "password": PASSWORD})
    assert is_signed_in(browser)
    answer = browser.post("/console/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/sign-in")
    assert provider.ended == []
