"""The worklist and one declaration as an officer sees and works on them."""

import re
from html import unescape

import pytest

from hub.console.declaration_wording import FINDINGS
from hub.console.finding_fixes import FIXES
from hub.declarations.assessing.assess import Assessor
from hub.declarations.batches import BatchForm
from hub.declarations.cleansing.catalogue import SENTENCES
from hub.declarations.findings import Weight
from hub.declarations.intake import take_batch
from hub.declarations.registry import declaration
from hub.people.access import Role, User
from hub.people.audit import latest
from hub.people.users import add_user
from hub.store.database import reading, writing
from tests.hub.console.furnished import CUSTOMS
from tests.hub.console.lodged import add_declarations
from tests.hub.console.sample_hub import PASSWORD, SampleHub
from tests.hub.declarations.parcels import parcel
from tests.hub.declarations.test_intake import batch

SECOND = User("aysel", "Aysel Məmmədova", Role.CUSTOMS_OFFICER)
LIST = "/console/declarations"
NO_ADDRESS = {"name": "Leyla Əliyeva", "country": "AZ"}
Desk = tuple[SampleHub, list[str]]


@pytest.fixture
def desk(hub: SampleHub) -> Desk:
    with writing(hub.services.engine) as connection:
        for user in (CUSTOMS, SECOND):
            add_user(connection, user, PASSWORD, hub.now)
    return hub, add_declarations(hub.services, CUSTOMS)


def page_of(hub: SampleHub, address: str, user_id: str = "samir") -> str:
    answer = hub.browser(user_id, kechid_language="en").get(address)
    assert answer.status_code == 200
    return unescape(answer.text)


def act_id_of(page: str) -> str:
    found = re.search(r'name="act_id" value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def state_of(hub: SampleHub, own: str) -> str:
    with reading(hub.services.engine) as connection:
        return declaration(connection, own, CUSTOMS).summary.state


def titles(page: str) -> list[str]:
    return re.findall(r'class="row-link row-title" href="[^"]+">([^<]+)<', page)


def test_the_list_shows_what_waits_and_narrows_to_what_is_asked(desk: Desk) -> None:
    hub, _ = desk
    waiting = page_of(hub, LIST)
    assert sorted(titles(waiting)) == ["P-1", "P-3", "P-4"]
    assert "Waiting (3)" in waiting
    assert "Rejected for errors (1)" in waiting
    assert titles(page_of(hub, f"{LIST}?view=mine")) == ["P-1"]
    assert titles(page_of(hub, f"{LIST}?view=all&state=information-requested")) == ["P-2"]
    assert titles(page_of(hub, f"{LIST}?view=all&tracking_number=RB000000005CN")) == ["P-5"]
    assert titles(page_of(hub, f"{LIST}?view=all&sender_id=client:other")) == []


def test_the_list_names_no_person(desk: Desk) -> None:
    assert "Əliyeva" not in page_of(desk[0], f"{LIST}?view=all")


def test_one_declaration_says_all_that_is_known_of_it(desk: Desk) -> None:
    hub, ids = desk
    text = page_of(hub, f"{LIST}/{ids[0]}")
    wanted = (
        "Leyla Əliyeva",
        "Item 2",
        "19.90 USD",
        "a word leaves open what else is in the parcel",
        "Value in US dollars",
        "Customs duty",
        "Value added tax",
        "26.71 AZN",
        "The goods were presented",
        "Officer: samir",
        "P-6",
    )
    assert [one for one in wanted if one not in text] == []
    errors = page_of(hub, f"{LIST}/{ids[6]}")
    assert "there is no such code" in errors
    assert "It has errors, so no channel was decided." in errors


def test_a_profile_says_what_made_it_match_and_what_would_be_without_it(desk: Desk) -> None:
    hub, ids = desk
    (page, *_) = [text for one in ids[1:6] if "Cotton far below" in (text := page_of(hub, f"{LIST}/{one}"))]
    assert "Item 1 · Commodity code: 610910 (begins as looked for)" in page
    assert "Value in US dollars: 19.90 (is small enough)" in page
    assert "50.5 %" in page


def test_a_look_is_recorded_as_one_at_a_case_is(desk: Desk) -> None:
    hub, ids = desk
    for _ in range(2):
        page_of(hub, f"{LIST}/{ids[0]}")
    with reading(hub.services.engine) as connection:
        looks = [row for row in latest(connection, 50) if row.action == "declaration-viewed"]
    assert [(row.actor, row.target) for row in looks] == [("samir", ids[0])]


def test_only_what_this_state_allows_is_offered(desk: Desk) -> None:
    hub, ids = desk
    presented, asked = page_of(hub, f"{LIST}/{ids[0]}"), page_of(hub, f"{LIST}/{ids[1]}")
    assert "Release the goods" in presented
    assert "Request information" not in presented
    assert "Forbid loading" in asked
    assert "Release the goods" not in asked


def test_an_inspection_and_a_refusal_go_through_the_forms(desk: Desk) -> None:
    hub, ids = desk
    browser, own = hub.browser("samir", kechid_language="en"), f"{LIST}/{ids[0]}"
    act_id = act_id_of(browser.get(own).text)
    inspect = {"act_id": act_id, "event": "inspect", "found": "value-differs", "reason": "The price is low."}
    sent = browser.post(f"{own}/acts", inspect | {"note": "Forty pieces."})
    again = browser.post(f"{own}/acts", inspect | {"note": "Forty pieces."})
    assert (sent.status_code, again.status_code) == (303, 303)
    assert state_of(hub, ids[0]) == "inspected"
    assert "Another value" in browser.get(own).text
    refuse = {"act_id": hub.services.new_id(), "event": "refuse", "reason": "Undervalued."}
    assert browser.post(f"{own}/acts", refuse).status_code == 303
    assert state_of(hub, ids[0]) == "refused"


def test_a_form_with_a_part_missing_comes_back_with_what_was_typed(desk: Desk) -> None:
    hub, ids = desk
    browser, own = hub.browser("samir", kechid_language="en"), f"{LIST}/{ids[2]}"
    ask = {"act_id": "f-1", "event": "request-information", "hours": "24", "reason": "Too cheap", "text": " "}
    refused = browser.post(f"{own}/acts", ask)
    assert refused.status_code == 422
    assert "Please fill this in." in refused.text
    assert "Too cheap" in refused.text
    rows = {"pointer": "/items/0/value", "kind": "number", "text": "Price of one piece?"}
    assert browser.post(f"{own}/acts", ask | rows).status_code == 303
    assert state_of(hub, ids[2]) == "information-requested"


def test_a_second_officer_sees_who_works_on_it_and_takes_it_over(desk: Desk) -> None:
    hub, ids = desk
    own = f"{LIST}/{ids[0]}"
    page_of(hub, own)
    second = hub.browser("aysel", kechid_language="en")
    assert "samir is working on this declaration" in second.get(own).text
    release = {"act_id": "r-1", "event": "release", "reason": "All is well."}
    assert second.post(f"{own}/acts", release).status_code == 409
    assert second.post(f"{own}/hold").status_code == 303
    assert second.post(f"{own}/acts", release).status_code == 303
    assert state_of(hub, ids[0]) == "released"


def test_work_is_given_to_another_officer(desk: Desk) -> None:
    hub, ids = desk
    browser = hub.browser("samir")
    assert browser.post(f"{LIST}/{ids[0]}/assignment", {"user_id": "aysel"}).status_code == 303
    assert titles(page_of(hub, f"{LIST}?view=mine", "aysel")) == ["P-1"]
    assert browser.post(f"{LIST}/{ids[0]}/assignment", {"user_id": "guard1"}).status_code == 400


def test_who_may_not_see_declarations_is_refused(desk: Desk) -> None:
    hub, ids = desk
    assert hub.browser("guard1").get(LIST).status_code == 403
    assert hub.browser("leyla").get(f"{LIST}/{ids[0]}").status_code == 403
    assert hub.browser("samir").get(f"{LIST}/{ids[0][:-4]}0000").status_code == 404


def test_the_start_page_counts_what_waits_for_a_customs_officer(desk: Desk) -> None:
    text = page_of(desk[0], "/console")
    assert "Declarations that wait" in text
    assert "Given to you" in text
    assert "Declarations that wait" not in page_of(desk[0], "/console", "leyla")


def test_several_are_decided_by_two_officers(desk: Desk) -> None:
    hub, ids = desk
    first, second = (hub.browser(user_id, kechid_language="en") for user_id in ("samir", "aysel"))
    selecting = first.get(f"{LIST}?select=yes").text
    assert selecting.count('type="checkbox" form="bulk"') == 3
    form = {"bulk_id": "b-2", "kind": "release", "declaration_id": ids[3], "reason": "One known shop."}
    assert first.post("/console/bulk-decisions", form).status_code == 303
    assert "A second officer has to approve it." in first.get("/console/bulk-decisions").text
    assert first.post("/console/bulk-decisions/b-2/approve").status_code == 409
    assert state_of(hub, ids[3]) == "presented"
    assert "P-4" in second.get("/console/bulk-decisions").text
    assert second.post("/console/bulk-decisions/b-2/approve").status_code == 303
    assert state_of(hub, ids[3]) == "released"


def test_a_decision_on_nothing_or_by_nobody_is_refused(desk: Desk) -> None:
    hub, _ = desk
    form = {"bulk_id": "b-2", "kind": "release", "reason": "One known shop."}
    assert hub.browser("samir").post("/console/bulk-decisions", form).status_code == 400
    assert hub.browser("guard1").get("/console/bulk-decisions").status_code == 403


def test_a_finding_says_what_to_write_instead(desk: Desk) -> None:
    hub, _ = desk
    row = parcel(40, consignee=NO_ADDRESS)
    (own,) = take_batch(hub.services, "client:swift", batch([row]), BatchForm.JSON).rows
    Assessor(hub.services).assess_waiting()
    page = page_of(hub, f"{LIST}/{own.declaration_id}")
    assert "Write town, street, house and flat." in page
    other = hub.browser("samir", kechid_language="az").get(f"{LIST}/{own.declaration_id}")
    assert "Şəhər, küçə, ev və mənzili yazın." in unescape(other.text)


def test_what_another_sender_declared_too_is_a_click_away(desk: Desk) -> None:
    hub, _ = desk
    ids = []
    for sender in ("client:swift", "client:rival"):
        (own,) = take_batch(hub.services, sender, batch([parcel(41)]), BatchForm.JSON).rows
        Assessor(hub.services).assess_waiting()
        ids.append(own.declaration_id)
    page = page_of(hub, f"{LIST}/{ids[1]}")
    assert "another sender has declared the same tracking number" in page
    assert "Ask both senders which of the two holds." in page
    assert f'<a href="{LIST}/{ids[0]}">The other declaration</a>' in page


def test_every_error_and_doubt_says_what_to_write_instead() -> None:
    todo = {code: one for code, one in SENTENCES.items() if one.weight is not Weight.CHANGE}
    assert set(FIXES) == set(todo)
    assert set(FINDINGS) == set(SENTENCES)
    for code, sentence in todo.items():
        named = set(re.findall(r"%\((\w+)\)s", FIXES[code]))
        assert named <= set(re.findall(r"{(\w+)}", sentence.detail + sentence.fix)), code
