"""Waits for a condition with a deadline, never for a time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

POLL_S = 0.2


class DemoError(Exception):
    """The demo cannot go on; the message says what failed and where to look."""


def wait_for(what: str, condition: Callable[[], T | None], timeout_s: float = 60.0) -> T:
    """Return the first truthy value of `condition`; raises `DemoError` naming `what` after `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(POLL_S)
    raise DemoError(f"waited {timeout_s:.0f} s in vain for {what}")
