"""What follows an answer: who it is, what to do, on whose authority."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui import words
from gui.alert_list import AlertRow
from gui.named import named
from gui.phrase import Phrase, phrase
from gui.translation import say, upper
from sync.lane_messages import AlertView, CrossingNotice
from sync.messages import Answer


class SubjectView(QWidget):
    """Shows nothing of a subject that the lane has not disclosed."""

    reason_given = Signal(str)
    correction_asked = Signal()

    def __init__(self) -> None:
        """Empty until `show_row`."""
        super().__init__()
        self._row: AlertRow | None = None
        self._answer = named(QLabel(wordWrap=True), "answer")
        self._name = named(QLabel(wordWrap=True), "name")
        self._notice = named(QLabel(wordWrap=True), "notice")
        self._heading = named(QLabel(), "heading")
        self._instructions = named(QLabel(wordWrap=True), "instructions")
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(12)
        self._facts.setVerticalSpacing(3)
        self._reason = QLineEdit()
        self._save = QPushButton()
        self._correct = QPushButton()
        for label in (self._answer, self._name, self._instructions):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._lay_out()
        self._wire()

    def _wire(self) -> None:
        """Connect the field and the buttons."""
        self._reason.setMaxLength(500)
        self._reason.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._reason.returnPressed.connect(self._give_reason)
        self._save.clicked.connect(self._give_reason)
        self._correct.clicked.connect(self.correction_asked.emit)

    def _lay_out(self) -> None:
        """Everything scrolls but the reason field."""
        inner = named(QWidget(), "clear")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 8, 0)
        for widget in (self._answer, self._name, self._heading, self._instructions, self._notice):
            column.addWidget(widget)
        column.addLayout(self._facts)
        column.addStretch(1)
        scroll = named(QScrollArea(widgetResizable=True), "clear")
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        foot = QHBoxLayout()
        foot.addWidget(self._reason, 1)
        foot.addWidget(self._save)
        foot.addWidget(self._correct)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll, 1)
        outer.addLayout(foot)

    def show_row(self, row: AlertRow) -> None:
        """Show an answered alert."""
        if self._row is None or row.alert.alert_id != self._row.alert.alert_id:
            self._reason.clear()
        self._row = row
        self.retranslate()

    def write_reason(self) -> None:
        """Put the cursor into the reason field."""
        self._reason.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def changeEvent(self, event: QEvent) -> None:
        """Speak another language at once."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Word everything anew."""
        self._reason.setPlaceholderText(say(words.REASON))
        self._reason.setAccessibleName(say(words.REASON))
        self._save.setText(say(words.SAVE_REASON))
        self._correct.setText(say(words.CORRECT))
        self._heading.setText(upper(say(words.INSTRUCTIONS)))
        if self._row is not None:
            self._fill(self._row)

    def _fill(self, row: AlertRow) -> None:
        """Show answer, subject and facts as far as they are known."""
        subject = row.alert.subject if row.alert.decisions else None
        self._answer.setText(_answer_words(row))
        self._name.setText(subject.display_name if subject else "")
        self._instructions.setText(subject.instructions if subject else "")
        self._notice.setText(say(words.SUPERVISOR_NEXT if subject else words.ANSWER_KEPT))
        self._notice.setVisible(subject is None or row.answer is not Answer.NOT_SAME)
        self._name.setVisible(subject is not None)
        for widget in (self._heading, self._instructions):
            widget.setVisible(subject is not None and bool(subject.instructions))
        self._show_facts(_facts(row.alert) if subject else [])

    def _show_facts(self, facts: list[tuple[str, str]]) -> None:
        """Put label and value pairs into the grid."""
        while (item := self._facts.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for number, (label, value) in enumerate(facts):
            shown = QLabel(value, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
            self._facts.addWidget(named(QLabel(label), "dim"), number, 0, Qt.AlignmentFlag.AlignTop)
            self._facts.addWidget(shown, number, 1)
        self._facts.setColumnStretch(1, 1)

    def _give_reason(self) -> None:
        """Hand the remark over once."""
        text = self._reason.text().strip()
        if text:
            self.reason_given.emit(text)
            self._reason.clear()
        self._reason.clearFocus()


def _answer_words(row: AlertRow) -> str:
    """Return the answers given so far, the latest last, each with who and when."""
    said = [
        say(
            phrase(
                words.ANSWERED,
                answer=phrase(words.ANSWERS[decision.answer]),
                officer=decision.officer_id,
                time=decision.decided_at,
            )
        )
        + (f"\n“{decision.reason}”" if decision.reason else "")
        for decision in row.alert.decisions
    ]
    if row.waiting is not None:
        said.append(say(phrase(words.ANSWER_WAITING, answer=phrase(words.ANSWERS[row.waiting]))))
    return "\n".join(said[-3:])


def _facts(alert: AlertView) -> list[tuple[str, str]]:
    """Return what may be told once the answer is given."""
    subject = alert.subject
    if subject is None:
        return []
    score = phrase(words.SCORE_OF, score=alert.comparison_score, threshold=alert.threshold)
    listed = phrase(words.LIST_VERSION, title=alert.list_title, version=str(alert.list_version))
    pairs: list[tuple[str, str | Phrase]] = [
        *((words.FREQUENT_CROSSER, _crossings(notice)) for notice in alert.notices),
        (words.CATEGORY, phrase(words.CATEGORIES.get(subject.category, subject.category))),
        (words.AUTHORITY, subject.authority),
        (words.LEGAL_BASIS, subject.legal_basis),
        (words.LIST, listed),
        (words.SCORE, score),
    ]
    return [(say(label), value if isinstance(value, str) else say(value)) for label, value in pairs if value]


def _crossings(notice: CrossingNotice) -> Phrase:
    """Word a rule on confirmed crossings that is fulfilled."""
    hours = notice.within_hours
    known = words.WINDOWS.get(hours)
    window = phrase(known) if known else phrase(words.WINDOW_HOURS, hours=str(hours))
    return phrase(
        words.FREQUENT_CROSSINGS,
        notice.crossings,
        window=window,
        entries=str(notice.entries),
        exits=str(notice.exits),
    )
