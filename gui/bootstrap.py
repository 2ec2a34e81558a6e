"""Builds the application from its settings; the only place that knows every part."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication

from gui.binding_check import require_sound_binding
from gui.errors import TerminalError
from gui.lane_api_client import LaneApiClient
from gui.lane_session import LaneSession
from gui.main_window import MainWindow
from gui.settings import TerminalSettings, read_password
from gui.translation import Translation

NO_DISPLAY = (
    "no display: set DISPLAY or WAYLAND_DISPLAY, or start under Xvfb (xvfb-run kechid-terminal …), "
    "or without any window: QT_QPA_PLATFORM=offscreen"
)
UNSEEN_PLATFORMS = ("offscreen", "minimal", "vnc", "linuxfb", "eglfs")


def require_display(environment: dict[str, str]) -> None:
    """Raise `TerminalError` where Qt would abort the process for want of a display."""
    platform = environment.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if platform in UNSEEN_PLATFORMS or environment.get("WAYLAND_DISPLAY"):
        return
    display = environment.get("DISPLAY", "")
    if not display:
        raise TerminalError(NO_DISPLAY)
    number = display.removeprefix("unix").partition(":")[2].partition(".")[0]
    if display.startswith((":", "unix:")) and not _has_server(number):
        raise TerminalError(f"DISPLAY {display}: no display server answers there; {NO_DISPLAY}")


def _has_server(number: str) -> bool:
    """Tell whether a local display server has that number."""
    return Path(f"/tmp/.X11-unix/X{number}").exists()  # noqa: S108


def make_application() -> QApplication:
    """Make Qt's application, once."""
    require_sound_binding()
    require_display(dict(os.environ))
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication([sys.argv[0]])
    application.setApplicationName("kechid-terminal")
    application.setStyle("Fusion")
    return application


def make_window(settings: TerminalSettings, application: QApplication) -> MainWindow:
    """Build the window and its session; nobody is logged in yet."""
    session = LaneSession(LaneApiClient(settings.lane))
    return MainWindow(session, settings.window, Translation(application))


def log_in_by_itself(window: MainWindow, settings: TerminalSettings) -> Callable[[], None] | None:
    """Return what logs the configured officer in; None when somebody has to type."""
    password = read_password(settings.officer)
    officer_id = settings.officer.id
    if password is None or officer_id is None:
        return None
    return lambda: window.login.log_in(officer_id, password)
