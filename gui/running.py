"""Runs the window until it is closed, or until its picture is taken."""

import argparse
import logging
import signal
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from gui import words
from gui.errors import TerminalError
from gui.main_window import MainWindow
from gui.phrase import Phrase
from gui.screenshots import ProcessSignals, numbered, save_screenshot

LOGIN_AGAIN_MS = 2000
_LOG = logging.getLogger(__name__)


def run_window(
    application: QApplication,
    window: MainWindow,
    log_in: Callable[[], None] | None,
    options: argparse.Namespace,
) -> int:
    """Show the window and return the process's exit code."""

    def take_picture() -> None:
        if options.screenshots is None:
            _LOG.warning("SIGUSR1 without --screenshots DIR")
        else:
            _try_screenshot(window, numbered(options.screenshots))

    handlers: dict[int, Callable[[], None]] = {
        signal.SIGUSR1: take_picture,
        signal.SIGTERM: application.quit,
        signal.SIGINT: application.quit,
    }
    signals = ProcessSignals(window, handlers)
    _show(window)
    if log_in is not None:
        _keep_logged_in(window, log_in)
    if options.screenshot is not None:
        _end_with_screenshot(application, window, options)
    try:
        return application.exec()
    finally:
        signals.close()
        window.session.shut()


def _show(window: MainWindow) -> None:
    """Show, raise and take the keyboard, also where no window manager gives it."""
    if window.is_full_screen_wanted:
        window.showFullScreen()
    else:
        window.show()
    window.raise_()
    window.activateWindow()


def _keep_logged_in(window: MainWindow, log_in: Callable[[], None]) -> None:
    """Log in now, while the lane is away, and after a session; never with a wrong password."""

    def refused(why: Phrase) -> None:
        if why.source in {words.LOGIN_NO_LANE, words.LOGIN_REFUSED}:
            QTimer.singleShot(LOGIN_AGAIN_MS, window, log_in)

    def ended(why: Phrase | None) -> None:
        if why is not None:
            QTimer.singleShot(LOGIN_AGAIN_MS, window, log_in)

    window.session.login_refused.connect(refused)
    window.session.logged_out.connect(ended)
    log_in()


def _try_screenshot(window: MainWindow, path: Path) -> bool:
    """Save a picture; the terminal goes on when it cannot."""
    try:
        save_screenshot(window, path)
    except TerminalError as error:
        _LOG.error("%s", error)
        return False
    return True


def _end_with_screenshot(application: QApplication, window: MainWindow, options: argparse.Namespace) -> None:
    """Take one picture after a while, then end."""

    def finish() -> None:
        application.exit(0 if _try_screenshot(window, options.screenshot) else 1)

    QTimer.singleShot(round(options.after_s * 1000), window, finish)
