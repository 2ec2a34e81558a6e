"""The visual twin of the alert tone: the window's edge flashes, for those who do not hear it."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui.theme import Theme

FLASHES = 8
HALF_PERIOD_MS = 300
"""Slower than three flashes a second (WCAG 2.2, 2.3.1)."""


class AlertFlash(QWidget):
    """A frame over its parent that lets every click through."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        """Invisible until `flash`."""
        super().__init__(parent)
        self.theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._left = 0
        self._timer = QTimer(self, interval=HALF_PERIOD_MS)
        self._timer.timeout.connect(self._step)
        self.hide()

    @property
    def is_flashing(self) -> bool:
        """Whether an alert has just come."""
        return self._left > 0

    def flash(self) -> None:
        """Flash a few times, from the start when it flashes already."""
        self._left = 2 * FLASHES
        self.raise_()
        self.show()
        self._timer.start()

    def stop(self) -> None:
        """Stop at once: the officer has seen it."""
        self._left = 0
        self._timer.stop()
        self.hide()

    def _step(self) -> None:
        """On, off, on, off."""
        self._left -= 1
        self.setVisible(self._left % 2 == 0)
        if self._left <= 0:
            self.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the edge."""
        del event
        painter = QPainter(self)
        painter.setPen(QPen(QColor(self.theme.bad), 14))
        painter.drawRect(self.rect())
        painter.end()
