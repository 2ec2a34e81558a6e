"""The one window of a lane: log-in, or picture, alerts, adjudication and strip."""

from collections.abc import Callable

from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from gui import words
from gui.alert_flash import AlertFlash
from gui.alert_list import AlertRow
from gui.alert_list_view import AlertListView
from gui.alert_sound import AlertSound
from gui.barrier_view import BarrierView
from gui.blind_view import BlindView
from gui.checkpoint_view import CheckpointView
from gui.header_view import HeaderView
from gui.help_view import HelpView
from gui.lane_session import LaneSession
from gui.lane_view import LaneView
from gui.login_view import LoginView
from gui.named import named
from gui.phrase import Phrase, phrase
from gui.review_view import ReviewView
from gui.settings import Language, ThemeName, WindowSettings
from gui.theme import THEMES, scaled, stylesheet
from gui.translation import Translation, say
from sync.lane_messages import AlertView
from sync.messages import Answer

LIST_WIDTH = 360


class MainWindow(QMainWindow):
    """Wires the views to the session and the keys to the views."""

    def __init__(self, session: LaneSession, window: WindowSettings, translation: Translation) -> None:
        """Show the log-in first."""
        super().__init__()
        self.session, self._window, self._translation = session, window, translation
        session.setParent(self)
        self._theme_name = window.theme
        theme = THEMES[window.theme]
        self.login = LoginView(session, window.font_scale)
        self.header = HeaderView(session)
        self.blind = BlindView(session)
        self.lane = LaneView(session, window, theme)
        self.alerts = AlertListView(theme, window.font_scale)
        self.barrier = BarrierView()
        self.review = ReviewView(session, theme, mask_faces=window.mask_faces)
        self.strip = CheckpointView(session, theme)
        self.stack = QStackedWidget()
        self._lay_out()
        self.help = HelpView(self)
        self.flash = AlertFlash(theme, self)
        self.sound = AlertSound(self, is_on=window.sound)
        self._actions = self._make_actions()
        self._wire()
        self._apply_theme()
        self.choose_language(window.language)
        self._show_page()
        self.resize(window.width, window.height)

    @property
    def is_full_screen_wanted(self) -> bool:
        """Whether the settings ask for the whole screen."""
        return self._window.full_screen

    def _lay_out(self) -> None:
        """Picture and list above, adjudication below, strip at the foot."""
        right = QWidget()
        right.setFixedWidth(scaled(LIST_WIDTH, self._window.font_scale))
        right_column = QVBoxLayout(right)
        right_column.setContentsMargins(0, 0, 0, 0)
        right_column.addWidget(self.alerts, 1)
        right_column.addWidget(self.barrier)
        upper_row = QHBoxLayout()
        upper_row.setSpacing(10)
        upper_row.addWidget(self.lane, 1)
        upper_row.addWidget(right)
        body = QVBoxLayout()
        body.setContentsMargins(10, 8, 10, 8)
        body.setSpacing(10)
        body.addLayout(upper_row, 10)
        body.addWidget(self.review, 11)
        page = named(QWidget(), "window")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.blind)
        column.addLayout(body, 1)
        column.addWidget(self.strip)
        self.stack.addWidget(self.login)
        self.stack.addWidget(page)
        self.setCentralWidget(self.stack)

    def _wire(self) -> None:
        """Connect what one part tells with what another does."""
        session = self.session
        session.logged_in.connect(self._show_page)
        session.logged_out.connect(lambda _reason: self._show_page())
        session.alerts_changed.connect(self._show_alerts)
        session.alert_raised.connect(self._announce)
        session.answer_refused.connect(lambda _id, why: self.header.show_message(why, is_bad=True))
        session.barrier_answered.connect(self._tell_barrier)
        self.alerts.chosen.connect(self.show_alert)
        self.barrier.commanded.connect(self._command_barrier)
        self.review.refused.connect(lambda why: self.header.show_message(why, is_bad=True))
        self.header.help_asked.connect(self.help.toggle)
        self.header.language_chosen.connect(lambda language: self.choose_language(Language(language)))

    def _make_actions(self) -> tuple[QAction, ...]:
        """Give the keys their work; those of the lane rest while nobody is logged in."""
        review = self.review
        lane_keys: dict[str, Callable[[], object]] = {
            "1": lambda: review.press(Answer.SAME),
            "2": lambda: review.press(Answer.NOT_SAME),
            "3": lambda: review.press(Answer.UNSURE),
            "C": review.correct,
            "R": review.subject.write_reason,
            "Up": lambda: self.walk(-1),
            "Down": lambda: self.walk(1),
            "Left": lambda: review.step_reference(-1),
            "Right": lambda: review.step_reference(1),
            "N": self.show_next_open,
            "O": self.barrier.press_open,
            "H": self.barrier.hold,
            "Ctrl+L": self.session.log_out,
        }
        window_keys: dict[str, Callable[[], object]] = {
            "F1": self.help.toggle,
            "F2": lambda: self.choose_language(Language.AZERBAIJANI),
            "F3": lambda: self.choose_language(Language.RUSSIAN),
            "F4": lambda: self.choose_language(Language.ENGLISH),
            "F6": self.toggle_theme,
            "Esc": self.escape,
        }
        for key, work in window_keys.items():
            self._add_action(key, work)
        return tuple(self._add_action(key, self._noticed(work)) for key, work in lane_keys.items())

    def _noticed(self, work: Callable[[], object]) -> Callable[[], object]:
        """End the flashing too: whoever presses a key has seen it."""

        def work_and_rest() -> None:
            self.flash.stop()
            work()

        return work_and_rest

    def _add_action(self, key: str, work: Callable[[], object]) -> QAction:
        """Make an action that a held key triggers once."""
        action = QAction(self)
        keys = [QKeySequence(key)]
        if key.isdigit():
            keys.append(QKeySequence(f"Num+{key}"))
        action.setShortcuts(keys)
        action.setAutoRepeat(False)
        action.triggered.connect(lambda: work())  # noqa: PLW0108 (Qt would pass `checked`)
        self.addAction(action)
        return action

    def choose_language(self, language: Language) -> None:
        """Speak another language at once."""
        self._translation.choose(language)
        self.header.mark_language(language)
        self.setWindowTitle(f"Kechid · {say(words.APPLICATION)}")

    def toggle_theme(self) -> None:
        """Switch between night and high contrast."""
        is_dark = self._theme_name is ThemeName.DARK
        self._theme_name = ThemeName.HIGH_CONTRAST if is_dark else ThemeName.DARK
        self._apply_theme()

    def _apply_theme(self) -> None:
        """Colour style sheet and painters alike."""
        theme = THEMES[self._theme_name]
        self.setStyleSheet(stylesheet(theme, self._window.font_scale))
        for view in (self.lane, self.alerts, self.review, self.strip):
            view.set_theme(theme)
        self.flash.theme = theme

    def _show_page(self) -> None:
        """Show the lane to whoever is logged in, and nothing of it to anybody else."""
        is_logged_in = self.session.officer is not None
        self.stack.setCurrentIndex(1 if is_logged_in else 0)
        for action in self._actions:
            action.setEnabled(is_logged_in)
        self.review.close_alert()
        self.review.hide()
        self.flash.stop()

    def _show_alerts(self) -> None:
        """Bring the list in line."""
        self.alerts.show_alerts(self.session.alerts)
        self.alerts.select(self.review.alert_id)

    def _announce(self, alert: AlertView) -> None:
        """Sound and flash; the alert comes on the screen unless another is being answered or read."""
        self.sound.play()
        self.flash.flash()
        self.header.show_message(phrase(words.ALERT_NEW), is_bad=True)
        if self.review.alert_id is None:
            self.show_alert(alert.alert_id)

    def show_alert(self, alert_id: str) -> None:
        """Put an alert on the screen."""
        alert = self.session.alerts.alerts.get(alert_id)
        if alert is not None:
            self.review.open(AlertRow(alert, self.session.alerts.waiting.get(alert_id)))
            self.review.show()
            self.alerts.select(alert_id)

    def walk(self, step: int) -> None:
        """Show the alert above or below."""
        alert_id = self.session.alerts.neighbour(self.review.alert_id, step)
        if alert_id is not None:
            self.show_alert(alert_id)

    def show_next_open(self) -> None:
        """Show the open alert that matters most."""
        alert_id = self.session.alerts.next_open()
        if alert_id is not None:
            self.show_alert(alert_id)

    def escape(self) -> None:
        """Leave, innermost first: help, a correction, the alert."""
        if self.help.isVisible():
            self.help.hide()
        elif not self.review.keep():
            self.review.close_alert()
            self.review.hide()
            self.alerts.select(None)

    def _command_barrier(self, action: str) -> None:
        """Send the command together with the alert it belongs to."""
        self.session.command_barrier(action, self.review.alert_id)

    def _tell_barrier(self, message: Phrase, is_done: bool) -> None:
        """Say what became of a command."""
        self.header.show_message(message, is_bad=not is_done)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the overlays as large as the window."""
        super().resizeEvent(event)
        self.help.setGeometry(self.rect())
        self.flash.setGeometry(self.rect())
