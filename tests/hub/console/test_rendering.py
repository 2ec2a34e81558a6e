"""The console in a real browser."""

import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest
import uvicorn

from tests.hub.console.sample_hub import SampleHub

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--window-size=1000,700",
)
ACCENT_BGR = (117, 92, 11)
"""The light theme's accent, ``#0b5c75``: the sign-in button."""

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    # The server's own event loop may close its sockets after the test has gone on.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@contextmanager
def served(hub: SampleHub) -> Iterator[str]:
    """Serve the hub on a free port of this machine."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(
            uvicorn.Config(hub.app, log_level="error", lifespan="off", timeout_graceful_shutdown=1)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            deadline = time.monotonic() + 20
            while not server.started and time.monotonic() < deadline:
                thread.join(0.02)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(20)


def screenshot(address: str, folder: Path) -> np.ndarray:
    target = folder / "page.png"
    command = [
        str(CHROMIUM),
        *FLAGS,
        f"--user-data-dir={folder / 'profile'}",
        f"--screenshot={target}",
        address,
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=90)
    picture = cv2.imread(str(target))
    assert picture is not None
    return np.asarray(picture)


def test_the_sign_in_page_is_drawn_with_its_style_sheet(hub: SampleHub, tmp_path: Path) -> None:
    with served(hub) as address:
        picture = screenshot(f"{address}/console/sign-in", tmp_path)

    is_accent = np.all(np.abs(picture.astype(int) - ACCENT_BGR) <= 3, axis=2)
    rows = np.flatnonzero(is_accent.sum(axis=1) > 300)
    assert len(rows) >= 20, "no button as wide and high as the style sheet makes it"
