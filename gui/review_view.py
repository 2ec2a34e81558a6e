"""Adjudication on the screen: probe and reference side by side at one scale, then the answer."""

import time
from datetime import datetime

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from gui import words
from gui.alert_list import AlertRow
from gui.evidence_cache import EvidenceCache
from gui.lane_session import LaneSession
from gui.named import named
from gui.photo_view import PhotoState, PhotoView
from gui.phrase import phrase
from gui.question_view import QuestionView
from gui.reference_strip import ReferenceStrip
from gui.review import Accepted, Pictures, Review, Stage
from gui.subject_view import SubjectView
from gui.theme import Theme
from gui.translation import say
from sync.messages import Answer

REFUSAL_SHOWN_S = 2.5


class ReviewView(QWidget):
    """Owns the review's state; answers leave through the session."""

    refused = Signal(object)
    """A `Phrase`: why a key did not count."""

    def __init__(self, session: LaneSession, theme: Theme, *, mask_faces: bool) -> None:
        """Nothing is on the screen until `open`."""
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self.review = Review()
        self._refusal_until_s = 0.0
        self._photos = EvidenceCache(session.client, self._take_photo, self, mask_faces=mask_faces)
        self.probe = PhotoView(theme)
        self._probe_title = named(QLabel(), "photo-title")
        self._probe_note = named(QLabel(wordWrap=True), "dim")
        self.references = ReferenceStrip(theme, lambda: datetime.now().astimezone().date())
        self.question = QuestionView()
        self.subject = SubjectView()
        self._panel = QStackedWidget()
        self._lay_out()
        self.question.answered.connect(lambda answer: self.press(Answer(answer)))
        self.subject.reason_given.connect(self._add_reason)
        self.subject.correction_asked.connect(self.correct)
        session.alerts_changed.connect(self.refresh)
        self._timer = QTimer(self, interval=150)
        self._timer.timeout.connect(self._tick)

    def _lay_out(self) -> None:
        """Probe and reference get the same room, so one scale."""
        probe = QVBoxLayout()
        probe.setSpacing(4)
        probe.addWidget(self._probe_title)
        probe.addWidget(self.probe, 1)
        probe.addWidget(self._probe_note)
        self._panel.addWidget(self.question)
        self._panel.addWidget(self.subject)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(12)
        row.addLayout(probe, 10)
        row.addWidget(self.references, 10)
        row.addWidget(self.references.thumbnails)
        row.addWidget(self._panel, 13)

    @property
    def alert_id(self) -> str | None:
        """The alert on the screen."""
        return self.review.alert.alert_id if self.review.alert else None

    def open(self, row: AlertRow) -> None:
        """Put an alert on the screen; the same one again changes nothing."""
        if row.alert.alert_id == self.alert_id:
            return
        self._photos.forget()
        self._probe_id: str | None = None
        self.probe.set_state(PhotoState.LOADING)
        self.references.show_references(())
        self.review = self.review.shown(row.alert, time.monotonic(), is_answered=not row.is_open)
        self.refresh()
        self._timer.start()

    def close_alert(self) -> None:
        """Take the alert and its photos off the screen."""
        self._timer.stop()
        self.review = self.review.closed()
        self._photos.forget()
        self.probe.set_state(PhotoState.EMPTY)
        self.references.show_references(())

    def press(self, answer: Answer) -> None:
        """Answer, if an answer counts now; otherwise say why not."""
        self.review, result = self.review.press(answer, time.monotonic())
        if isinstance(result, Accepted):
            self._session.answer(result.alert_id, result.answer, result.seconds_to_answer)
            self.refresh()
            return
        self._refusal_until_s = time.monotonic() + REFUSAL_SHOWN_S
        self.question.show_hint(result)
        self.refused.emit(result)

    def correct(self) -> None:
        """Open the answers again for a second decision."""
        self.review = self.review.correcting()
        self.refresh()

    def keep(self) -> bool:
        """Leave a correction; tells whether there was one."""
        was_correcting = self.review.stage is Stage.CORRECTING
        self.review = self.review.kept()
        self.refresh()
        return was_correcting

    def step_reference(self, step: int) -> None:
        """Show the next or previous reference photo large."""
        self.references.choose(self.references.chosen + step)

    def set_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self.probe.set_theme(theme)
        self.references.set_theme(theme)

    def changeEvent(self, event: QEvent) -> None:
        """Speak another language at once."""
        if event.type() == QEvent.Type.LanguageChange:
            self.refresh()
            self.references.refresh()
        super().changeEvent(event)

    def refresh(self) -> None:
        """Bring the screen in line with the session and the review."""
        row = self._row()
        if row is None:
            return
        self.review = self.review.updated(row.alert)
        self._want_photos(row)
        ended = phrase(words.PROBE_ENDED, time=row.alert.raised_at)
        self._probe_title.setText(say(ended if row.alert.is_ended else words.PROBE))
        self._probe_note.setText(row.alert.camera_id)
        if self.review.stage is Stage.ANSWERED:
            self.subject.show_row(row)
            self._panel.setCurrentWidget(self.subject)
        else:
            is_correcting = self.review.stage is Stage.CORRECTING
            self.question.show_alert(row.alert, is_correcting=is_correcting)
            self._panel.setCurrentWidget(self.question)
        self._tick()

    def _row(self) -> AlertRow | None:
        """Return the list's account of the alert on the screen."""
        alert_id = self.alert_id
        alert = self._session.alerts.alerts.get(alert_id) if alert_id else None
        return AlertRow(alert, self._session.alerts.waiting.get(alert.alert_id)) if alert else None

    def _want_photos(self, row: AlertRow) -> None:
        """Fetch the best probe, which is the latest, and every reference."""
        self.references.show_references(row.alert.references)
        if row.alert.probe_evidence_ids:
            self._probe_id = row.alert.probe_evidence_ids[-1]
            self._photos.want(self._probe_id)
        else:
            self.probe.set_state(PhotoState.FAILED)
        for reference in row.alert.references:
            self._photos.want(reference.evidence_id)

    def _take_photo(self, evidence_id: str, image: QImage | None) -> None:
        """Show a photo where it belongs; a probe that fails does not replace an earlier one."""
        if evidence_id == self._probe_id and image is not None:
            self.probe.set_image(image)
        elif evidence_id == self._probe_id and self.probe.state is not PhotoState.SHOWN:
            self.probe.set_state(PhotoState.FAILED)
        self.references.take(evidence_id, image)

    def _pictures(self) -> Pictures:
        """Return what can be compared at this moment."""
        states = {self.probe.state, self.references.large.state}
        if states == {PhotoState.SHOWN}:
            return Pictures.BOTH
        return Pictures.LOADING if PhotoState.LOADING in states else Pictures.INCOMPLETE

    def _tick(self) -> None:
        """Keep the hint true while time passes."""
        now = time.monotonic()
        self.review = self.review.seen(self._pictures(), now)
        if self.review.stage is not Stage.ANSWERED and now >= self._refusal_until_s:
            self.question.show_hint(self.review.refusal(Answer.SAME, now))

    def _add_reason(self, reason: str) -> None:
        """Send a remark as a second decision with the same answer: nothing is overwritten."""
        row = self._row()
        if row is not None and row.answer is not None:
            self._session.answer(row.alert.alert_id, row.answer, 0.0, reason)
