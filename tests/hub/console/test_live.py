"""Pages that follow the hub: what changes arrives by itself, and a lost hub is said."""

import pytest
from playwright.sync_api import Page, expect

from hub.jobs.bootstrap import handlers
from hub.jobs.worker import Worker
from hub.people.web_session import SESSION_COOKIE
from hub.store.database import writing
from hub.store.notify import publish_change
from tests.hub.console.chromium import EXECUTABLE, Chromium, Look
from tests.hub.console.sample_hub import SampleHub
from tests.hub.console.test_rendering import served

WAIT_MS = 20_000
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(EXECUTABLE is None, reason="no chromium on this machine"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


def test_a_new_case_comes_onto_the_open_page_by_the_feed_alone(hub: SampleHub, chromium: Chromium) -> None:
    hub.add_device("edge-astara-1", "lane-1")
    hub.add_subject(1, "Tural Məmmədov")

    def watch(page: Page) -> None:
        # No timer that asks: what comes, comes by the feed.
        page.add_init_script("window.setInterval = () => 0")
        with page.expect_response(lambda answer: answer.url.endswith("/events/stream")):
            page.goto(f"{address}/console/cases")
        expect(page.locator("tbody tr")).to_have_count(0)
        alert_id = hub.add_alert(1, 1)
        with writing(hub.services.engine) as connection:
            publish_change(connection, "case", alert_id, hub.now)
        expect(page.locator(f"#case-{alert_id}")).to_be_visible(timeout=WAIT_MS)

    with served(hub) as address:
        cookie = {"name": SESSION_COOKIE, "value": hub.session_token("leyla"), "url": address}
        chromium.look(address, [cookie], Look(), watch)


def test_a_lost_hub_is_said_on_the_page(hub: SampleHub, chromium: Chromium) -> None:
    def lose(page: Page) -> None:
        page.goto(f"{address}/console/cases")
        expect(page.locator(".lost > span")).to_be_hidden()
        page.route("**/*", lambda route: route.abort())
        page.evaluate("document.body.dispatchEvent(new Event('refresh'))")
        expect(page.locator(".lost > span")).to_be_visible(timeout=WAIT_MS)
        page.unroute("**/*")
        page.evaluate("document.body.dispatchEvent(new Event('refresh'))")
        expect(page.locator(".lost > span")).to_be_hidden(timeout=WAIT_MS)

    with served(hub) as address:
        cookie = {"name": SESSION_COOKIE, "value": hub.session_token("leyla"), "url": address}
        chromium.look(address, [cookie], Look(), lose)


@pytest.mark.parametrize(("keys", "is_open"), [("on", True), ("off", False)])
def test_a_question_mark_opens_the_help_unless_keys_are_off(
    keys: str, is_open: bool, hub: SampleHub, chromium: Chromium
) -> None:
    def ask(page: Page) -> None:
        page.goto(f"{address}/console")
        page.keyboard.press("?")
        expect(page.locator("#keys")).to_be_visible(visible=is_open)
        page.keyboard.press("Escape")
        expect(page.locator("#keys")).to_be_hidden()

    with served(hub) as address:
        cookies = [
            {"name": SESSION_COOKIE, "value": hub.session_token("leyla"), "url": address},
            {"name": "kechid_keys", "value": keys, "url": f"{address}/console"},
        ]
        chromium.look(address, cookies, Look(), ask)


def test_j_and_k_move_the_focus_from_row_to_row(day: SampleHub, chromium: Chromium) -> None:
    def walk(page: Page) -> list[int]:
        page.goto(f"{address}/console/cases?status=all")
        went = []
        for key in ("j", "j", "k", "k"):
            page.keyboard.press(key)
            went.append(
                page.evaluate("[...document.querySelectorAll('.row-link')].indexOf(document.activeElement)")
            )
        return went

    with served(day) as address:
        cookie = {"name": SESSION_COOKIE, "value": day.session_token("leyla"), "url": address}
        assert chromium.look(address, [cookie], Look(), walk) == [0, 1, 0, 0]


def test_a_verification_is_followed_to_its_end_without_loading_the_page_again(
    hub: SampleHub, chromium: Chromium
) -> None:
    def follow(page: Page) -> None:
        page.goto(f"{address}/console/audit")
        page.get_by_role("button", name="Verify the chain").click()
        expect(page.locator("#verification progress")).to_be_visible()
        page.evaluate("window.wasNeverLeft = true")
        Worker(hub.services, handlers(), name="w1").drain()
        expect(page.get_by_text("The chain is whole.")).to_be_visible(timeout=WAIT_MS)
        assert page.evaluate("window.wasNeverLeft")
        assert page.locator("[hx-trigger^='every']").count() == 0

    with served(hub) as address:
        cookie = {"name": SESSION_COOKIE, "value": hub.session_token("admin"), "url": address}
        chromium.look(address, [cookie], Look(), follow)


def test_a_verification_is_followed_by_a_link_without_scripts(hub: SampleHub, chromium: Chromium) -> None:
    def follow(page: Page) -> None:
        page.goto(f"{address}/console/audit")
        page.get_by_role("button", name="Verify the chain").click()
        Worker(hub.services, handlers(), name="w1").drain()
        page.get_by_role("link", name="See how far it is").click()
        expect(page.get_by_text("The chain is whole.")).to_be_visible()

    with served(hub) as address:
        cookie = {"name": SESSION_COOKIE, "value": hub.session_token("admin"), "url": address}
        chromium.look(address, [cookie], Look(has_script=False), follow)
