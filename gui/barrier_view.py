"""The barrier's buttons: opening takes two presses, and nothing else opens it."""

import time

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from gui import words
from gui.barrier_confirmation import LONGEST_S, BarrierConfirmation
from gui.translation import say


class BarrierView(QWidget):
    """Turns presses of button or key into commands."""

    commanded = Signal(str)
    """``open`` or ``hold``."""

    def __init__(self) -> None:
        """Disarmed."""
        super().__init__()
        self._confirmation = BarrierConfirmation()
        self._open, self._hold = QPushButton(), QPushButton()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for button in (self._open, self._hold):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            row.addWidget(button, 1)
        self._open.clicked.connect(self.press_open)
        self._hold.clicked.connect(self.hold)
        self._timer = QTimer(self, singleShot=True, interval=round(LONGEST_S * 1000) + 50)
        self._timer.timeout.connect(self.retranslate)
        self.retranslate()

    @property
    def is_armed(self) -> bool:
        """Whether a second press would open the barrier now."""
        return self._confirmation.is_asking(time.monotonic())

    def press_open(self) -> None:
        """Arm, or open on the second press."""
        self._confirmation, is_confirmed = self._confirmation.press(time.monotonic())
        self._timer.start()
        self.retranslate()
        if is_confirmed:
            self.commanded.emit("open")

    def hold(self) -> None:
        """Hold at once: stopping needs no confirmation."""
        self._confirmation = BarrierConfirmation()
        self.retranslate()
        self.commanded.emit("hold")

    def changeEvent(self, event: QEvent) -> None:
        """Speak another language at once."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Word everything anew, and show whether the button is armed."""
        self._open.setText(f"O   {say(words.BARRIER_AGAIN if self.is_armed else words.OPEN_BARRIER)}")
        self._hold.setText(f"H   {say(words.HOLD_BARRIER)}")
        self._hold.setVisible(not self.is_armed)
        self._open.setObjectName("armed" if self.is_armed else "")
        self._open.style().polish(self._open)
