"""Tells systemd how this process is doing (sd_notify(3)); without systemd every call does nothing."""

import logging
import os
import socket

_log = logging.getLogger(__name__)


def ready() -> None:
    """Say that start-up is complete."""
    _send("READY=1")


def watchdog() -> None:
    """Say that the process still makes progress."""
    _send("WATCHDOG=1")


def status(text: str) -> None:
    """Show one line in ``systemctl status``."""
    _send("STATUS=" + text.replace("\n", " "))


def stopping() -> None:
    """Say that the process is on its way out."""
    _send("STOPPING=1")


def _send(line: str) -> None:
    path = os.environ.get("NOTIFY_SOCKET", "")
    if not path:
        return
    # A leading @ means Linux's abstract namespace, which starts with a zero byte.
    address = "\0" + path[1:] if path.startswith("@") else path
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            channel.sendto(line.encode(), address)
    except OSError as error:
        _log.warning("systemd cannot be told %s: %s", line.partition("=")[0], error.strerror)
