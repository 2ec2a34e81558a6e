"""The lane is blind: a banner that nobody overlooks, gone as soon as the connection heals."""

import time

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gui import words
from gui.lane_session import LaneSession
from gui.named import named
from gui.phrase import phrase
from gui.translation import say

PATIENCE_S = 1.5
"""A first connection may take this long before it counts as lost."""


class BlindView(QWidget):
    """Shown while the session has no connection."""

    def __init__(self, session: LaneSession) -> None:
        """Hidden while all is well."""
        super().__init__()
        self.setObjectName("blind")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self._title = named(QLabel(alignment=Qt.AlignmentFlag.AlignCenter), "blind-title")
        self._since = named(QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True), "blind-text")
        self._healing = named(QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True), "blind-text")
        column = QVBoxLayout(self)
        column.setSpacing(2)
        for label in (self._title, self._since, self._healing):
            column.addWidget(label)
        session.connection_changed.connect(self.refresh)
        session.logged_out.connect(lambda _reason: self.refresh())
        self._timer = QTimer(self, interval=500)
        self._timer.timeout.connect(self.refresh)
        self._timer.start()
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Speak another language at once."""
        if event.type() == QEvent.Type.LanguageChange:
            self.refresh()
        super().changeEvent(event)

    def refresh(self) -> None:
        """Show or hide, and count the seconds."""
        seconds = time.monotonic() - self._session.lost_at_s
        is_new = self._session.state is None
        is_blind = self._session.officer is not None and not self._session.is_connected
        self.setVisible(is_blind and (seconds > PATIENCE_S or not is_new))
        self._title.setText(say(words.LANE_BLIND))
        self._since.setText(say(phrase(words.LANE_BLIND_SINCE, seconds=f"{seconds:.0f}")))
        self._healing.setText(say(words.LANE_BLIND_HEALING))
