"""What is done with a case beside answering it, and the pages of figures."""

import re

import pytest

from hub.cases.counting import policy_of, recount
from hub.people.access import Role, User
from hub.people.audit import latest
from hub.people.users import add_user
from hub.store.database import reading, writing
from sync.messages import Answer
from tests.hub.console.browser import Browser
from tests.hub.console.sample_hub import PASSWORD, SampleHub

NAME = "Tural Məmmədov"


@pytest.fixture
def case_id(hub: SampleHub) -> str:
    """Give a case that guard and supervisor have both answered with "same"."""
    hub.add_subject(1, NAME, severity=3)
    hub.add_device("edge-astara-1", "lane-1")
    alert_id = hub.add_alert(1, 1)
    hub.add_answer(alert_id, Answer.SAME)
    return alert_id


def english(hub: SampleHub, user_id: str) -> Browser:
    return hub.browser(user_id, kechid_language="en")


def result_of(hub: SampleHub, case_id: str, result: str) -> str:
    form = {"result_id": f"r-{result}", "result": result, "note": "Stepped aside"}
    answer = english(hub, "leyla").post(f"/console/cases/{case_id}/result", form)
    assert answer.status_code == 303
    return english(hub, "leyla").get(answer.headers["location"]).text


def acts(hub: SampleHub) -> list[tuple[str, str]]:
    with reading(hub.services.engine) as connection:
        return [(one.actor, one.action) for one in latest(connection, 20)]


def test_an_outcome_is_recorded_shown_and_traced(hub: SampleHub, case_id: str) -> None:
    hub.add_answer(case_id, Answer.SAME, role="supervisor")
    page = result_of(hub, case_id, "handed-over")
    assert "Outcome: Handed over" in page
    assert "Stepped aside" in page
    assert ("leyla", "case-result") in acts(hub)


def test_an_adverse_outcome_without_a_second_person_is_refused_in_words(hub: SampleHub, case_id: str) -> None:
    hub.add_answer(case_id, Answer.UNSURE, role="supervisor")
    page = result_of(hub, case_id, "confirmed")
    assert "Two different persons have to answer" in page
    assert "Outcome: Identity confirmed" not in page


def test_whoever_opens_a_case_first_holds_it_until_it_is_taken_over(hub: SampleHub, case_id: str) -> None:
    with writing(hub.services.engine) as connection:
        add_user(connection, User("sevda", "Sevda Quliyeva", Role.SUPERVISOR), PASSWORD, hub.now)
    address = f"/console/cases/{case_id}"
    assert "Send the answer" in english(hub, "leyla").get(address).text
    held = english(hub, "sevda").get(address).text
    assert "leyla is looking at this case" in held
    assert "Send the answer" not in held
    english(hub, "sevda").post(f"{address}/hold", {})
    assert "Send the answer" in english(hub, "sevda").get(address).text
    assert "sevda is looking at this case" in english(hub, "leyla").get(address).text


def test_the_case_file_stays_closed_to_the_blind(hub: SampleHub, case_id: str) -> None:
    address = f"/console/cases/{case_id}"
    blind = english(hub, "leyla").get(f"{address}/file")
    assert (blind.status_code, blind.headers["location"]) == (303, address)
    hub.add_answer(case_id, Answer.SAME, role="supervisor")
    assert NAME in english(hub, "leyla").get(f"{address}/file").text
    assert ("leyla", "case-printed") in acts(hub)


def test_a_page_that_refreshes_itself_leaves_one_trace(hub: SampleHub, case_id: str) -> None:
    for _ in range(3):
        english(hub, "leyla").get(f"/console/cases/{case_id}")
    assert acts(hub).count(("leyla", "case-viewed")) == 1


def test_figures_say_insufficient_data_rather_than_invent_a_share(hub: SampleHub, case_id: str) -> None:
    with writing(hub.services.engine) as connection:
        recount(connection, policy_of(hub.services.settings.cases))
    page = english(hub, "leyla").get("/console/statistics").text
    assert "insufficient data (1)" in page
    assert "style=" not in re.sub(r"<link[^>]*>", "", page)
    export = english(hub, "leyla").get("/console/statistics/export.csv")
    assert export.headers["content-type"].startswith("text/csv")
    assert "astara · lane-1,1,1,0,0,insufficient data" in export.text


@pytest.mark.parametrize(
    "query", ["first=2026-13-01", "first=2020-01-01", "last=1999-01-01", "first=x&last=y"]
)
def test_a_period_that_cannot_be_is_said_and_the_default_shown(hub: SampleHub, query: str) -> None:
    answer = english(hub, "leyla").get(f"/console/statistics?{query}")
    assert answer.status_code == 200
    assert "aria-invalid" in answer.text


def test_an_administrator_registers_and_withdraws_an_exercise(hub: SampleHub, case_id: str) -> None:
    browser = english(hub, "admin")
    form = {
        "lane": "astara/lane-1",
        "list_id": "criminal-charges",
        "subject_id": "s-1",
        "planned_at": "2026-11-24T10:00",
    }
    assert browser.post("/console/exercises", form).status_code == 303
    page = browser.get("/console/exercises").text
    assert "Not yet known" in page
    (address,) = re.findall(r'action="(/console/exercises/[^"]+/withdraw)"', page)
    browser.post(address, {})
    assert "Nothing is registered." in browser.get("/console/exercises").text
    assert browser.post("/console/exercises", form | {"subject_id": "nobody"}).status_code == 422
