"""Plays the alert tone with a player of the system; QtMultimedia is not installed on a terminal."""

from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QStandardPaths, QTemporaryDir
from PySide6.QtWidgets import QApplication

from gui.tone import alert_tone

PLAYERS = (("pw-play", ()), ("paplay", ()), ("aplay", ("-q",)))


class AlertSound(QObject):
    """Silent when told so; the bell of the display where no player is found."""

    def __init__(self, parent: QObject, *, is_on: bool) -> None:
        """Look for a player once."""
        super().__init__(parent)
        self._is_on = is_on
        self._folder = QTemporaryDir()
        self._file = self._folder.filePath("alert.wav")
        found = ((QStandardPaths.findExecutable(name), options) for name, options in PLAYERS)
        self._player = next(((path, options) for path, options in found if path), None)
        if is_on and self._player is not None:
            Path(self._file).write_bytes(alert_tone())

    def play(self) -> None:
        """Sound once, without waiting."""
        if not self._is_on:
            return
        if self._player is None:
            QApplication.beep()
            return
        program, options = self._player
        QProcess.startDetached(program, [*options, self._file])
