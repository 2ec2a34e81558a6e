"""A browser's stand-in: loads pages through the proxy all the time, and each once more where it failed."""

import ssl
import threading
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from hub.people.web_session import SESSION_COOKIE
from tests.hub.builders import AUDITOR, PASSWORD

PAUSE_S = 0.15
TIMEOUT_S = 60.0
"""Slow is not lost: every process shares this machine with the devices."""
PAGES = (
    "/console/cases",
    "/console/devices",
    "/console/watchlists",
    "/api/v1/cases",
    "/api/v1/devices",
    "/metrics",
)


@dataclass(slots=True)
class Visits:
    """What became of the pages."""

    loaded: int = 0
    failed_once: list[str] = field(default_factory=list)
    """Failed, and came at the second attempt."""
    failed_twice: list[str] = field(default_factory=list)
    slowest_s: float = 0.0


class PageReader(threading.Thread):
    """Signs in once and reads until stopped; any process serves any page, for sessions are in the store."""

    def __init__(self, port: int, authority: Path) -> None:
        super().__init__(name="pages", daemon=True)
        self.visits = Visits()
        self.failure: BaseException | None = None
        self._url = f"https://127.0.0.1:{port}"
        self._authority = authority
        self._ending = threading.Event()

    def stop(self) -> None:
        """End after the present page."""
        self._ending.set()
        self.join(3 * TIMEOUT_S)

    def run(self) -> None:
        """Read page after page."""
        context = ssl.create_default_context(cafile=self._authority)
        try:
            with httpx.Client(base_url=self._url, verify=context, timeout=TIMEOUT_S) as client:
                sign_in(client)
                turn = 0
                while not self._ending.wait(PAUSE_S):
                    self._visit(client, PAGES[turn % len(PAGES)])
                    turn += 1
        except BaseException as error:
            self.failure = error

    def _visit(self, client: httpx.Client, page: str) -> None:
        first = self._load(client, page)
        if first is None:
            self.visits.loaded += 1
            return
        second = self._load(client, page)
        if second is None:
            self.visits.failed_once.append(f"{page}: {first}")
        else:
            self.visits.failed_twice.append(f"{page}: {first}, then {second}")

    def _load(self, client: httpx.Client, page: str) -> str | None:
        """Return why it failed, or None."""
        try:
            answer = client.get(page)
        except httpx.HTTPError as error:
            return type(error).__name__
        self.visits.slowest_s = max(self.visits.slowest_s, answer.elapsed.total_seconds())
        return None if answer.status_code == 200 else str(answer.status_code)


def sign_in(client: httpx.Client) -> None:
    """Open a session, for pages and for the API."""
    credentials = {"user_id": AUDITOR.user_id, "password": PASSWORD}
    token = client.post("/api/v1/login", json=credentials).raise_for_status().json()["token"]
    client.headers["Authorization"] = f"Bearer {token}"
    client.cookies.set(SESSION_COOKIE, token)
