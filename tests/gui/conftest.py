"""Qt without a display, and a lane to talk to."""

import os
from collections.abc import Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from gui.bootstrap import make_application, make_window
from gui.main_window import MainWindow
from gui.settings import LaneSettings, Language, TerminalSettings, WindowSettings
from tests.gui.fake_lane import PASSWORD, FakeLane
from tests.gui.waiting import Waiting


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Ignore a warning of the offscreen plugin about size hints that means nothing."""
    for item in items:
        if "tests/gui" in item.path.as_posix():
            item.add_marker(pytest.mark.qt_log_ignore("does not support propagateSizeHints"))


@pytest.fixture
def lane() -> Iterator[FakeLane]:
    """Start a fake lane."""
    fake = FakeLane()
    fake.start()
    yield fake
    fake.stop()


def open_window(lane: FakeLane, qtbot: Waiting, settings: WindowSettings) -> MainWindow:
    """Open a terminal of that lane."""
    terminal = TerminalSettings(lane=LaneSettings(url=lane.url), window=settings)
    made = make_window(terminal, make_application())
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def window(lane: FakeLane, qtbot: Waiting) -> Iterator[MainWindow]:
    """Open the terminal in English, log-in on the screen."""
    made = open_window(lane, qtbot, WindowSettings(language=Language.ENGLISH, sound=False))
    yield made
    made.session.shut()
    made.lane.clear()


@pytest.fixture
def terminal(window: MainWindow, qtbot: Waiting) -> MainWindow:
    """Log an officer in and wait for the lane."""
    window.login.log_in("officer-7", PASSWORD)
    qtbot.waitUntil(lambda: window.session.is_connected and window.session.state is not None)
    return window
