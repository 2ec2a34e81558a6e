"""The app in a real browser, as wide as a phone: sound, by keyboard, without scripts, without a network."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page

from hub.public_app.reader import LANGUAGE_COOKIE
from hub.public_app.sessions import COOKIE
from tests.hub.builders import make_hub
from tests.hub.console.chromium import EXECUTABLE, Chromium, Cookie, Look
from tests.hub.console.test_every_page import faults, unreached
from tests.hub.live_server import running_api
from tests.hub.public_app.app_kit import LEYLA, App, app_on
from tests.hub.public_app.forms import FORM, send, typed
from tests.hub.public_app.test_pictures import photo

WIDTH, HEIGHT = 390, 844
LOOKS = (Look("light", "az", WIDTH), Look("light", "ru", WIDTH), Look("light", "en", WIDTH))
PATHS = (
    "/app/sign-in",
    "/app/",
    "/app/declare",
    "/app/parcels/{}",
    "/app/notices",
    "/app/privacy",
    "/app/offline",
)
CONTROLLED = """new Promise((done) => navigator.serviceWorker.controller ? done(true)
    : navigator.serviceWorker.addEventListener("controllerchange", () => done(true)))"""
"""The service worker has taken the page over."""
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(EXECUTABLE is None, reason="no chromium on this machine"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@dataclass(frozen=True, slots=True)
class Opened:
    """A served app, one parcel declared in it, and a browser."""

    app: App
    address: str
    token: str
    parcel: str
    chromium: Chromium

    def where(self, path: str) -> str:
        return self.address + path.format(self.parcel)

    def cookies(self, look: Look, *, is_signed_in: bool = True) -> list[Cookie]:
        place = f"{self.address}/app"
        language: Cookie = {"name": LANGUAGE_COOKIE, "value": look.language, "url": place}
        session: Cookie = {"name": COOKIE, "value": self.token, "url": place}
        return [language, session] if is_signed_in else [language]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    """Keep one browser open."""
    with Chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def opened(chromium: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """Serve the app, with one parcel sent."""
    folder: Path = tmp_path_factory.mktemp("app")
    app = app_on(make_hub(folder), folder)
    client = app.signed_in(LEYLA)
    parcel = send(client, typed()).headers["location"].partition("?")[0].rpartition("/")[2]
    with running_api(app.services) as address:
        yield Opened(app, address, str(client.cookies[COOKIE]), parcel, chromium)


def wrong_with(page: Page, where: str, look: Look) -> list[str]:
    """Open a page and name whatever is wrong with it."""
    said: list[str] = []
    page.on("console", lambda message: said.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"script: {error}"))
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    page.goto(where)
    page.wait_for_selector("html[data-ready]")
    found = {
        "language": page.locator("html").get_attribute("lang") == look.language,
        "one h1": page.locator("h1").count() == 1,
        "no scrolling sideways": page.evaluate("document.documentElement.scrollWidth") <= WIDTH,
    }
    return said + [name for name, is_so in found.items() if not is_so] + faults(page) + unreached(page)


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.language)
@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_sound_and_reached_by_keyboard(path: str, look: Look, opened: Opened) -> None:
    cookies = opened.cookies(look, is_signed_in=path != "/app/sign-in")

    wrong = opened.chromium.look(
        opened.address, cookies, look, lambda page: wrong_with(page, opened.where(path), look)
    )

    assert wrong == []


def fill(page: Page, **changes: str) -> None:
    """Fill the form in as a person does."""
    page.locator("details.more summary").first.click()
    for name, value in {**FORM, **changes}.items():
        field = page.locator(f"[name='{name}']")
        if name != "items":
            field.select_option(value) if field.evaluate("one => one.tagName") == "SELECT" else field.fill(
                value
            )


def test_a_person_signs_in_declares_and_reads_without_scripts(opened: Opened) -> None:
    look = Look("light", "en", WIDTH, has_script=False)

    def declare(page: Page) -> str:
        page.goto(opened.where("/app/"))
        page.get_by_label("Personal number").fill(LEYLA[0])
        page.get_by_role("button", name="Send me a code").click()
        page.get_by_label("Code").fill(opened.app.code_of(LEYLA))
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="Go on").click()
        fill(page, **{"item-0-description": "gift"})
        page.get_by_role("button", name="Check").last.click()
        assert (
            "alone does not say what the goods are" in page.locator("#item-0-description-said").inner_text()
        )
        page.locator("#item-0-description").fill("Cotton T-shirts, knitted, for men")
        page.locator("#shop").press("Enter")
        page.get_by_role("button", name="Send the declaration").click()
        return page.locator("main").inner_text()

    cookies = opened.cookies(look, is_signed_in=False)
    read = opened.chromium.look(opened.address, cookies, look, declare)

    assert "Your declaration has been sent." in read
    assert "You sent the declaration" in read


def test_a_draft_of_a_phone_without_network_is_sent_later(opened: Opened) -> None:
    look = Look("light", "en", WIDTH)

    def work(page: Page) -> list[int]:
        page.goto(opened.where("/app/"))
        page.evaluate(CONTROLLED)
        page.context.set_offline(offline=True)
        page.goto(opened.where("/app/declare"))
        assert page.get_by_role("heading", level=1).inner_text() == "No connection"
        page.wait_for_selector("html[data-ready]")
        fill(page)
        page.get_by_role("button", name="Add other goods").click()
        page.locator("[name='item-1-description']").fill("Steel water bottle 0.5 l")
        page.wait_for_timeout(400)
        page.context.set_offline(offline=False)
        page.goto(opened.where("/app/"))
        page.wait_for_selector("html[data-ready]")
        page.locator("[data-drafts] a").click()
        page.wait_for_url("**/app/declare*")
        page.wait_for_selector("html[data-ready]")
        assert page.locator("[name='item-1-description']").input_value() == "Steel water bottle 0.5 l"
        assert page.locator("[name='shop']").input_value() == FORM["shop"]
        page.locator("[name='item-1-quantity']").fill("1")
        page.locator("[name='item-1-value']").fill("7")
        page.get_by_role("button", name="Check").last.click()
        page.get_by_role("button", name="Send the declaration").click()
        page.wait_for_selector("html[data-ready]")
        assert page.get_by_role("status").first.inner_text() == "Your declaration has been sent."
        page.goto(opened.where("/app/"))
        page.wait_for_selector("html[data-ready]")
        return [page.locator("[data-drafts] a").count()]

    assert opened.chromium.look(opened.address, opened.cookies(look), look, work) == [0]


def test_pictures_of_a_draft_go_out_once_the_declaration_is_sent(opened: Opened) -> None:
    look = Look("light", "en", WIDTH)
    chosen: list[FilePayload] = [
        {"name": f"{number}.jpg", "mimeType": "image/jpeg", "buffer": photo(colour=number)}
        for number in (1, 2)
    ]

    def work(page: Page) -> tuple[int, int, int]:
        page.goto(opened.where("/app/declare"))
        page.wait_for_selector("html[data-ready]")
        fill(page, tracking_number="RB000000077CN")
        page.locator("#pictures-file").set_input_files(chosen)
        page.wait_for_timeout(400)
        page.get_by_role("button", name="Check").last.click()
        page.wait_for_selector("html[data-ready]")
        kept = page.locator("[data-chosen] li").count()
        page.route("**/pictures", lambda route: route.abort())
        page.get_by_role("button", name="Send the declaration").click()
        page.locator("[data-later]").wait_for(state="visible")
        before = page.locator(".pictures img").count()
        page.unroute("**/pictures")
        page.reload()
        page.locator(".pictures img").first.wait_for()
        page.wait_for_selector("html[data-ready]")
        return kept, before, page.locator(".pictures img").count()

    assert opened.chromium.look(opened.address, opened.cookies(look), look, work) == (2, 0, 2)


def test_signing_out_takes_the_drafts_along(opened: Opened) -> None:
    look = Look("light", "en", WIDTH)

    def work(page: Page) -> tuple[int, int]:
        counted = "new Promise(done => { const o = indexedDB.open('kechid-parcels'); o.onsuccess = () => { \
            const all = o.result.transaction('drafts').objectStore('drafts').count(); \
            all.onsuccess = () => { o.result.close(); done(all.result); } } })"
        page.goto(opened.where("/app/declare"))
        page.wait_for_selector("html[data-ready]")
        page.locator("[name='shop']").fill("A shop")
        page.wait_for_timeout(400)
        before = page.evaluate(counted)
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url("**/app/sign-in")
        page.wait_for_selector("html[data-ready]")
        return before, page.evaluate(counted)

    other = str(opened.app.signed_in(LEYLA).cookies[COOKIE])
    own: list[Cookie] = [{"name": COOKIE, "value": other, "url": f"{opened.address}/app"}]
    cookies = [*opened.cookies(look, is_signed_in=False), *own]
    assert opened.chromium.look(opened.address, cookies, look, work) == (1, 0)


def test_the_app_can_be_installed(opened: Opened) -> None:
    described = opened.app.client().get("/app/manifest.webmanifest").json()
    icons = {icon["purpose"] for icon in described["icons"]}
    assert (described["start_url"], described["scope"], described["display"]) == (
        "/app/",
        "/app/",
        "standalone",
    )
    assert icons == {"any", "maskable"}
    assert all(
        opened.app.client().get(icon["src"], headers={"Accept-Encoding": "identity"}).status_code == 200
        for icon in described["icons"]
    )
