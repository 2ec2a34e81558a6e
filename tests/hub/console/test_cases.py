import re
from datetime import timedelta
from html import unescape

import pytest

from hub.cases.casework import case
from hub.people.access import User
from hub.store.database import reading
from sync.messages import Answer
from tests.hub.console.sample_hub import USERS, SampleHub

NAME = "Tural Məmmədov"
SECRETS = (
    NAME,
    "0.704",
    "0,704",
    "0.622",
    "0,622",
    "Scar above",
    "2026/1401",
    "Possible match",
    "article 206",
    "guard1",
)
"""What the open case hides: name, score, threshold, the guard and the answer, the listing."""
OPEN_CASE = "0193a7c0-0000-7000-8000-000000000001"
SUPERVISOR, OFFICER = USERS[0], USERS[1]


def alert_on(hub: SampleHub, name: str = NAME) -> str:
    """One listed person, one device, one alert that the guard has answered."""
    hub.add_subject(1, name, severity=3)
    hub.add_device("edge-astara-1", "lane-1")
    alert_id = hub.add_alert(1, 1)
    hub.add_answer(alert_id, Answer.SAME, reason="Scar above the left brow")
    return alert_id


def stored_answers(hub: SampleHub, case_id: str) -> list[tuple[str, str, str]]:
    with reading(hub.services.engine) as connection:
        detail = case(connection, case_id, viewer=OFFICER)
    return [(given.officer_id, given.answer.value, given.reason) for given in detail.decisions]


def decision_id_of(page: str) -> str:
    found = re.search(r'name="decision_id" value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


@pytest.mark.parametrize("path", [f"/console/cases/{OPEN_CASE}", "/console/cases"])
@pytest.mark.parametrize("language", ["az", "ru", "en"])
def test_a_supervisor_sees_neither_name_nor_score_nor_answer_before_answering(
    day: SampleHub, path: str, language: str
) -> None:
    answer = day.browser("leyla", kechid_language=language).get(path)

    assert answer.status_code == 200
    assert OPEN_CASE in answer.text
    assert [secret for secret in SECRETS if secret in unescape(answer.text)] == []


def test_the_answer_unveils_the_case(hub: SampleHub) -> None:
    case_id = alert_on(hub)
    browser = hub.browser("leyla", kechid_language="en")
    form = {
        "decision_id": decision_id_of(browser.get(f"/console/cases/{case_id}").text),
        "answer": "not-same",
    }

    sent = browser.post(f"/console/cases/{case_id}/answer", form | {"reason": " Ears differ "})
    page = browser.get(sent.headers["location"]).text

    assert sent.status_code == 303
    assert stored_answers(hub, case_id)[1:] == [("leyla", "not-same", "Ears differ")]
    assert all(secret in page for secret in (NAME, "0.704", "Scar above", "guard1", "Ears differ"))


def test_the_time_to_answer_runs_from_the_page_that_was_shown(hub: SampleHub) -> None:
    case_id = alert_on(hub)
    browser = hub.browser("leyla")
    shown = decision_id_of(browser.get(f"/console/cases/{case_id}").text)
    hub.now += timedelta(seconds=7.5)

    browser.post(f"/console/cases/{case_id}/answer", {"decision_id": shown, "answer": "unsure"})

    with reading(hub.services.engine) as connection:
        assert case(connection, case_id, viewer=OFFICER).decisions[-1].seconds_to_answer == 7.5


def test_the_same_form_sent_twice_is_one_answer(hub: SampleHub) -> None:
    case_id = alert_on(hub)
    browser = hub.browser("leyla")
    form = {"decision_id": hub.services.new_id(), "answer": "same"}

    first, second = (browser.post(f"/console/cases/{case_id}/answer", form) for _ in range(2))

    assert (first.status_code, second.status_code) == (303, 303)
    assert len(stored_answers(hub, case_id)) == 2


def test_a_form_without_a_choice_says_so_and_stores_nothing(hub: SampleHub) -> None:
    case_id = alert_on(hub)
    browser = hub.browser("leyla", kechid_language="en")

    answer = browser.post(f"/console/cases/{case_id}/answer", {"decision_id": hub.services.new_id()})

    assert answer.status_code == 422
    assert "Choose one of the three answers." in answer.text
    assert NAME not in answer.text
    assert len(stored_answers(hub, case_id)) == 1


@pytest.mark.parametrize("decision_id", ["", "x", "0193a7c0-0000-4000-8000-000000000001", "'; --"])
def test_an_answer_needs_an_id_of_ours(hub: SampleHub, decision_id: str) -> None:
    case_id = alert_on(hub)

    answer = hub.browser("leyla").post(
        f"/console/cases/{case_id}/answer", {"decision_id": decision_id, "answer": "same"}
    )

    assert answer.status_code == 400
    assert len(stored_answers(hub, case_id)) == 1


@pytest.mark.parametrize("user", USERS[1:], ids=lambda user: str(user.role))
def test_only_a_supervisor_answers(hub: SampleHub, user: User) -> None:
    case_id = alert_on(hub)
    form = {"decision_id": hub.services.new_id(), "answer": "same"}

    answer = hub.browser(user.user_id).post(f"/console/cases/{case_id}/answer", form)

    assert answer.status_code == 403
    assert len(stored_answers(hub, case_id)) == 1


def test_markup_in_names_and_reasons_is_shown_and_not_run(hub: SampleHub) -> None:
    case_id = alert_on(hub, '<img src=x onerror="alert(1)">')
    hub.add_answer(case_id, Answer.NOT_SAME, role="supervisor", reason="</q><script>alert(2)</script>")

    page = hub.browser("leyla").get(f"/console/cases/{case_id}").text

    assert "<img src=x" not in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(2)" in page


def test_filters_show_the_cases_of_their_state(day: SampleHub) -> None:
    browser = day.browser("leyla", kechid_language="en")
    counts = {
        status: browser.get(f"/console/cases?status={status}").text.count('<tr id="case-')
        for status in ("open", "answered", "all", "nonsense")
    }

    assert counts == {"open": 2, "answered": 3, "all": 5, "nonsense": 5}
    assert "Open (2)" in browser.get("/console/cases").text


def test_older_cases_stand_on_the_next_page(hub: SampleHub) -> None:
    hub.add_subject(1, NAME)
    hub.add_device("edge-astara-1", "lane-1")
    for number in range(1, 33):
        hub.add_alert(number, 1)
    browser = hub.browser("rashad")

    first = browser.get("/console/cases").text
    link = re.search(r'href="(/console/cases\?[^"]*cursor=[^"]+)"', first)
    assert link is not None
    second = browser.get(unescape(link.group(1))).text

    assert (first.count('<tr id="case-'), second.count('<tr id="case-')) == (30, 2)


def test_an_empty_list_says_what_will_come(hub: SampleHub) -> None:
    browser = hub.browser("leyla", kechid_language="en")

    assert "No case waits for an answer" in browser.get("/console/cases").text
    assert "No cases yet" in browser.get("/console/cases?status=all").text


def test_a_case_whose_picture_has_not_come_yet_says_so(hub: SampleHub) -> None:
    hub.add_device("edge-astara-1", "lane-1")
    case_id = hub.add_alert(1, 1, has_picture=False)

    page = hub.browser("rashad", kechid_language="en").get(f"/console/cases/{case_id}").text

    assert "The picture is still on its way from the lane." in page
    assert "The hub has no photo of this subject." in page


@pytest.mark.parametrize("path", ["/console/cases/nobody", "/console/cases?cursor=%00garbage"])
def test_what_does_not_exist_is_a_page_in_words(day: SampleHub, path: str) -> None:
    answer = day.browser("leyla", kechid_language="ru").get(path)

    assert answer.status_code in {400, 404}
    assert answer.headers["content-type"].startswith("text/html")
    assert 'lang="ru"' in answer.text


def test_confirmed_crossings_are_worded_with_the_case_and_hidden_from_the_blind(hub: SampleHub) -> None:
    alert_id = alert_on(hub)
    officer = hub.browser("rashad", kechid_language="en").get(f"/console/cases/{alert_id}").text
    assert "Crossings of this person" in officer
    assert "1 confirmed crossing" in unescape(officer)
    assert (
        "Crossings of this person"
        not in hub.browser("leyla", kechid_language="en").get(f"/console/cases/{alert_id}").text
    )
