import os
import signal
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel

from gui.errors import TerminalError
from gui.screenshots import ProcessSignals, numbered, save_screenshot
from tests.gui.waiting import Waiting


def test_a_picture_is_whole(tmp_path: Path, qtbot: Waiting) -> None:
    label = QLabel("Keçid")
    qtbot.addWidget(label)
    save_screenshot(label, tmp_path / "a.png")
    assert not QImage(str(tmp_path / "a.png")).isNull()
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, qtbot: Waiting) -> None:
    label = QLabel("Keçid")
    qtbot.addWidget(label)
    with pytest.raises(TerminalError, match=r"none/a\.png"):
        save_screenshot(label, tmp_path / "none" / "a.png")


def test_pictures_are_numbered_after_the_last(tmp_path: Path) -> None:
    assert numbered(tmp_path).name == "terminal-001.png"
    for name in ("terminal-007.png", "terminal-x.png", "other-100.png"):
        (tmp_path / name).touch()
    assert numbered(tmp_path).name == "terminal-008.png"


def test_a_signal_reaches_the_window_and_leaves_no_trace(qtbot: Waiting) -> None:
    before, heard = signal.getsignal(signal.SIGUSR1), []
    owner = QObject()
    signals = ProcessSignals(owner, {signal.SIGUSR1: lambda: heard.append(1)})
    os.kill(os.getpid(), signal.SIGUSR1)
    qtbot.waitUntil(lambda: heard == [1])
    signals.close()
    assert signal.getsignal(signal.SIGUSR1) == before
