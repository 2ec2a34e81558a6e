"""Every page of the console in a real browser: readable, reachable and quiet in every look."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response

from hub.people.web_session import SESSION_COOKIE
from tests.hub.console.chromium import EXECUTABLE, Chromium, Cookie, Look
from tests.hub.console.every_page import address_of, page_paths, reader_of
from tests.hub.console.furnished import furnish
from tests.hub.console.sample_hub import SampleHub, fill, sample_hub
from tests.hub.console.test_rendering import served

PHONE, DESK = 360, 1280
DATE_STOPS = 4
"""Day, month, year and calendar of one field."""
LOOKS = (Look("light", "az", DESK), Look("dark", "ru", PHONE), Look("contrast", "en", PHONE))
"""Each theme, each language and each width once, two of them for each page by turns.

The whole table is a long suite.
"""
WHOLE_TABLE = tuple(
    Look(theme, language, width)
    for theme in ("light", "dark", "contrast")
    for language in ("az", "ru", "en")
    for width in (PHONE, DESK)
)
LARGEST = 200_000
"""Bytes over the wire of a page with all it loads, faces aside."""
AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
PATHS = page_paths()
TURNS = [
    (path, LOOKS[(number + turn) % len(LOOKS)]) for number, path in enumerate(PATHS) for turn in range(2)
]
REACH = """() => [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
  .filter(one => one.checkVisibility() && !one.disabled && !one.closest("[popover]:not(:popover-open)"))
  .filter(one => one.type !== "radio" || one === document.getElementsByName(one.name)[0])
  .length"""
"""How many controls can be seen; of radio buttons that are one group, Tab reaches one."""

CUT = """() => [...document.querySelectorAll(
    "main :is(a, button, th, td, dt, dd, label, h1, h2, p, .badge), .menu a")]
  .filter(one => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1
    && getComputedStyle(one).display !== "inline" && !one.closest(".visually-hidden"))
  .map(one => one.textContent.trim().slice(0, 80))"""
"""Texts that are wider than where they stand."""

pytestmark = [
    pytest.mark.skipif(EXECUTABLE is None, reason="no chromium on this machine"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


class OpenHub:
    """The filled sample hub at an address, and how its pages are opened."""

    def __init__(self, hub: SampleHub, address: str, chromium: Chromium) -> None:
        self._hub, self.address, self.chromium = hub, address, chromium
        self._address_of = cache(lambda path: address_of(path, hub))
        self._reader_of = cache(lambda path: reader_of(self._address_of(path), hub))
        self._token_of = cache(hub.session_token)

    def where(self, path: str) -> str:
        """Return the whole address of a page; skips a file that is no page."""
        local = self._address_of(path)
        kind = self._hub.browser(self._reader_of(path)).get(local).headers["content-type"]
        if not kind.startswith("text/html"):
            pytest.skip(f"{local} is {kind}, no page")
        return self.address + local

    def cookies(self, path: str) -> list[Cookie]:
        """Sign in whoever may open the page."""
        user_id = self._reader_of(path)
        if user_id is None:
            return []
        return [{"name": SESSION_COOKIE, "value": self._token_of(user_id), "url": self.address}]


@pytest.fixture(scope="session")
def opened(chromium: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenHub]:
    """Serve a hub as on a working day, once for all pages."""
    with sample_hub(tmp_path_factory.mktemp("open")) as hub:
        fill(hub)
        furnish(hub)
        with served(hub) as address:
            yield OpenHub(hub, address, chromium)


def look_id(look: Look) -> str:
    return f"{look.theme}-{look.language}-{look.width}"


def examine(page: Page, where: str, look: Look) -> list[str]:
    """Open the page and name whatever is wrong with it."""
    said: list[str] = []
    answers: list[Response] = []

    def keep(answer: Response) -> None:
        answers.append(answer)

    page.on("console", lambda message: said.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"script: {error}"))
    page.on("response", keep)
    page.goto(where)
    # Waiting for a function would poll by eval, which the pages' policy forbids.
    page.evaluate("document.fonts.ready.then(() => null)")
    root = page.locator("html")
    found = {
        "lang": root.get_attribute("lang") == look.language,
        "theme": root.get_attribute("data-theme") == look.theme,
        "one h1": page.locator("h1").count() == 1,
        "title": bool(re.fullmatch(r".{2,} · Kechid", page.title())),
        "no scrolling sideways": page.evaluate("document.documentElement.scrollWidth") <= look.width,
        "light enough": sum(map(weight, answers)) <= LARGEST,
    }
    return said + [name for name, is_so in found.items() if not is_so] + faults(page)


def weight(answer: Response) -> int:
    """Bytes of one answer over the wire, without faces and the feed, which never ends."""
    is_left_out = "/pictures/" in answer.url or answer.url.endswith("/events/stream")
    return 0 if is_left_out else answer.request.sizes()["responseBodySize"]


def faults(page: Page) -> list[str]:
    """Name what axe-core finds, one line for each element."""
    violations = Axe().run(page, options=AXE).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in violations for node in one["nodes"]]


@pytest.mark.parametrize(
    ("path", "look"), TURNS, ids=lambda one: one if isinstance(one, str) else look_id(one)
)
def test_a_page_is_sound(path: str, look: Look, opened: OpenHub) -> None:
    where = opened.where(path)

    wrong = opened.chromium.look(
        opened.address, opened.cookies(path), look, lambda page: examine(page, where, look)
    )

    assert wrong == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("look", WHOLE_TABLE, ids=look_id)
@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_sound_in_every_look(path: str, look: Look, opened: OpenHub) -> None:
    test_a_page_is_sound(path, look, opened)


@pytest.mark.parametrize("path", PATHS)
def test_a_page_can_be_read_without_script(path: str, opened: OpenHub) -> None:
    where = opened.where(path)

    def read(page: Page) -> str:
        page.goto(where)
        return page.locator("main").inner_text()

    bare = opened.chromium.look(opened.address, opened.cookies(path), Look(has_script=False), read)

    assert len(bare) > 20


@pytest.mark.parametrize("path", PATHS)
def test_a_page_bears_the_keyboard_larger_letters_and_paper(path: str, opened: OpenHub) -> None:
    where = opened.where(path)

    def bear(page: Page) -> list[str]:
        page.goto(where)
        return [*unreached(page), *cut_words(page), *unprintable(page)]

    assert opened.chromium.look(opened.address, opened.cookies(path), Look("dark", "ru"), bear) == []


def unreached(page: Page) -> list[str]:
    """Tab through the page: every control that can be seen is reached, and none keeps the focus."""
    wanted = page.evaluate(REACH)
    page.evaluate("window.reached = new Set()")
    dates = page.locator("input[type=date]").count()
    for _ in range(wanted + DATE_STOPS * dates + 5):
        page.keyboard.press("Tab")
        page.evaluate("window.reached.add(document.activeElement)")
    reached = page.evaluate("window.reached.delete(document.body), window.reached.size")
    return [] if reached >= wanted else [f"Tab reaches {reached} of {wanted} controls"]


def cut_words(page: Page) -> list[str]:
    """Enlarge the letters by a third: no word is cut, nothing scrolls sideways."""
    page.evaluate("document.documentElement.style.fontSize = '130%'")
    width = page.evaluate("document.documentElement.scrollWidth")
    page.evaluate(f"window.cut = {CUT}")
    cut = [f"cut: {text}" for text in page.evaluate("window.cut()")]
    page.evaluate("document.documentElement.style.fontSize = ''")
    return cut + ([f"{width} pixels wide in larger letters"] if width > DESK else [])


def unprintable(page: Page) -> list[str]:
    """Print: dark on white, without what can only be pressed."""
    page.emulate_media(media="print")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    ink = page.evaluate("getComputedStyle(document.querySelector('h1')).color")
    pressed = page.locator(":is(.top .tools, .menu, .foot button):visible").count()
    is_paper = (ground, pressed) == ("rgb(255, 255, 255)", 0) and ink == "rgb(23, 33, 43)"
    return [] if is_paper else [f"on paper: {ink} on {ground}, {pressed} things to press"]


def test_the_router_has_pages() -> None:
    assert {"/console/cases", "/console/cases/{case_id}", "/console/sign-in"} <= set(PATHS)


def test_a_parameter_without_a_sample_is_named(tmp_path: Path, prepared_store: Path) -> None:
    with sample_hub(tmp_path) as hub, pytest.raises(LookupError, match="never_heard_of"):
        address_of("/console/{never_heard_of}", hub)
