"""The line on top: which lane, who sits here, which language, what time it is."""

from datetime import datetime

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from gui import words
from gui.lane_session import LaneSession
from gui.named import named
from gui.phrase import Phrase, phrase
from gui.settings import Language
from gui.translation import say, say_time, upper

MESSAGE_MS = 4500


class HeaderView(QWidget):
    """Also where short messages appear, for a few seconds each."""

    language_chosen = Signal(str)
    help_asked = Signal()

    def __init__(self, session: LaneSession) -> None:
        """Names nobody until somebody has logged in."""
        super().__init__()
        self.setObjectName("header")
        self._session = session
        self._message_phrase: Phrase | None = None
        self._lane, self._officer = named(QLabel(), "lane"), named(QLabel(), "dim")
        self._clock = named(QLabel(), "clock")
        self.message = named(QLabel(), "message")
        self._languages = {language: self._language_button(language) for language in Language}
        self._help, self._log_out = QPushButton(), QPushButton()
        self._help.clicked.connect(self.help_asked.emit)
        self._log_out.clicked.connect(self._leave)
        self._lay_out()
        self._message_timer = QTimer(self, singleShot=True, interval=MESSAGE_MS)
        self._message_timer.timeout.connect(lambda: self.show_message(None, is_bad=False))
        self._clock_timer = QTimer(self, interval=1000)
        self._clock_timer.timeout.connect(self._tell_time)
        self._clock_timer.start()
        session.state_changed.connect(self._name)
        session.logged_in.connect(self.retranslate)
        self.show_message(None, is_bad=False)
        self.retranslate()

    def _language_button(self, language: Language) -> QPushButton:
        """Make a button that names its language by its own code."""
        button = QPushButton(upper(language))
        button.setCheckable(True)
        button.setAccessibleName(language.name.title())
        button.clicked.connect(lambda: self.language_chosen.emit(language.value))
        return button

    def _lay_out(self) -> None:
        """Lane, officer, message in the middle, buttons, clock."""
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.addWidget(self._lane)
        row.addSpacing(10)
        row.addWidget(self._officer)
        row.addStretch(1)
        row.addWidget(self.message)
        row.addStretch(1)
        for button in (*self._languages.values(), self._help, self._log_out):
            button.setFocusPolicy(self.focusPolicy())
            row.addWidget(button)
        row.addSpacing(10)
        row.addWidget(self._clock)

    def _leave(self) -> None:
        """Log out: the officer's own wish."""
        self._session.log_out()

    def show_message(self, message: Phrase | None, *, is_bad: bool) -> None:
        """Show a short message, or take it away."""
        self._message_phrase = message
        self.message.setText(say(message) if message else "")
        self.message.setVisible(message is not None)
        self.message.setProperty("bad", is_bad)
        self.message.style().polish(self.message)
        if message is not None:
            self._message_timer.start()

    def mark_language(self, language: Language) -> None:
        """Show which language is spoken."""
        for known, button in self._languages.items():
            button.setChecked(known is language)

    def changeEvent(self, event: QEvent) -> None:
        """Speak another language at once."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Word everything anew."""
        self._help.setText(f"F1  {say(words.HELP)}")
        self._log_out.setText(say(words.LOG_OUT))
        self.message.setText(say(self._message_phrase) if self._message_phrase else "")
        self._name()
        self._tell_time()

    def _name(self) -> None:
        """Name lane and officer."""
        state, officer = self._session.state, self._session.officer
        self._lane.setText(say(phrase(words.LANE, lane=state.lane_id)) if state else say(words.APPLICATION))
        role = say(words.ROLES.get(officer.role, officer.role)) if officer else ""
        self._officer.setText(f"{officer.display_name} · {role}" if officer else "")

    def _tell_time(self) -> None:
        """Tell this terminal's time."""
        self._clock.setText(say_time(datetime.now().astimezone()))
