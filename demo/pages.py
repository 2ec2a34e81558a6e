"""Takes pictures of the console's pages, each as the user whose page it is."""

from pathlib import Path

import httpx

from demo.browser import Browser, is_available
from demo.narration import Narrator
from demo.stage import Stage
from demo.workspace import LIST

PAGES = {
    "supervisor-1": {"console-cases": "/console/cases"},
    "watchlist-1": {"console-watchlist": f"/console/watchlists/{LIST}"},
    "admin-1": {"console-devices": "/console/devices"},
}
NEWEST_CASE = "return document.querySelector('a[href^=\"/console/cases/\"]')?.getAttribute('href') ?? ''"
MASK = (
    "return fetch('/console/preferences', {method: 'POST', body: new URLSearchParams({faces: 'masked'})})"
    ".then(reply => reply.status)"
)


def photograph_console(stage: Stage, tell: Narrator, *, mask_faces: bool) -> list[str]:
    """Paths of the pictures; none, with a word why, when there is no Chromium."""
    if not is_available():
        tell.tell("no Chromium driver: no pictures of the console")
        return []
    taken: list[Path] = []
    try:
        for user_id, pages in PAGES.items():
            with Browser(stage.processes) as browser:
                _sign_in(browser, stage, user_id)
                if mask_faces:
                    browser.run(MASK)
                taken += _photograph(browser, stage, pages)
    except httpx.HTTPError as error:
        tell.tell(f"the console could not be photographed: {error}")
    return [str(path) for path in taken]


def _photograph(browser: Browser, stage: Stage, pages: dict[str, str]) -> list[Path]:
    taken = []
    for name, path in pages.items():
        browser.open(stage.workspace.hub_url + path)
        taken.append(browser.picture(stage.workspace.path("screenshots", f"{name}.png")))
        case = browser.run(NEWEST_CASE)
        if case:
            browser.open(stage.workspace.hub_url + case)
            taken.append(browser.picture(stage.workspace.path("screenshots", "console-case.png")))
    return taken


def _sign_in(browser: Browser, stage: Stage, user_id: str) -> None:
    browser.open(f"{stage.workspace.hub_url}/console/sign-in")
    browser.fill("input[name=user_id]", user_id)
    browser.fill("input[name=password]", stage.workspace.secret("user.password"))
    browser.click("form.card button.primary")
