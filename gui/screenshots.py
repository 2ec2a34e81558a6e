"""Saves the window as PNG, whole or not at all; SIGUSR1 asks for one from outside."""

import logging
import signal
import socket
from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, QSaveFile, QSocketNotifier
from PySide6.QtWidgets import QWidget

from gui.errors import TerminalError

_LOG = logging.getLogger(__name__)


def save_screenshot(window: QWidget, path: Path) -> None:
    """Write the window to `path` atomically. Raises `TerminalError` when it cannot be written."""
    file = QSaveFile(str(path))
    is_written = (
        file.open(QSaveFile.OpenModeFlag.WriteOnly) and window.grab().save(file, "PNG") and file.commit()
    )
    if not is_written:
        raise TerminalError(f"screenshot {path}: {file.errorString()}")
    _LOG.info("screenshot %s", path)


class ProcessSignals(QObject):
    """Brings signals into Qt's loop, which otherwise would not notice them while it sleeps."""

    def __init__(self, parent: QObject, handlers: Mapping[int, Callable[[], None]]) -> None:
        """Call a handler in the window's thread whenever its signal comes."""
        super().__init__(parent)
        self._handlers = handlers
        self._reader, self._writer = socket.socketpair()
        for end in (self._reader, self._writer):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)
        self._before_fd = signal.set_wakeup_fd(self._writer.fileno())
        self._before = {number: signal.signal(number, _noted) for number in handlers}

    def close(self) -> None:
        """Put everything back as it was."""
        signal.set_wakeup_fd(self._before_fd)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._notifier.setEnabled(False)
        self._reader.close()
        self._writer.close()

    def _read(self) -> None:
        """Every byte is the number of a signal."""
        for number in self._reader.recv(64):
            if number in self._handlers:
                self._handlers[number]()


def _noted(number: int, frame: object) -> None:
    """Exist, so that the signal neither ends the process nor is lost: the wake-up descriptor tells it."""
    del number, frame


def numbered(folder: Path) -> Path:
    """Return the next free name in `folder`."""
    taken = [int(p.stem.rpartition("-")[2]) for p in folder.glob("terminal-*.png") if _ends_in_number(p)]
    return folder / f"terminal-{max(taken, default=0) + 1:03d}.png"


def _ends_in_number(path: Path) -> bool:
    """Tell our own names from others'."""
    return path.stem.rpartition("-")[2].isdigit()
