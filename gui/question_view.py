"""The question under review and its three answers; no name, no score, no default button."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from gui import words
from gui.named import named
from gui.phrase import Phrase
from gui.plain_figures import expected_false_alarms
from gui.translation import say
from sync.lane_messages import AlertView
from sync.messages import Answer

FAKE_BELOW = 0.5
"""Bona fide score below which the guard is told, where an edge states no threshold of its pack."""
COVERED = "covered"
ANSWER_KEYS = {Answer.SAME: "1", Answer.NOT_SAME: "2", Answer.UNSURE: "3"}


class QuestionView(QWidget):
    """Question, buttons, and below them what helps to decide without leading."""

    answered = Signal(str)
    """The value of an `Answer`."""

    def __init__(self) -> None:
        """Empty until `show_alert`."""
        super().__init__()
        self._alert: AlertView | None = None
        self._hint_phrase: Phrase | None = None
        self._is_correcting = False
        self._question = named(QLabel(wordWrap=True), "question")
        self._hint = named(QLabel(wordWrap=True), "hint")
        self._warning = named(QLabel(wordWrap=True), "warning")
        self._figures = named(QLabel(wordWrap=True), "dim")
        self._buttons = {answer: self._button(answer) for answer in ANSWER_KEYS}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for widget in (self._question, *self._buttons.values(), self._hint, self._warning):
            column.addWidget(widget)
        column.addStretch(1)
        column.addWidget(self._figures)

    def _button(self, answer: Answer) -> QPushButton:
        """Make a large button; none of them is ever the default."""
        button = named(QPushButton(autoDefault=False), "answer-button")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self.answered.emit(answer.value))
        return button

    def show_alert(self, alert: AlertView, *, is_correcting: bool) -> None:
        """Ask about an alert."""
        self._alert, self._is_correcting = alert, is_correcting
        self.retranslate()

    def show_hint(self, hint: Phrase | None) -> None:
        """Say why an answer would not count now; None takes it away."""
        if hint != self._hint_phrase:
            self._hint_phrase = hint
            self._hint.setText(say(hint) if hint else "")
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for the height that the words need at this width: none of them may be cut."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Take the height of the broken lines as the least."""
        layout = self.layout()
        if layout is not None and self.width() > 100:
            self.setMinimumHeight(layout.totalHeightForWidth(self.width()))

    def changeEvent(self, event: QEvent) -> None:
        """Speak another language at once."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Word everything anew."""
        self._question.setText(say(words.CORRECTING if self._is_correcting else words.QUESTION))
        for answer, button in self._buttons.items():
            button.setText(f"{ANSWER_KEYS[answer]}    {say(words.ANSWERS[answer])}")
        self._hint.setText(say(self._hint_phrase) if self._hint_phrase else "")
        if self._alert is None:
            return
        warnings = _warnings(self._alert)
        self._warning.setText("\n".join(map(say, warnings)))
        self._warning.setVisible(bool(warnings))
        alert = self._alert
        figures = say(
            expected_false_alarms(alert.expected_false_alarms_per_day, is_upper_bound=alert.is_upper_bound)
        )
        self._figures.setText(f"{say(words.LEAD_ONLY)} {figures}")
        self._fit()


def _warnings(alert: AlertView) -> list[str]:
    """Say what may mislead whoever compares."""
    said = [words.FACE_COVERED] if COVERED in alert.face_hints else []
    return [*said, words.FAKE_FACE] if _looks_false(alert) else said


def _looks_false(alert: AlertView) -> bool:
    threshold = FAKE_BELOW if alert.attack_hint_threshold is None else alert.attack_hint_threshold
    return alert.bona_fide_score is not None and alert.bona_fide_score < threshold
