"""One officer's session with one lane: what is known of it, and the answers that still have to be sent."""

import logging
import secrets
import time
from datetime import UTC, datetime

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from gui import words
from gui.alert_list import AlertList
from gui.event_stream import EventStream
from gui.lane_api_client import LaneApiClient, Reply, path_of
from gui.pending_decisions import PendingDecision, PendingDecisions
from gui.phrase import Phrase, phrase
from sync.identifiers import uuid7
from sync.lane_messages import (
    AlertView,
    BarrierRequest,
    DecisionRequest,
    LaneState,
    LoginReply,
    LoginRequest,
)
from sync.messages import Answer

RESEND_MS = 2000
LIST_LENGTH = 500
_LOG = logging.getLogger(__name__)


def new_id() -> str:
    """Make a time-ordered id for a decision or a barrier command."""
    return uuid7(datetime.now(UTC), secrets.token_bytes(10))


class LaneSession(QObject):
    """Holds alerts, state and connection; the views listen to its signals."""

    logged_in = Signal()
    login_refused = Signal(object)
    """A `Phrase`."""
    logged_out = Signal(object)
    """A `Phrase` with the reason, or None when the officer asked for it."""
    alerts_changed = Signal()
    alert_raised = Signal(object)
    """An open `AlertView` that was not in the list before."""
    state_changed = Signal()
    connection_changed = Signal()
    answer_refused = Signal(str, object)
    """Alert id and `Phrase`."""
    barrier_answered = Signal(object, bool)
    """A `Phrase`, and whether the command was carried out."""

    def __init__(self, client: LaneApiClient, parent: QObject | None = None) -> None:
        """Nothing is asked until `log_in`."""
        super().__init__(parent)
        self.client = client
        client.setParent(self)
        self.officer: LoginReply | None = None
        self.alerts = AlertList()
        self.state: LaneState | None = None
        self.pending = PendingDecisions()
        self.is_connected = False
        self.lost_at_s = time.monotonic()
        self._is_sending = False
        self._events = EventStream(self)
        self._events.opened.connect(self._on_opened)
        self._events.lost.connect(self._on_lost)
        self._events.session_ended.connect(self._on_session_ended)
        self._events.alert_received.connect(self._on_alert)
        self._events.state_received.connect(self._on_state)
        self._resend = QTimer(self, interval=RESEND_MS)
        self._resend.timeout.connect(self._send_next)

    def log_in(self, officer_id: str, password: str) -> None:
        """Ask for a session; `logged_in` or `login_refused` follows."""
        self.client.token = None
        self.client.post("/v1/login", LoginRequest(officer_id, password), self._on_login)

    def log_out(self, reason: Phrase | None = None) -> None:
        """End the session; answers not sent yet wait for the same officer."""
        if self.officer is None:
            return
        self._events.stop()
        self._resend.stop()
        if reason is None:
            self.client.post("/v1/logout", BLANK, lambda _reply: None)
        self.officer, self.client.token = None, None
        self.alerts, self.state = AlertList(waiting=self.pending.answers()), None
        self.is_connected = False
        self.logged_out.emit(reason)
        self.alerts_changed.emit()

    def shut(self) -> None:
        """Stop talking to the lane without ending the session there: the terminal closes."""
        self._events.stop()
        self._resend.stop()

    def answer(self, alert_id: str, answer: Answer, seconds: float, reason: str = "") -> None:
        """Keep an answer and send it until the lane has taken it."""
        if self.officer is None:
            return
        request = DecisionRequest(
            decision_id=new_id(), answer=answer, seconds_to_answer=seconds, reason=reason
        )
        self._set_pending(self.pending.added(PendingDecision(alert_id, self.officer.officer_id, request)))
        self._send_next()

    def command_barrier(self, action: str, alert_id: str | None) -> None:
        """Send a barrier command once: a late one would open before somebody else."""
        if not self.is_connected:
            self._barrier_refused(words.NO_LANE)
            return
        request = BarrierRequest(request_id=new_id(), action=action, alert_id=alert_id)
        self.client.post("/v1/barrier", request, lambda reply: self._on_barrier(action, reply))

    def _on_login(self, reply: Reply) -> None:
        """Begin the session or say why not."""
        try:
            officer = msgspec.json.decode(reply.body, type=LoginReply) if reply.is_good else None
        except msgspec.DecodeError:
            officer = None
        if officer is None:
            self.login_refused.emit(_login_refusal(reply))
            return
        self.officer, self.client.token = officer, officer.token
        self.lost_at_s, self.is_connected = time.monotonic(), False
        self._events.start(self.client.request("/v1/events"))
        self._resend.start()
        self.logged_in.emit()
        self.connection_changed.emit()

    def _on_opened(self) -> None:
        """Fetch the list too: it knows what was before the first event."""
        self.is_connected = True
        self.connection_changed.emit()
        self.client.get(f"/v1/alerts?limit={LIST_LENGTH}", self._on_alerts)
        self._send_next()

    def _on_lost(self) -> None:
        """Count the lane as blind from now on."""
        if self.is_connected:
            self.is_connected, self.lost_at_s = False, time.monotonic()
        self.connection_changed.emit()

    def _on_session_ended(self) -> None:
        """Ask for a new log-in: the lane no longer knows the token."""
        self.log_out(phrase(words.SESSION_ENDED))

    def _on_alerts(self, reply: Reply) -> None:
        """Take the whole list in, oldest first so that the newest is announced last."""
        alerts = _alerts_in(reply)
        self._take(*sorted(alerts, key=lambda alert: alert.raised_at))

    def _on_alert(self, alert: AlertView) -> None:
        self._take(alert)

    def _take(self, *arrived: AlertView) -> None:
        """Merge alerts and announce the open ones that are new."""
        if self.officer is None or not arrived:
            return
        known = self.alerts.alerts
        self.alerts = self.alerts.merged(arrived)
        fresh = [a for a in arrived if a.alert_id not in known and not a.decisions]
        self.alerts_changed.emit()
        for alert in fresh:
            self.alert_raised.emit(alert)

    def _on_state(self, state: LaneState) -> None:
        self.state = state
        self.state_changed.emit()

    def _send_next(self) -> None:
        """Send the oldest kept answer of this officer; one at a time keeps their order."""
        if self.officer is None or self._is_sending:
            return
        item = self.pending.first_of(self.officer.officer_id)
        if item is None:
            return
        self._is_sending = True
        path = path_of("alerts", item.alert_id, "decisions")
        self.client.post(path, item.request, lambda reply: self._on_decision(item, reply))

    def _on_decision(self, item: PendingDecision, reply: Reply) -> None:
        """Forget an answer that was taken or refused for good; keep any other."""
        self._is_sending = False
        _LOG.info("decision %s: status %d", item.request.decision_id, reply.status)
        if reply.status == 401:
            self._on_session_ended()
        if not (reply.is_good or reply.is_final):
            return
        self._set_pending(self.pending.without(item.request.decision_id))
        if not reply.is_good:
            reason = reply.problem() or phrase(words.REFUSED_CODE, code=str(reply.status))
            self.answer_refused.emit(item.alert_id, phrase(words.ANSWER_REFUSED, reason=reason))
        if self.officer is not None:
            self.client.get(path_of("alerts", item.alert_id), self._on_alerts)
        self._send_next()

    def _set_pending(self, pending: PendingDecisions) -> None:
        """Show in the list which answers wait."""
        self.pending = pending
        self.alerts = self.alerts.with_waiting(pending.answers())
        self.alerts_changed.emit()

    def _on_barrier(self, action: str, reply: Reply) -> None:
        """Say what became of the command."""
        if reply.is_good:
            self.barrier_answered.emit(
                phrase(words.BARRIER_OPENED if action == "open" else words.BARRIER_HELD), True
            )
        elif reply.status == 401:
            self._on_session_ended()
        else:
            self._barrier_refused(
                _BARRIER_REASONS.get(reply.status) or reply.problem() or f"HTTP {reply.status}"
            )

    def _barrier_refused(self, reason: str) -> None:
        """Word a command that was not carried out."""
        self.barrier_answered.emit(phrase(words.BARRIER_REFUSED, reason=phrase(reason)), False)


class Blank(msgspec.Struct, frozen=True):
    """An empty JSON object."""


BLANK = Blank()
_BARRIER_REASONS = {0: words.NO_LANE, 403: words.FORBIDDEN, 409: words.BARRIER_UNANSWERED}


def _login_refusal(reply: Reply) -> Phrase:
    """Word a log-in that failed."""
    known = {0: words.LOGIN_NO_LANE, 401: words.LOGIN_WRONG, 429: words.LOGIN_TOO_OFTEN}
    source = known.get(reply.status, words.LOGIN_REFUSED)
    return phrase(source, code=str(reply.status))


def _alerts_in(reply: Reply) -> list[AlertView]:
    """Read a list, a page with ``alerts``, or a single alert; a refusal or nonsense holds none."""
    if not reply.is_good:
        return []
    try:
        document = msgspec.json.decode(reply.body)
        if isinstance(document, dict):
            document = document.get("alerts", [document])
        return msgspec.convert(document, list[AlertView])
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        _LOG.error("alerts cannot be read: %s", type(error).__name__)
        return []
