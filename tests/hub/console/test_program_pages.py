"""Programs and webhooks: letting in, the secret that is shown once, shutting out, switching off."""

import re

import pytest

from hub.console.language import NAMES
from hub.console.programs import PAGE_SIZE
from hub.machines.clients import NewClient, add_client, client, list_clients
from hub.people.access import Permission
from hub.people.audit import latest
from hub.store.database import reading, writing
from hub.webhooks.subscriptions import WebhookSummary, list_webhooks
from tests.hub.console.sample_hub import SampleHub

PROGRAM = {"client_id": "customs-desk", "title": "Case desk", "scopes": "view-cases"}
WEBHOOK = {"title": "Duty desk", "url": "https://duty.agency.example/kechid", "kinds": "case"}
ADDRESSES = ("/console/programs", "/console/webhooks")


def secret_on(page: str) -> str:
    found = re.search(r'<code id="shown-key"[^>]*>([^<]{20,})</code>', page)
    assert found is not None
    return found[1]


def acts(hub: SampleHub) -> list[tuple[str, str]]:
    with reading(hub.services.engine) as connection:
        return [(one.actor, one.action) for one in latest(connection, 50)]


def only_webhook(hub: SampleHub) -> WebhookSummary:
    with reading(hub.services.engine) as connection:
        (found,) = list_webhooks(connection)
    return found


@pytest.mark.parametrize("code", NAMES)
@pytest.mark.parametrize("address", ADDRESSES)
def test_both_pages_speak_every_language(hub: SampleHub, address: str, code: str) -> None:
    browser = hub.browser("admin", kechid_language=code)
    browser.post("/console/programs", PROGRAM)
    browser.post("/console/webhooks", WEBHOOK)
    page = browser.get(address)
    assert page.status_code == 200
    assert f'<html lang="{code}"' in page.text
    assert not re.search(r"%\(|\{\{|\{%|Undefined", page.text)


@pytest.mark.parametrize("user_id", ["leyla", "rashad", "guard1"])
@pytest.mark.parametrize(("address", "form"), [(ADDRESSES[0], PROGRAM), (ADDRESSES[1], WEBHOOK)])
def test_they_are_for_administrators_alone(
    hub: SampleHub, address: str, form: dict[str, str], user_id: str
) -> None:
    browser = hub.browser(user_id)
    assert browser.get(address).status_code == 403
    assert browser.post(address, form).status_code == 403
    assert f'href="{address}"' not in browser.get("/console").text


def test_a_programs_secret_is_shown_once(hub: SampleHub) -> None:
    browser = hub.browser("admin")
    secret = secret_on(browser.post("/console/programs", PROGRAM).text)
    listed = browser.get("/console/programs").text
    assert "Case desk" in listed
    assert secret not in listed
    assert ("admin", "client-added") in acts(hub)


def test_a_program_with_a_certificate_needs_no_secret(hub: SampleHub) -> None:
    printed = ":".join(["AB"] * 32)
    answer = hub.browser("admin").post("/console/programs", PROGRAM | {"certificate_sha256": printed})
    assert answer.headers["location"] == "/console/programs"
    with reading(hub.services.engine) as connection:
        assert client(connection, "customs-desk").proof == "certificate"


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "a b"},
        {"title": " "},
        {"scopes": "answer-cases"},
        {"scopes": ""},
        {"certificate_sha256": "12"},
    ],
    ids=["id", "title", "foreign-scope", "no-scope", "fingerprint"],
)
def test_a_bad_program_is_said_beside_its_field(hub: SampleHub, changed: dict[str, str]) -> None:
    answer = hub.browser("admin").post("/console/programs", PROGRAM | changed)
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    with reading(hub.services.engine) as connection:
        assert list_clients(connection) == ()


def test_a_name_is_given_once(hub: SampleHub) -> None:
    browser = hub.browser("admin", kechid_language="en")
    browser.post("/console/programs", PROGRAM)
    answer = browser.post("/console/programs", PROGRAM)
    assert answer.status_code == 422
    assert "There is a program of that name already." in answer.text


def test_programs_come_page_by_page(hub: SampleHub) -> None:
    with writing(hub.services.engine) as connection:
        for number in range(PAGE_SIZE + 1):
            wanted = NewClient(f"program-{number:03}", "Desk", frozenset({Permission.VIEW_DEVICES}))
            add_client(connection, wanted, secret=f"{number:064}", actor="admin", now=hub.services.clock())
    browser = hub.browser("admin")
    first = browser.get("/console/programs").text
    second = browser.get(f"/console/programs?cursor=program-{PAGE_SIZE - 1:03}").text
    assert f'href="/console/programs?cursor=program-{PAGE_SIZE - 1:03}"' in first
    assert (f"program-{PAGE_SIZE:03}" in first, f"program-{PAGE_SIZE:03}" in second) == (False, True)
    assert 'href="/console/programs?cursor=' not in second


def test_a_program_is_shut_out_once(hub: SampleHub) -> None:
    browser = hub.browser("admin")
    browser.post("/console/programs", PROGRAM)
    for _ in range(2):
        assert browser.post("/console/programs/customs-desk/revoke").status_code == 303
    with reading(hub.services.engine) as connection:
        assert client(connection, "customs-desk").is_revoked
    assert acts(hub).count(("admin", "client-revoked")) == 1
    assert browser.post("/console/programs/nobody/revoke").status_code == 404


def test_a_webhooks_secret_is_shown_once(hub: SampleHub) -> None:
    browser = hub.browser("admin")
    secret = secret_on(browser.post("/console/webhooks", WEBHOOK).text)
    assert secret.startswith("whsec_")
    assert secret not in browser.get("/console/webhooks").text
    assert ("admin", "webhook-added") in acts(hub)


@pytest.mark.parametrize(
    "changed",
    [{"url": "http://duty.agency.example/"}, {"url": "https://127.0.0.1/"}, {"title": ""}, {"kinds": "all"}],
    ids=["not-https", "private", "no-title", "kind"],
)
def test_a_bad_webhook_is_said_beside_its_field(hub: SampleHub, changed: dict[str, str]) -> None:
    answer = hub.browser("admin").post("/console/webhooks", WEBHOOK | changed)
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    with reading(hub.services.engine) as connection:
        assert list_webhooks(connection) == ()


def test_a_webhook_goes_off_on_and_away(hub: SampleHub) -> None:
    browser = hub.browser("admin")
    browser.post("/console/webhooks", WEBHOOK)
    address = f"/console/webhooks/{only_webhook(hub).webhook_id}/acts"
    browser.post(address, {"act": "disable"})
    assert only_webhook(hub).disabled_reason == "administrator"
    browser.post(address, {"act": "enable"})
    assert not only_webhook(hub).is_disabled
    assert browser.post(address, {"act": "explode"}).status_code == 400
    browser.post(address, {"act": "remove"})
    assert browser.post(address, {"act": "remove"}).status_code == 404
    with reading(hub.services.engine) as connection:
        assert list_webhooks(connection) == ()
    done = [action for _, action in acts(hub)]
    assert done[:3] == ["webhook-removed", "webhook-enabled", "webhook-disabled"]


def test_a_webhooks_public_key_is_shown_at_any_time(hub: SampleHub) -> None:
    browser = hub.browser("admin")
    key = secret_on(browser.post("/console/webhooks", WEBHOOK | {"scheme": "v1a"}).text)
    assert key.startswith("whpk_")
    assert key in browser.get("/console/webhooks").text


@pytest.mark.parametrize(("scheme", "prefix"), [("v1", "whsec_"), ("v1a", "whpk_")])
def test_a_rotation_shows_the_new_key_and_how_long_the_old_one_signs(
    hub: SampleHub, scheme: str, prefix: str
) -> None:
    browser = hub.browser("admin", kechid_language="en")
    old = secret_on(browser.post("/console/webhooks", WEBHOOK | {"scheme": scheme}).text)
    address = f"/console/webhooks/{only_webhook(hub).webhook_id}/rotation"
    new = secret_on(browser.post(address).text)
    assert new.startswith(prefix)
    assert new != old
    assert "The key before signs too until" in browser.get("/console/webhooks").text
    assert ("admin", "webhook-key-rotated") in acts(hub)
    assert browser.post("/console/webhooks/nobody/rotation").status_code == 404
    assert hub.browser("leyla").post(address).status_code == 403


def test_a_webhook_with_an_unknown_scheme_is_said_beside_its_field(hub: SampleHub) -> None:
    answer = hub.browser("admin").post("/console/webhooks", WEBHOOK | {"scheme": "v9"})
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
