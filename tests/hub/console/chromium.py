"""A real browser for the console's pages: Debian's Chromium, driven by Playwright."""

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, TypeVar

from playwright.sync_api import Page, sync_playwright

_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first is the same engine without a window and its menus: a page opens three times as fast."""
EXECUTABLE = next(filter(None, map(shutil.which, _NAMES)), None)
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking")
LIMIT_MS = 20_000
LOCALES = {"az": "az-AZ", "ru": "ru-RU", "en": "en-GB"}
"""The browser's own, for what it writes itself, such as date fields."""

Cookie = dict[str, str]
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is looked at."""

    theme: Literal["light", "dark", "contrast"] = "light"
    language: Literal["az", "ru", "en"] = "en"
    width: int = 1280
    has_script: bool = True

    def cookies(self, address: str) -> list[Cookie]:
        """Return the reader's own settings as cookies of the console at `address`."""
        chosen = {"kechid_theme": self.theme, "kechid_language": self.language}
        return [{"name": name, "value": value, "url": f"{address}/console"} for name, value in chosen.items()]


class Chromium:
    """One browser in a thread of its own: Playwright's loop would be in the way of other tests' loops."""

    def __init__(self, *flags: str) -> None:
        self._flags = (*FLAGS, *flags)
        self._thread = ThreadPoolExecutor(1, "chromium")

    def __enter__(self) -> "Chromium":
        self._thread.submit(self._start).result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.submit(self._stop).result()
        self._thread.shutdown()

    def look(
        self, address: str, cookies: list[Cookie], look: Look, examine: Callable[[Page], _Result]
    ) -> _Result:
        """Open an empty page of its own with these cookies and return what `examine` makes of it."""
        return self._thread.submit(self._look, [*look.cookies(address), *cookies], look, examine).result()

    def _look(self, cookies: list[Cookie], look: Look, examine: Callable[[Page], _Result]) -> _Result:
        context = self._browser.new_context(
            viewport={"width": look.width, "height": 800},
            java_script_enabled=look.has_script,
            locale=LOCALES[look.language],
        )
        try:
            context.set_default_timeout(LIMIT_MS)
            context.add_cookies([{"name": c["name"], "value": c["value"], "url": c["url"]} for c in cookies])
            return examine(context.new_page())
        finally:
            context.close()

    def _start(self) -> None:
        self._driver = sync_playwright().start()
        self._browser = self._driver.chromium.launch(executable_path=EXECUTABLE, args=self._flags)

    def _stop(self) -> None:
        self._browser.close()
        self._driver.stop()
