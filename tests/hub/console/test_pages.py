import re

import pytest

from hub.console.language import NAMES
from hub.people.access import User
from tests.hub.console.sample_hub import LIST_ID, USERS, SampleHub

LARGEST_PAGE = 200_000
PAGES = (
    ("leyla", "/console/cases"),
    ("leyla", "/console/cases?status=all"),
    ("leyla", "/console/cases/0193a7c0-0000-7000-8000-000000000001"),
    ("leyla", "/console/cases/0193a7c0-0000-7000-8000-000000000003"),
    ("rashad", "/console/watchlists"),
    ("rashad", f"/console/watchlists/{LIST_ID}"),
    ("rashad", f"/console/watchlists/{LIST_ID}/enrol"),
    ("rashad", f"/console/watchlists/{LIST_ID}/publish"),
    ("rashad", f"/console/watchlists/{LIST_ID}/subjects/s-1"),
    ("admin", "/console/devices"),
    (None, "/console/sign-in"),
)


@pytest.mark.parametrize("code", NAMES)
@pytest.mark.parametrize(("user_id", "path"), PAGES)
def test_every_page_speaks_every_language_within_its_size(
    day: SampleHub, user_id: str | None, path: str, code: str
) -> None:
    answer = day.browser(user_id, kechid_language=code).get(path)

    assert answer.status_code == 200
    assert f'<html lang="{code}"' in answer.text
    assert len(answer.content) <= LARGEST_PAGE
    assert not re.search(r"%\(|\{\{|\{%|Undefined", answer.text)


@pytest.mark.parametrize(("user_id", "path"), PAGES)
def test_pages_carry_no_inline_code_and_load_nothing_from_elsewhere(
    day: SampleHub, user_id: str | None, path: str
) -> None:
    answer = day.browser(user_id).get(path)

    assert not re.search(r'\sstyle="|<style|<script(?![^>]*\ssrc=)|\son\w+="', answer.text)
    assert not re.search(r'\s(?:src|href|action)="(?!/console|#)', answer.text)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("user_id", "path"), PAGES)
def test_every_field_has_a_label_and_every_picture_a_text(
    day: SampleHub, user_id: str | None, path: str
) -> None:
    text = day.browser(user_id).get(path).text
    labelled = set(re.findall(r'<label for="([^"]+)"', text))
    fields = set(re.findall(r'<(?:input|textarea|select) id="([^"]+)"', text))

    assert fields <= labelled
    assert not [picture for picture in re.findall(r"<img[^>]*>", text) if " alt=" not in picture]
    assert text.count("<h1") == 1
    assert len(re.findall(r'\sid="([^"]+)"', text)) == len(set(re.findall(r'\sid="([^"]+)"', text)))


@pytest.mark.parametrize(
    ("cookie", "value", "mark"),
    [
        ("kechid_theme", "dark", 'data-theme="dark"'),
        ("kechid_theme", "light", 'data-theme="light"'),
        ("kechid_faces", "masked", '<body class="masked">'),
    ],
)
def test_preferences_shape_the_page(day: SampleHub, cookie: str, value: str, mark: str) -> None:
    assert mark in day.browser("leyla", **{cookie: value}).get("/console/cases").text
    assert mark not in day.browser("leyla").get("/console/cases").text


def test_a_choice_is_kept_and_leads_back_to_the_page(hub: SampleHub) -> None:
    browser = hub.browser("leyla")

    answer = browser.post("/console/preferences", {"language": "ru", "back": "/console/cases?status=all"})

    assert answer.headers["location"] == "/console/cases?status=all"
    assert 'lang="ru"' in browser.get("/console/cases").text


@pytest.mark.parametrize("form", [{"language": "tlh"}, {"theme": "pink"}, {"faces": "<b>"}])
def test_a_choice_that_nobody_offers_is_refused(hub: SampleHub, form: dict[str, str]) -> None:
    answer = hub.browser("leyla").post("/console/preferences", form)

    assert answer.status_code == 400
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("user", USERS, ids=lambda user: str(user.role))
def test_the_devices_page_is_for_every_role(day: SampleHub, user: User) -> None:
    page = day.browser(user.user_id, kechid_language="en").get("/console/devices").text

    assert all(
        word in page for word in ("A camera sees nothing.", "Never seen", "Version 3 refused", "1,240")
    )


def test_no_device_says_how_to_register_one(hub: SampleHub) -> None:
    page = hub.browser("admin", kechid_language="en").get("/console/devices").text

    assert "No device is registered" in page
    assert "kechid-hub device add" in page


@pytest.mark.parametrize(
    ("user_id", "path", "status"),
    [
        ("leyla", "/console/pictures/evidence/e-1", 200),
        ("leyla", "/console/pictures/references/r-1-0", 200),
        ("admin", "/console/pictures/evidence/e-1", 403),
        ("admin", "/console/pictures/references/r-1-0", 403),
        (None, "/console/pictures/evidence/e-1", 303),
        ("leyla", "/console/pictures/evidence/nothing", 404),
    ],
)
def test_faces_are_shown_to_those_who_work_with_them(
    day: SampleHub, user_id: str | None, path: str, status: int
) -> None:
    answer = day.browser(user_id).get(path)

    assert answer.status_code == status
    assert answer.headers.get("content-type") == "image/jpeg" or status != 200
    assert answer.headers.get("cache-control", "no-store") == "no-store"


def test_static_files_are_kept_for_ever_under_their_contents_mark(day: SampleHub) -> None:
    browser = day.browser()
    address = re.search(r'href="(/console/static/console\.css\?v=\w+)"', browser.get("/console/sign-in").text)
    assert address is not None

    answer = browser.get(address.group(1))

    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/css")
    assert browser.get(address.group(1), **{"If-None-Match": answer.headers["etag"]}).status_code == 304


@pytest.mark.parametrize(
    "path", ["../routes.py", "..%2froutes.py", "vendor/README.md", "nothing.css", "%2e%2e/pages.py"]
)
def test_nothing_but_the_known_files_has_an_address(day: SampleHub, path: str) -> None:
    assert day.browser("leyla").get(f"/console/static/{path}").status_code == 404


def test_what_only_posts_may_do_no_link_does(day: SampleHub) -> None:
    browser = day.browser("rashad")

    for path in ("sign-out", f"watchlists/{LIST_ID}/subjects/s-1/remove", "preferences"):
        assert browser.get(f"/console/{path}").status_code == 404
    assert browser.get("/console/watchlists").status_code == 200
