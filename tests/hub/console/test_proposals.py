"""Drafts, proposals, policy, look-alikes and transfer as pages."""

import re

import pytest

from hub.store.database import reading
from hub.watchlist.policy import policy_of
from hub.watchlist.subjects import list_subjects
from tests.hub.console.sample_hub import LIST_ID, SampleHub
from tests.hub.console.test_subjects import ENROL, ENTRY, LIST, enrolled, only_subject, photo
from tests.hub.four_eyes import approve_all, waiting


def drafted(hub: SampleHub, identity: int = 1, width: int = 230) -> str:
    """Address of a checked draft."""
    answer = hub.browser("rashad").post(ENROL, ENTRY, (("b.png", photo(identity, width=width)),))
    assert answer.status_code == 303
    return answer.headers["location"]


def count(hub: SampleHub) -> int:
    with reading(hub.services.engine) as connection:
        return len(list_subjects(connection, LIST_ID, now=hub.now).items)


@pytest.mark.parametrize(("answer", "people"), [("same", 1), ("look-alike", 2), ("other", 2)])
def test_somebody_who_looks_alike_is_shown_and_has_to_be_answered(
    hub: SampleHub, answer: str, people: int
) -> None:
    enrolled(hub)
    known = only_subject(hub)
    assert known is not None
    browser, address = hub.browser("rashad", kechid_language="en"), drafted(hub)
    page = browser.get(address).text
    assert "1 listed person looks alike" in page
    assert f'name="{known.summary.subject_id}"' in page
    assert browser.post(address).status_code == 422
    assert browser.post(address, {known.summary.subject_id: answer}).status_code == 303
    approve_all(hub.services)
    assert count(hub) == people


def test_a_draft_and_its_faces_are_its_makers_alone(hub: SampleHub) -> None:
    address = drafted(hub)
    assert hub.browser("rashad").get(f"{address}/pictures/0").headers["content-type"] == "image/jpeg"
    assert hub.browser("rashad").get(f"{address}/pictures/1").status_code == 404
    assert hub.browser("leyla").get(address).status_code == 403
    assert hub.browser("rashad").post(f"{address}/discard").status_code == 303
    assert hub.browser("rashad").get(address).status_code == 404


def test_the_second_officer_decides_and_the_first_cannot(hub: SampleHub) -> None:
    address = hub.browser("rashad").post(drafted(hub)).headers["location"].partition("?")[0]
    own, other = (hub.browser(name, kechid_language="en") for name in ("rashad", "leyla"))
    assert "Another officer has to decide on it." in own.get(address).text
    assert own.post(f"{address}/decision", {"decision": "approve"}).status_code == 409
    assert other.get(f"{address}/pictures/0").status_code == 200
    assert other.post(f"{address}/decision", {"decision": "reject"}).status_code == 422
    assert "Waiting for a second officer" in other.get("/console/proposals").text
    assert other.post(f"{address}/decision", {"decision": "approve"}).status_code == 303
    assert count(hub) == 1
    assert "Approved" in other.get(address).text
    assert other.get(f"{address}/pictures/0").status_code == 404


def test_facts_are_amended_and_stay_in_the_history(hub: SampleHub) -> None:
    enrolled(hub)
    known = only_subject(hub)
    assert known is not None
    address = f"{LIST}/subjects/{known.summary.subject_id}"
    browser = hub.browser("rashad", kechid_language="en")
    assert 'value="Səbinə Qasımova"' in browser.get(f"{address}/amend").text
    typed = ENTRY | {"aliases": "Сабина Касумова\nსაბინა", "case_number": "77"}
    assert browser.post(f"{address}/amend", typed | {"authority": ""}).status_code == 422
    assert browser.post(f"{address}/amend", typed).status_code == 303
    assert browser.post(f"{address}/amend", typed).status_code == 409
    page = browser.get(address).text
    assert "Сабина Касумова (Cyrillic)" in page
    assert "Amended" in page
    assert "Səbinə Qasımova" in browser.get(f"{LIST}?name=касумова").text
    assert "Nobody on this list has such a name." in browser.get(f"{LIST}?name=Beridze").text


def test_a_policy_takes_a_second_officer(hub: SampleHub) -> None:
    browser = hub.browser("rashad", kechid_language="en")
    assert "Needs two officers" in browser.get(f"{LIST}/policy").text
    assert browser.post(f"{LIST}/policy", {"acts": "publish", "where": "everywhere"}).status_code == 303
    assert browser.post(f"{LIST}/policy", {"acts": "publish"}).status_code == 409
    assert hub.browser("leyla").post(f"{LIST}/policy", {}).status_code == 403
    assert len(waiting(hub.services)) == approve_all(hub.services) == 1
    with reading(hub.services.engine) as connection:
        assert policy_of(connection, LIST_ID).two_person_acts == ("publish",)


def test_look_alikes_on_the_list_are_kept_apart(hub: SampleHub) -> None:
    enrolled(hub)
    known = only_subject(hub)
    assert known is not None
    hub.browser("rashad").post(drafted(hub), {known.summary.subject_id: "other"})
    approve_all(hub.services)
    browser = hub.browser("rashad", kechid_language="en")
    page = browser.get(f"{LIST}/look-alikes").text
    pair = dict(re.findall(r'name="(first_id|second_id)" value="([^"]+)"', page))
    assert browser.post(f"{LIST}/look-alikes", pair).status_code == 303
    assert "Two different persons</span>" in browser.get(f"{LIST}/look-alikes").text


def test_an_export_is_for_officers_and_the_history_names_it(hub: SampleHub) -> None:
    enrolled(hub)
    assert hub.browser("leyla").post(f"{LIST}/export").status_code == 403
    assert hub.browser("rashad").post(f"{LIST}/export").content.startswith(b"PK")
    assert "Exported" in hub.browser("rashad", kechid_language="en").get(f"{LIST}/history").text
