"""Signing in at a real OpenID provider on loopback: who gets in, as what, and what is never believed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import msgspec
import pytest
from sqlalchemy import select, update

from hub.people.access import Role
from hub.people.audit import latest
from hub.people.tables import users
from hub.people.web_session import SESSION_COOKIE
from hub.settings_tree import OidcSettings
from hub.store.database import reading, writing
from tests.hub.api.clients import BASE, client_of
from tests.hub.builders import GUARD, NOW, Hub, add_users, make_hub
from tests.hub.people.openid_provider import CLIENT_ID, SECRET, OpenIdProvider, running_provider
from tests.hub.store.stores import on_sqlite

PERSON = {"sub": "7f3", "preferred_username": "aysel", "name": "Aysel Qasımova", "groups": ["staff", "shift"]}
ROLES = {"heads": "supervisor", "shift": "guard", "robots": "machine"}


@pytest.fixture(scope="module")
def provider() -> Iterator[OpenIdProvider]:
    with running_provider(NOW) as running:
        yield running


@pytest.fixture
def hub(hub_on_each: Hub, tmp_path: Path, provider: OpenIdProvider) -> Hub:
    provider.person, provider.spoilt, provider.codes = dict(PERSON), {}, {}
    provider.key = provider.published = "own"
    (tmp_path / "secret").write_text(SECRET + "\n", encoding="utf-8")
    oidc = OidcSettings(
        issuer=provider.address, client_id=CLIENT_ID, client_secret_file=tmp_path / "secret", roles=ROLES
    )
    return with_oidc(hub_on_each, oidc)


def with_oidc(hub: Hub, oidc: OidcSettings) -> Hub:
    api = msgspec.structs.replace(hub.services.settings.api, public_url=BASE)
    settings = msgspec.structs.replace(hub.services.settings, oidc=oidc, api=api)
    return replace(hub, services=replace(hub.services, settings=settings))


@pytest.fixture
def browser(hub: Hub) -> Iterator[httpx.Client]:
    with client_of(hub.services) as client:
        client.headers["Accept-Language"] = "en"
        yield client


def begin(browser: httpx.Client, back: str = "/console/devices") -> str:
    """Go to the provider and sign in there; return the address it sends the browser to."""
    departure = browser.get("/console/sign-in/provider", params={"back": back})
    assert departure.status_code == 303, departure.text
    arrival = httpx.get(departure.headers["location"])
    assert arrival.status_code == 302, arrival.text
    return str(arrival.headers["location"])


def sign_in(browser: httpx.Client, back: str = "/console/devices") -> httpx.Response:
    return browser.get(begin(browser, back))


def reason(hub: Hub) -> object:
    with reading(hub.services.engine) as connection:
        act = latest(connection, 1)[0]
    assert act.action == "sign-in-refused"
    return act.detail["reason"]


def test_somebody_whom_the_provider_knows_gets_in_with_the_mapped_role(
    hub: Hub, browser: httpx.Client
) -> None:
    page = sign_in(browser)
    assert page.status_code == 200
    assert 'content="0; url=/console/devices"' in page.text
    assert browser.cookies[SESSION_COOKIE]
    who = browser.get("/api/v1/me").json()
    assert (who["user_id"], who["display_name"], who["role"]) == ("aysel", "Aysel Qasımova", "guard")


@on_sqlite
def test_the_page_offers_the_provider_only_where_there_is_one(browser: httpx.Client, tmp_path: Path) -> None:
    assert "/console/sign-in/provider?back=/console" in browser.get("/console/sign-in").text
    (tmp_path / "other").mkdir()
    with client_of(make_hub(tmp_path / "other").services) as plain:
        assert "/console/sign-in/provider" not in plain.get("/console/sign-in").text
        assert plain.get("/console/sign-in/provider").status_code == 404


def test_a_name_that_cannot_be_shown_gives_way_to_the_user_name(
    browser: httpx.Client, provider: OpenIdProvider
) -> None:
    provider.person["name"] = "Aysel\0Qasımova"
    assert sign_in(browser).status_code == 200
    assert browser.get("/api/v1/me").json()["display_name"] == "aysel"


def test_name_and_role_follow_the_provider_at_each_sign_in(
    hub: Hub, browser: httpx.Client, provider: OpenIdProvider
) -> None:
    sign_in(browser)
    browser.cookies.clear()
    provider.person |= {"name": "Aysel Q.", "groups": ["heads", "shift"], "preferred_username": "aysel2"}
    sign_in(browser)
    who = browser.get("/api/v1/me").json()
    assert (who["user_id"], who["display_name"], who["role"]) == ("aysel", "Aysel Q.", "supervisor")


@on_sqlite
@pytest.mark.parametrize(
    "spoilt",
    [
        {"nonce": "of another sign-in"},
        {"exp": int((NOW - timedelta(minutes=5)).timestamp())},
        {"iss": "https://elsewhere.test"},
        {"aud": ["another program"]},
        {"exp": "soon"},
    ],
    ids=["nonce", "expired", "issuer", "audience", "no time"],
)
def test_an_id_token_that_does_not_hold_opens_nothing(
    hub: Hub, browser: httpx.Client, provider: OpenIdProvider, spoilt: dict[str, object]
) -> None:
    provider.spoilt = spoilt
    assert sign_in(browser).status_code == 401
    assert SESSION_COOKIE not in browser.cookies
    assert reason(hub) == "provider-failed"


@on_sqlite
def test_an_id_token_signed_by_a_key_that_is_not_published_opens_nothing(
    hub: Hub, browser: httpx.Client, provider: OpenIdProvider
) -> None:
    provider.key = "stolen"
    assert sign_in(browser).status_code == 401
    assert reason(hub) == "provider-failed"


@on_sqlite
def test_keys_that_the_provider_has_changed_are_read_again(
    browser: httpx.Client, provider: OpenIdProvider
) -> None:
    assert sign_in(browser).status_code == 200
    browser.cookies.clear()
    provider.key = provider.published = "new"
    assert sign_in(browser).status_code == 200


@on_sqlite
@pytest.mark.parametrize(
    "change",
    [
        {"state": "of another browser"},
        {"state": ""},
        {"cookie": ""},
        {"cookie": "xxxx"},
        {"minutes": 11},
    ],
    ids=["other state", "no state", "no cookie", "cookie of nobody", "too late"],
)
def test_an_answer_to_no_sign_in_of_this_browser_is_refused(
    hub: Hub, browser: httpx.Client, change: dict[str, object]
) -> None:
    address = begin(browser)
    query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    if "state" in change:
        query["state"] = str(change["state"])
    if "cookie" in change:
        browser.cookies.clear()
        browser.cookies.set("kechid_sign_in", str(change["cookie"]))
    hub.clock.advance(timedelta(minutes=int(str(change.get("minutes", 0)))))
    assert browser.get(address.partition("?")[0], params=query).status_code == 401
    assert reason(hub) == "sign-in-stale"


@on_sqlite
def test_a_code_is_taken_once(hub: Hub, browser: httpx.Client) -> None:
    address = begin(browser)
    kept = dict(browser.cookies)
    assert browser.get(address).status_code == 200
    browser.cookies.clear()
    for name, value in kept.items():
        browser.cookies.set(name, value)
    assert browser.get(address).status_code == 401
    assert reason(hub) == "provider-failed"


@on_sqlite
def test_a_sign_in_that_was_broken_off_says_so(
    hub: Hub, browser: httpx.Client, provider: OpenIdProvider
) -> None:
    provider.spoilt = {"refuses": True}
    page = sign_in(browser)
    assert (page.status_code, reason(hub)) == (401, "provider-refused")
    assert "broken off" in page.text


@on_sqlite
@pytest.mark.parametrize(
    "claims",
    [{"groups": ["staff"]}, {"groups": "staff"}, {"groups": {}}, {"groups": ["robots"]}, {"groups": None}]
    + [{"preferred_username": name} for name in ("", "a b", "client:feed", 7, None)],
    ids=range(10),
)
def test_without_a_role_or_a_name_nobody_gets_in(
    hub: Hub, browser: httpx.Client, provider: OpenIdProvider, claims: dict[str, object]
) -> None:
    provider.person |= claims
    assert sign_in(browser).status_code == 401
    assert reason(hub) == "no-role"


@on_sqlite
def test_only_the_allowed_users_get_in(hub: Hub, provider: OpenIdProvider) -> None:
    oidc = msgspec.structs.replace(hub.services.settings.oidc, allowed_users=("somebody",))
    with client_of(with_oidc(hub, oidc).services) as browser:
        assert sign_in(browser).status_code == 401


def test_an_account_with_a_password_is_never_taken_over(
    hub: Hub, browser: httpx.Client, provider: OpenIdProvider
) -> None:
    add_users(hub.services, GUARD)
    provider.person["preferred_username"] = GUARD.user_id
    assert sign_in(browser).status_code == 401
    assert reason(hub) == "name-taken"


def test_a_disabled_user_stays_out(hub: Hub, browser: httpx.Client) -> None:
    sign_in(browser)
    browser.cookies.clear()
    with writing(hub.services.engine) as connection:
        connection.execute(update(users).where(users.c.user_id == "aysel").values(disabled_at=NOW))
    assert sign_in(browser).status_code == 401
    assert reason(hub) == "disabled"
    with reading(hub.services.engine) as connection:
        assert connection.scalar(select(users.c.disabled_at)) == NOW


def test_no_password_opens_an_account_of_the_provider(hub: Hub, browser: httpx.Client) -> None:
    sign_in(browser)
    browser.cookies.clear()
    for password in ("provider", "", "a long password"):
        answer = browser.post("/api/v1/login", json={"user_id": "aysel", "password": password})
        assert answer.status_code == 401


@on_sqlite
@pytest.mark.parametrize("spoilt", [{"issuer": "https://elsewhere.test"}], ids=["another issuer"])
def test_a_provider_that_calls_itself_otherwise_is_not_gone_to(
    hub: Hub, browser: httpx.Client, provider: OpenIdProvider, spoilt: dict[str, object]
) -> None:
    provider.spoilt = spoilt
    assert browser.get("/console/sign-in/provider").status_code == 401


@on_sqlite
def test_a_provider_that_is_away_is_said_so(hub: Hub) -> None:
    oidc = msgspec.structs.replace(hub.services.settings.oidc, issuer="http://127.0.0.1:9")
    with client_of(with_oidc(hub, oidc).services) as browser:
        page = browser.get("/console/sign-in/provider", headers={"Accept-Language": "en"})
    assert page.status_code == 401
    assert "cannot be used now" in page.text


@on_sqlite
@pytest.mark.parametrize("back", ["https://evil.test", "//evil.test", "/console\\@evil", "javascript:x"])
def test_coming_back_never_leads_elsewhere(browser: httpx.Client, back: str) -> None:
    assert 'content="0; url=/console"' in sign_in(browser, back).text


def test_the_role_of_the_provider_is_a_persons(hub: Hub, browser: httpx.Client) -> None:
    sign_in(browser)
    with reading(hub.services.engine) as connection:
        assert connection.scalar(select(users.c.role)) == Role.GUARD
