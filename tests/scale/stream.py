"""A watcher of the live stream: comes back where it left whenever a process dies under it."""

import ssl
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.scale.pages import sign_in

TIMEOUT_S = 60.0
CATCH_UP_S = 30.0
EVENTS = "/api/v1/events"


@dataclass(frozen=True, slots=True)
class Watched:
    """What the stream showed, beside what the feed holds."""

    events: int
    missed: int
    repeated: int
    reconnections: int

    @property
    def is_whole(self) -> bool:
        """True when every change came once."""
        return self.events > 0 and not self.missed and not self.repeated


class StreamReader(threading.Thread):
    """Signed in like a person; reads `/events/stream` through the proxy until the process ends."""

    def __init__(self, port: int, authority: Path) -> None:
        super().__init__(name="stream", daemon=True)
        self._client = httpx.Client(
            base_url=f"https://127.0.0.1:{port}",
            verify=ssl.create_default_context(cafile=authority),
            timeout=TIMEOUT_S,
        )
        sign_in(self._client)
        self._begin: str = self._client.get(EVENTS).raise_for_status().json()["next_cursor"]
        self._seen: list[str] = []
        self._connections = 0
        self._ending = threading.Event()

    def run(self) -> None:
        """Read, and read on after every break."""
        while not self._ending.wait(0.1):
            try:
                self._read_on()
            except httpx.HTTPError:
                continue

    def finish(self) -> Watched:
        """Wait until the stream has shown what the feed holds, and compare."""
        held = self._held()
        deadline = time.monotonic() + CATCH_UP_S
        while not set(held) <= set(self._seen) and time.monotonic() < deadline:
            threading.Event().wait(0.1)
        self._ending.set()
        seen = list(self._seen)
        return Watched(
            events=len(seen),
            missed=len(set(held) - set(seen)),
            repeated=len(seen) - len(set(seen)),
            reconnections=self._connections - 1,
        )

    def _read_on(self) -> None:
        place = self._seen[-1] if self._seen else self._begin
        with self._client.stream("GET", f"{EVENTS}/stream", headers={"Last-Event-ID": place}) as answer:
            answer.raise_for_status()
            self._connections += 1
            last = ""
            for line in answer.iter_lines():
                if line.startswith("id:"):
                    last = line.removeprefix("id:").strip()
                elif line.startswith("data:") and last:
                    self._seen.append(last)
                    last = ""

    def _held(self) -> list[str]:
        """Page through the feed from where the stream began."""
        found, cursor = list[str](), self._begin
        while True:
            page = self._client.get(EVENTS, params={"cursor": cursor, "limit": 200}).raise_for_status().json()
            found += [item["position"] for item in page["items"]]
            if page["next_cursor"] == cursor:
                return found
            cursor = page["next_cursor"]
