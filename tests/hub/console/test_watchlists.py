import re

import pytest

from hub.console.watchlists import VERSIONS_SHOWN
from hub.fleet.places import Site, put_site
from hub.fleet.tables import device_watchlists
from hub.store.database import reading, writing
from hub.watchlist.policy import set_sites
from hub.watchlist.publishing import publish, versions
from hub.watchlist.subjects import all_lists
from tests.hub.console.sample_hub import LIST_ID, SampleHub
from tests.hub.console.test_subjects import LIST, enrolled
from tests.hub.four_eyes import approve_all


def published(hub: SampleHub) -> list[int]:
    with reading(hub.services.engine) as connection:
        return [one.version for one in versions(connection, LIST_ID)]


def test_publishing_asks_first_and_a_look_changes_nothing(hub: SampleHub) -> None:
    enrolled(hub)

    page = hub.browser("rashad", kechid_language="en").get(f"{LIST}/publish").text

    assert "Publish version 1?" in page
    assert published(hub) == []


def test_the_confirmed_version_is_published(hub: SampleHub) -> None:
    enrolled(hub)
    hub.add_device("edge-astara-1", "lane-1")
    browser = hub.browser("rashad", kechid_language="en")

    answer = browser.post(f"{LIST}/publish", {"version": "1"})
    assert published(hub) == []
    approve_all(hub.services)
    page = browser.get(LIST).text

    assert answer.status_code == 303
    assert published(hub) == [1]
    assert "0 of 1 devices confirm it" in page
    assert "Changes wait" not in page


def test_a_version_that_was_overtaken_is_not_published(hub: SampleHub) -> None:
    enrolled(hub)
    browser = hub.browser("rashad", kechid_language="en")
    browser.post(f"{LIST}/publish", {"version": "1"})
    approve_all(hub.services)

    answer = browser.post(f"{LIST}/publish", {"version": "1"})

    assert answer.status_code == 409
    assert "Somebody has published meanwhile" in answer.text
    assert published(hub) == [1]


def test_an_empty_list_is_not_published(hub: SampleHub) -> None:
    answer = hub.browser("rashad", kechid_language="en").post(f"{LIST}/publish", {"version": "1"})

    assert answer.status_code == 409
    assert "nothing to publish" in answer.text
    assert published(hub) == []


@pytest.mark.parametrize("user_id", ["guard1", "leyla", "admin"])
def test_only_a_watchlist_officer_publishes(hub: SampleHub, user_id: str) -> None:
    enrolled(hub)
    browser = hub.browser(user_id)

    assert browser.get(f"{LIST}/publish").status_code == 403
    assert browser.post(f"{LIST}/publish", {"version": "1"}).status_code == 403
    assert published(hub) == []


def test_a_supervisor_reads_the_list_without_its_buttons(day: SampleHub) -> None:
    page = day.browser("leyla").get(LIST).text

    assert "Tural Məmmədov" in page
    assert "/enrol" not in page
    assert "/publish" not in page


def test_every_device_says_what_it_makes_of_the_newest_version(day: SampleHub) -> None:
    page = day.browser("rashad", kechid_language="en").get(LIST).text
    lines = dict(
        re.findall(r'<li id="confirm-([\w-]+)">.*?<span class="badge [^"]*">([^<]+)<', page, re.DOTALL)
    )

    assert lines == {
        "edge-astara-1": "Confirmed",
        "edge-astara-2": "Refused",
        "edge-astara-3": "Offline",
        "edge-astara-4": "Offline",
    }
    assert "1 of 4 devices confirm it" in page


def test_every_device_of_a_site_that_was_taken_off_says_whether_it_dropped_the_list(hub: SampleHub) -> None:
    enrolled(hub)
    for number in (1, 2, 3):
        hub.add_device(f"edge-astara-{number}", f"lane-{number}")
    hub.browser("rashad").post(f"{LIST}/publish", {"version": "1"})
    approve_all(hub.services)
    hub.add_confirmation("edge-astara-2", 1)
    with writing(hub.services.engine) as connection:
        put_site(connection, Site("alat", "Alat"))
        set_sites(hub.services, connection, LIST_ID, ["alat"], actor="rashad")
        said = {"device_id": "edge-astara-1", "list_id": LIST_ID, "withdrawn_at": hub.now}
        connection.execute(device_watchlists.insert().values(said))
        said = {"device_id": "edge-astara-3", "list_id": LIST_ID, "rejected_version": 1}
        refused = {"rejected_at": hub.now, "rejected_reason": "withdrawal: the signature does not hold"}
        connection.execute(device_watchlists.insert().values(said | refused))

    page = hub.browser("rashad", kechid_language="en").get(LIST).text
    lines = dict(
        re.findall(r'<li id="withdrawn-([\w-]+)">.*?<span class="badge [^"]*">([^<]+)<', page, re.DOTALL)
    )

    assert lines == {
        "edge-astara-1": "List withdrawn",
        "edge-astara-2": "Offline",
        "edge-astara-3": "Refused",
    }
    assert "still searches version 1" in page
    assert "the signature does not hold" in page


def test_a_new_person_waits_to_be_published(hub: SampleHub) -> None:
    enrolled(hub)
    hub.browser("rashad").post(f"{LIST}/publish", {"version": "1"})
    approve_all(hub.services)
    hub.add_subject(3, "Олег Савченко", days_ago=-1)

    page = hub.browser("rashad", kechid_language="en").get(LIST).text

    assert "Changes wait" in page
    assert page.count('<span class="badge accent">New</span>') == 1


def test_a_new_list_is_made_and_opened(hub: SampleHub) -> None:
    answer = hub.browser("rashad").post(
        "/console/watchlists", {"list_id": "missing", "title": "İtkin düşənlər"}
    )

    assert answer.headers["location"] == "/console/watchlists/missing"
    with reading(hub.services.engine) as connection:
        assert {one.list_id for one in all_lists(connection, hub.now)} == {LIST_ID, "missing"}


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"list_id": "a/b", "title": "T"}, "Only the letters a to z"),
        ({"list_id": "ok", "title": " "}, "Please fill this in."),
        ({"list_id": LIST_ID, "title": "Other"}, "There is a list of that name already"),
        ({}, "Only the letters a to z"),
    ],
    ids=["name", "title", "taken", "empty"],
)
def test_a_list_that_cannot_be_made_says_why(hub: SampleHub, form: dict[str, str], said: str) -> None:
    answer = hub.browser("rashad", kechid_language="en").post("/console/watchlists", form)

    assert answer.status_code == 422
    assert said in answer.text


def test_an_empty_list_says_how_to_begin(hub: SampleHub) -> None:
    page = hub.browser("rashad", kechid_language="en").get(LIST).text

    assert "Nobody is on this list" in page
    assert "Nothing has been published yet." in page


def test_a_list_that_does_not_exist_is_a_page_in_words(day: SampleHub) -> None:
    answer = day.browser("rashad", kechid_language="az").get("/console/watchlists/nobody")

    assert answer.status_code == 404
    assert "Burada heç nə yoxdur" in answer.text


@pytest.mark.parametrize("code", ["az", "ru", "en"])
def test_older_versions_are_on_further_pages(hub: SampleHub, code: str) -> None:
    enrolled(hub)
    for _ in range(VERSIONS_SHOWN + 1):
        publish(hub.services, LIST_ID, actor="rashad")
    browser = hub.browser("rashad", kechid_language=code)
    further = re.search(rf'href="({LIST}/versions[^"]*)">([^<]+)<', browser.get(LIST).text)
    assert further is not None
    assert further.group(2) == {"az": "Davamı", "ru": "Далее", "en": "Further"}[code]
    page = browser.get(further.group(1)).text
    assert page.count("<li><strong>") == 1
    assert f'href="{LIST}/versions?' not in page
    assert browser.get(f"{LIST}/versions?cursor=x").status_code == 400
