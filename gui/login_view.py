"""Who sits here: officer number and password, checked by the lane, also without the uplink."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from gui import words
from gui.lane_session import LaneSession
from gui.named import named
from gui.phrase import Phrase, phrase
from gui.theme import scaled
from gui.translation import say

LANGUAGES = "F2 Azərbaycanca   ·   F3 Русский   ·   F4 English"
"""Each in its own language, for whoever cannot read the one on the screen."""


class LoginView(QWidget):
    """A card in the middle of the window."""

    def __init__(self, session: LaneSession, font_scale: float) -> None:
        """Ready to type."""
        super().__init__()
        self.setObjectName("login")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self._message_phrase: Phrase | None = None
        self._is_busy = False
        self._title = named(QLabel(), "login-title")
        self._officer = QLineEdit(maxLength=64)
        self._password = QLineEdit(maxLength=256, echoMode=QLineEdit.EchoMode.Password)
        self._button = named(QPushButton(), "primary")
        self._message = named(QLabel(wordWrap=True), "login-message")
        self._kept = named(QLabel(wordWrap=True), "warning")
        self._lay_out(scaled(380, font_scale))
        for field in (self._officer, self._password):
            field.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
            field.returnPressed.connect(self._submit)
        self._button.clicked.connect(self._submit)
        session.login_refused.connect(self._refuse)
        session.logged_in.connect(self._clear)
        session.logged_out.connect(self._ask_again)
        self.retranslate()

    def _lay_out(self, width: int) -> None:
        """One column in a card."""
        card = named(QFrame(), "card")
        card.setFixedWidth(width)
        column = QVBoxLayout(card)
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(12)
        languages = named(QLabel(LANGUAGES, alignment=Qt.AlignmentFlag.AlignCenter), "dim")
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for widget in (self._title, self._officer, self._password, self._button, self._message, self._kept):
            column.addWidget(widget)
        column.addWidget(languages)
        outer = QVBoxLayout(self)
        outer.addWidget(card, 0, Qt.AlignmentFlag.AlignCenter)

    def log_in(self, officer_id: str, password: str) -> None:
        """Log in without typing: the locked kiosk."""
        self._officer.setText(officer_id)
        self._password.setText(password)
        self._submit()

    def showEvent(self, event: QShowEvent) -> None:
        """Put the cursor where typing begins."""
        (self._password if self._officer.text() else self._officer).setFocus()
        super().showEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Speak another language at once."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Word everything anew."""
        self._title.setText(say(words.APPLICATION))
        for field, source in ((self._officer, words.OFFICER), (self._password, words.PASSWORD)):
            field.setPlaceholderText(say(source))
            field.setAccessibleName(say(source))
        self._button.setText(say(words.LOGGING_IN if self._is_busy else words.LOG_IN))
        self._message.setText(say(self._message_phrase) if self._message_phrase else "")
        count = len(self._session.pending.items)
        self._kept.setText(say(phrase(words.ANSWERS_WAITING, count=count)))
        self._kept.setVisible(count > 0)

    def _submit(self) -> None:
        """Ask the lane, once at a time."""
        if self._is_busy:
            return
        officer_id, password = self._officer.text().strip(), self._password.text()
        if not officer_id or not password:
            self._show(phrase(words.LOGIN_EMPTY), is_busy=False)
            return
        self._show(None, is_busy=True)
        self._session.log_in(officer_id, password)

    def _refuse(self, why: Phrase) -> None:
        """Say why not; the password is typed anew."""
        self._show(why, is_busy=False)
        self._password.clear()
        self._password.setFocus()

    def _clear(self) -> None:
        """Keep no password once it has done its work."""
        self._password.clear()
        self._show(None, is_busy=False)

    def _ask_again(self, why: Phrase | None) -> None:
        """Begin anew; after a log-out the next officer is somebody else."""
        if why is None:
            self._officer.clear()
        self._show(why, is_busy=False)

    def _show(self, message: Phrase | None, *, is_busy: bool) -> None:
        """Set message and button."""
        self._message_phrase, self._is_busy = message, is_busy
        self._button.setEnabled(not is_busy)
        self.retranslate()
