"""Headless Chromium over the W3C WebDriver protocol: opens console pages and takes their pictures."""

import base64
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from demo.processes import Processes, free_port
from demo.waiting import wait_for

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""Key of an element reference (W3C WebDriver, section 11)."""

ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage",
)  # fmt: skip


def is_available() -> bool:
    """Whether Chromium and its driver are installed."""
    return shutil.which("chromedriver") is not None


@dataclass(slots=True)
class Browser:
    """One browser window; a context manager."""

    processes: Processes
    size: tuple[int, int] = (1360, 900)
    _url: str = ""
    _profile: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> "Browser":
        """Start driver and browser."""
        port = free_port()
        self.processes.start("chromedriver", "chromedriver", f"--port={port}")
        base = f"http://127.0.0.1:{port}"
        wait_for("chromedriver", lambda: _is_ready(base), 20)
        self._profile = tempfile.TemporaryDirectory(prefix="kechid-browser-")
        arguments = [
            *ARGUMENTS,
            f"--window-size={self.size[0]},{self.size[1]}",
            f"--user-data-dir={self._profile.name}",
        ]
        capabilities = {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": {"args": arguments}}}
        reply = httpx.post(f"{base}/session", json={"capabilities": capabilities}, timeout=60)
        reply.raise_for_status()
        self._url = f"{base}/session/{reply.json()['value']['sessionId']}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the browser, then the driver."""
        httpx.delete(self._url, timeout=20)
        self.processes.stop("chromedriver")
        if self._profile is not None:
            self._profile.cleanup()

    def open(self, url: str) -> None:
        """Load a page and wait until it is complete."""
        self._call("url", url=url)

    def fill(self, selector: str, text: str) -> None:
        """Type into the field a CSS selector names."""
        self._call(f"element/{self._find(selector)}/value", text=text)

    def click(self, selector: str) -> None:
        """Click what a CSS selector names."""
        self._call(f"element/{self._find(selector)}/click")

    def run(self, script: str) -> Any:
        """Run JavaScript in the page and return what it returns."""
        return self._call("execute/sync", script=script, args=[])

    def picture(self, target: Path) -> Path:
        """Write a PNG of the window."""
        reply = httpx.get(f"{self._url}/screenshot", timeout=30)
        reply.raise_for_status()
        target.write_bytes(base64.b64decode(reply.json()["value"]))
        return target

    def _find(self, selector: str) -> str:
        found = self._call("element", using="css selector", value=selector)
        return str(found[ELEMENT])

    def _call(self, command: str, **arguments: object) -> Any:
        reply = httpx.post(f"{self._url}/{command}", json=arguments, timeout=30)
        reply.raise_for_status()
        return reply.json()["value"]


def _is_ready(base: str) -> bool:
    try:
        return bool(httpx.get(f"{base}/status", timeout=2).json()["value"]["ready"])
    except (httpx.HTTPError, KeyError, ValueError):
        return False
