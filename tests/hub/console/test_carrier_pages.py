"""Carriers in the console: taking one on, its quota, suspending it; in every language."""

import re

import pytest

from hub.carrier_stream.accounts import account_since
from hub.carriers.counting import Measure, add_counts
from hub.carriers.registry import NewCarrier, add_carrier, carrier
from hub.console.language import NAMES
from hub.machines.clients import NewClient, add_client
from hub.people.access import Permission
from hub.store.database import reading, writing
from tests.hub.console.sample_hub import SampleHub

INDEX = "/console/carriers"
FORM = {
    "client_id": "swift",
    "legal_name": "Swift Parcels MMC",
    "country": "az",
    "transport": "air",
    "contact": "+994 12 555 01 02",
    "daily_quota": "5 000",
}


@pytest.fixture
def hub(hub: SampleHub) -> SampleHub:
    with writing(hub.services.engine) as connection:
        wanted = NewClient("swift", "Swift", frozenset({Permission.DECLARE}))
        add_client(connection, wanted, secret="s" * 64, actor="admin", now=hub.now)
    return hub


def taken_on(hub: SampleHub) -> None:
    with writing(hub.services.engine) as connection:
        wanted = NewCarrier("swift", "Swift Parcels MMC", "AZ", ("air",), "desk", 5000, is_sandbox=True)
        add_carrier(connection, wanted, actor="admin", now=hub.now)


@pytest.mark.parametrize("code", NAMES)
def test_both_pages_speak_every_language(hub: SampleHub, code: str) -> None:
    taken_on(hub)
    counted = {(Measure.DECLARED, ""): 40, (Measure.ERROR, ""): 2, (Measure.ERROR, "country-unknown"): 2}
    with writing(hub.services.engine) as connection:
        add_counts(connection, "2026-11", {"swift": counted})
    browser = hub.browser("admin", kechid_language=code)
    for address in (INDEX, f"{INDEX}/swift"):
        page = browser.get(address)
        assert page.status_code == 200
        assert f'<html lang="{code}"' in page.text
        assert not re.search(r"%\(|\{\{|\{%|Undefined", page.text)


def test_a_program_is_taken_on_and_given_another_quota(hub: SampleHub) -> None:
    browser = hub.browser("admin")
    assert browser.post(INDEX, FORM).headers["location"] == f"{INDEX}/swift"
    assert browser.post(f"{INDEX}/swift/quota", {"daily_quota": ""}).status_code == 303
    with reading(hub.services.engine) as connection:
        found = carrier(connection, "swift")
    assert (found.country, found.daily_quota, found.is_sandbox) == ("AZ", None, False)


@pytest.mark.parametrize(
    "changed", [{"country": "A1"}, {"legal_name": " "}, {"daily_quota": "many"}, {"transport": "camel"}]
)
def test_a_bad_field_is_said_and_nothing_is_lost(hub: SampleHub, changed: dict[str, str]) -> None:
    answer = hub.browser("admin").post(INDEX, FORM | changed)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text or 'class="error"' in answer.text
    assert "+994 12 555 01 02" in answer.text


def test_a_carrier_is_suspended_with_a_reason_and_resumed(hub: SampleHub) -> None:
    taken_on(hub)
    browser = hub.browser("admin")
    assert browser.post(f"{INDEX}/swift/suspension", {"reason": ""}).status_code == 422
    assert browser.post(f"{INDEX}/swift/suspension", {"reason": "Invoices are missing"}).status_code == 303
    assert "Invoices are missing" in browser.get(f"{INDEX}/swift").text
    assert browser.post(f"{INDEX}/swift/resumption").status_code == 303
    with reading(hub.services.engine) as connection:
        assert not carrier(connection, "swift").is_suspended


def test_the_score_card_gives_numbers_with_their_shares_and_findings_in_words(hub: SampleHub) -> None:
    taken_on(hub)
    browser = hub.browser("admin", kechid_language="en")
    assert "It has declared nothing yet." in browser.get(f"{INDEX}/swift").text
    counted = {(Measure.DECLARED, ""): 40, (Measure.ERROR, ""): 2, (Measure.ERROR, "country-unknown"): 2}
    with writing(hub.services.engine) as connection:
        add_counts(connection, "2026-11", {"swift": counted})
    page = browser.get(f"{INDEX}/swift").text
    assert "2 (5.0 %)" in page
    assert "Nov 2026" in page
    assert "country-unknown" not in page


def test_an_account_at_the_broker_is_given_renewed_and_taken_away(hub: SampleHub) -> None:
    taken_on(hub)
    browser = hub.browser("admin")
    first, second = (browser.post(f"{INDEX}/swift/broker-account") for _ in range(2))
    assert first.status_code == second.status_code == 200
    assert "carrier@swift" in first.text
    shown = [re.findall(r"[0-9a-f]{64}", page.text)[0] for page in (first, second)]
    assert shown[0] != shown[1]
    assert shown[1] not in browser.get(f"{INDEX}/swift").text
    with reading(hub.services.engine) as connection:
        assert account_since(connection, "swift") is not None
    assert browser.post(f"{INDEX}/swift/broker-account/withdrawal").status_code == 303
    with reading(hub.services.engine) as connection:
        assert account_since(connection, "swift") is None
    assert browser.post(f"{INDEX}/nobody/broker-account").status_code == 404
    assert hub.browser("leyla").post(f"{INDEX}/swift/broker-account").status_code == 403


@pytest.mark.parametrize("user_id", ["leyla", "rashad", "guard1"])
def test_they_are_for_administrators_alone(hub: SampleHub, user_id: str) -> None:
    taken_on(hub)
    browser = hub.browser(user_id)
    assert browser.get(INDEX).status_code == browser.get(f"{INDEX}/swift").status_code == 403
    assert browser.post(f"{INDEX}/swift/resumption").status_code == 403
