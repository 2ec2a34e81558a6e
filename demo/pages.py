"""Takes pictures of the console's pages as a signed-in user."""

import httpx

from demo.browser import Browser, is_available
from demo.narration import Narrator
from demo.stage import Stage
from demo.workspace import WATCHLIST_OFFICER

PAGES = {
    "console-cases": "/console/cases",
    "console-watchlist": "/console/watchlist",
    "console-devices": "/console/devices",
}


def photograph_console(stage: Stage, tell: Narrator, *, mask_faces: bool) -> list[str]:
    """Paths of the pictures; none, with a word why, when there is no Chromium."""
    if not is_available():
        tell.tell("no Chromium driver: no pictures of the console")
        return []
    taken: list[str] = []
    try:
        with Browser(stage.processes) as browser:
            _sign_in(browser, stage)
            for name, path in PAGES.items():
                browser.open(stage.workspace.hub_url + path)
                taken.append(str(browser.picture(stage.workspace.path("screenshots", f"{name}.png"))))
    except httpx.HTTPError as error:
        tell.tell(f"the console could not be photographed: {error}")
    return taken


def _sign_in(browser: Browser, stage: Stage) -> None:
    browser.open(f"{stage.workspace.hub_url}/console/sign-in")
    browser.fill("#user_id, input[name=user_id]", WATCHLIST_OFFICER)
    browser.fill("input[name=password]", stage.workspace.secret("user.password"))
    browser.click("form.card button.primary")
