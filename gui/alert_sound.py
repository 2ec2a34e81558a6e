"""Plays the alert tone with a player of the system; QtMultimedia is not installed on a terminal."""

import os
import weakref

from PySide6.QtCore import QObject, QProcess, QStandardPaths
from PySide6.QtWidgets import QApplication

from gui.tone import alert_tone

PLAYERS = (("pw-play", ()), ("paplay", ()), ("aplay", ("-q",)))


class AlertSound(QObject):
    """Silent when told so; the bell of the display where no player is found."""

    def __init__(self, parent: QObject, *, is_on: bool) -> None:
        """Look for a player once."""
        super().__init__(parent)
        self._is_on = is_on
        found = ((QStandardPaths.findExecutable(name), options) for name, options in PLAYERS)
        self._player = next(((path, options) for path, options in found if path), None)
        # In memory, under a name a player can open: nothing lies about when the terminal is killed.
        self._tone = os.memfd_create("alert.wav")
        weakref.finalize(self, os.close, self._tone)
        with os.fdopen(self._tone, "wb", closefd=False) as file:
            file.write(alert_tone())

    def play(self) -> None:
        """Sound once, without waiting."""
        if not self._is_on:
            return
        if self._player is None:
            QApplication.beep()
            return
        program, options = self._player
        QProcess.startDetached(program, [*options, f"/proc/{os.getpid()}/fd/{self._tone}"])
