"""The keys, over everything else."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from gui import words
from gui.named import named
from gui.translation import say

KEYS = (
    ("1", words.KEY_SAME),
    ("2", words.KEY_NOT_SAME),
    ("3", words.KEY_UNSURE),
    ("C", words.KEY_CORRECT),
    ("R", words.KEY_REASON),
    ("↑  ↓", words.KEY_WALK),
    ("←  →", words.KEY_REFERENCE),
    ("N", words.KEY_NEXT_OPEN),
    ("O  O", words.KEY_BARRIER),
    ("H", words.KEY_HOLD),
    ("F2  F3  F4", words.KEY_LANGUAGE),
    ("F6", words.KEY_THEME),
    ("Ctrl + L", words.KEY_LOG_OUT),
    ("Esc", words.KEY_ESCAPE),
    ("F1", words.KEY_HELP),
)


class HelpView(QWidget):
    """Covers its parent while it is shown; a click or F1 takes it away."""

    def __init__(self, parent: QWidget) -> None:
        """Hidden until asked for."""
        super().__init__(parent)
        self.setObjectName("help")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title = named(QLabel(), "title")
        self._texts = [QLabel() for _key in KEYS]
        card = named(QFrame(), "card")
        grid = QGridLayout(card)
        grid.setContentsMargins(28, 22, 28, 22)
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(7)
        grid.addWidget(self._title, 0, 0, 1, 2)
        for number, (key, _source) in enumerate(KEYS, start=1):
            cap = named(QLabel(key, alignment=Qt.AlignmentFlag.AlignCenter), "key")
            grid.addWidget(cap, number, 0)
            grid.addWidget(self._texts[number - 1], number, 1)
        outer = QVBoxLayout(self)
        outer.addWidget(card, 0, Qt.AlignmentFlag.AlignCenter)
        self.retranslate()
        self.hide()

    def toggle(self) -> None:
        """Show or hide."""
        self.setVisible(not self.isVisible())
        self.raise_()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go away."""
        del event
        self.hide()

    def changeEvent(self, event: QEvent) -> None:
        """Speak another language at once."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Word everything anew."""
        self._title.setText(say(words.KEYS))
        for label, (_key, source) in zip(self._texts, KEYS, strict=True):
            label.setText(say(source))
