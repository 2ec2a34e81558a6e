"""A lane API of threads that speaks real HTTP on a free port; tests switch it off and on again."""

import ssl
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec

from sync.lane_messages import (
    AlertView,
    BarrierRequest,
    DecisionRequest,
    DecisionView,
    LaneState,
    LoginReply,
    LoginRequest,
    Problem,
    SubjectView,
    TrackView,
)
from tests.gui.builders import NOON, make_state, make_subject

PASSWORD = "correct horse"
TOKEN = "token-1"
Picture = Callable[[], tuple[bytes, tuple[TrackView, ...]]]


class FakeLane:
    """Alerts, evidence and answers in memory; everything survives `stop` and `start`."""

    def __init__(self) -> None:
        self.lock = threading.Condition()
        self.state: LaneState = make_state()
        self.alerts: dict[str, AlertView] = {}
        self.events: list[AlertView] = []
        self.evidence: dict[str, bytes] = {}
        self.subjects: dict[str, SubjectView] = {}
        self.decisions: list[tuple[str, DecisionRequest]] = []
        self.barrier_commands: list[BarrierRequest] = []
        self.resumed_after: list[str] = []
        self.picture: Picture | None = None
        self.tokens = {TOKEN}
        self.evidence_status = 200
        self._server: ThreadingHTTPServer | None = None
        self._port = 0
        self.is_stopping = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self, tls: ssl.SSLContext | None = None) -> None:
        """Listen, on the same port as before."""
        self.is_stopping = False
        handler = type("Handler", (_Handler,), {"lane": self})
        self._server = _Server(("127.0.0.1", self._port), handler)
        self._port = self._server.server_address[1]
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Close every connection, as a process that dies does."""
        if self._server is None:
            return
        with self.lock:
            self.is_stopping = True
            self.lock.notify_all()
        self._server.shutdown()
        self._server.server_close()
        self._server = None

    def raise_alert(self, alert: AlertView) -> None:
        """Put an alert into the list and onto the stream."""
        with self.lock:
            self.alerts[alert.alert_id] = alert
            self.events.append(alert)
            self.lock.notify_all()

    def decide(self, alert_id: str, request: DecisionRequest, officer_id: str) -> None:
        """Take an answer; the same id twice counts once."""
        with self.lock:
            self.decisions.append((alert_id, request))
            alert = self.alerts[alert_id]
            if any(d.decision_id == request.decision_id for d in alert.decisions):
                return
            decision = DecisionView(
                decision_id=request.decision_id,
                answer=request.answer,
                officer_id=officer_id,
                decided_at=datetime.now(UTC),
                reason=request.reason,
            )
        self.raise_alert(
            msgspec.structs.replace(
                alert,
                decisions=(*alert.decisions, decision),
                subject=self.subjects.get(alert_id, make_subject()),
            )
        )


class _Server(ThreadingHTTPServer):
    """Dies with the test and minds no broken pipe."""

    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        del request, client_address


class _Handler(BaseHTTPRequestHandler):
    """The routes the terminal uses."""

    lane: FakeLane
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        del format, args

    def do_GET(self) -> None:
        path, _, _query = self.path.partition("?")
        parts = path.strip("/").split("/")[1:]
        if not self._is_authorised():
            self._problem(401, "no session")
        elif parts == ["events"]:
            self._stream_events()
        elif parts == ["alerts"]:
            self._json(list(self.lane.alerts.values()))
        elif parts[0] == "alerts" and parts[1] in self.lane.alerts:
            self._json(self.lane.alerts[parts[1]])
        elif parts[0] == "evidence":
            self._send_evidence(parts[1])
        elif parts[0] == "preview" and self.lane.picture is not None:
            self._stream_preview(self.lane.picture)
        elif parts == ["state"]:
            self._json(self.lane.state)
        else:
            self._problem(404, "no such thing")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        parts = self.path.strip("/").split("/")[1:]
        if parts == ["login"]:
            self._log_in(msgspec.json.decode(body, type=LoginRequest))
        elif not self._is_authorised():
            self._problem(401, "no session")
        elif parts == ["logout"]:
            self._json({})
        elif parts == ["barrier"]:
            self._command_barrier(msgspec.json.decode(body, type=BarrierRequest))
        elif parts[0] == "alerts" and parts[1] in self.lane.alerts:
            self.lane.decide(parts[1], msgspec.json.decode(body, type=DecisionRequest), "officer-7")
            self._json(self.lane.alerts[parts[1]], 201)
        else:
            self._problem(404, "no such alert")

    def _is_authorised(self) -> bool:
        return self.headers.get("Authorization", "").removeprefix("Bearer ") in self.lane.tokens

    def _log_in(self, request: LoginRequest) -> None:
        if request.password != PASSWORD:
            self._problem(401, "officer or password is wrong")
            return
        self.lane.tokens.add(TOKEN)
        self._json(
            LoginReply(
                token=TOKEN,
                officer_id=request.officer_id,
                display_name="Aysel Əliyeva",
                role="guard",
                expires_at=NOON,
            )
        )

    def _command_barrier(self, request: BarrierRequest) -> None:
        if request.action == "open" and any(not a.decisions for a in self.lane.alerts.values()):
            self._problem(409, "an alert is unanswered")
            return
        self.lane.barrier_commands.append(request)
        self._json({})

    def _send_evidence(self, evidence_id: str) -> None:
        content = self.lane.evidence.get(evidence_id)
        if self.lane.evidence_status != 200 or content is None:
            self._problem(404 if self.lane.evidence_status == 200 else self.lane.evidence_status, "none")
        else:
            self._send(200, "image/jpeg", content)

    def _stream_events(self) -> None:
        """Replay what came after the last id, then follow; a state at once and every fifth of a second."""
        last_id = self.headers.get("Last-Event-ID", "")
        self.lane.resumed_after.append(last_id)
        sent = int(last_id) if last_id else len(self.lane.events)
        self._begin("text/event-stream")
        while not self.lane.is_stopping:
            lines = b""
            for number in range(sent, len(self.lane.events)):
                data = msgspec.json.encode(self.lane.events[number])
                lines += b"id: %d\nevent: alert\ndata: %s\n\n" % (number + 1, data)
                sent = number + 1
            self.wfile.write(lines + b"event: state\ndata: " + msgspec.json.encode(self.lane.state) + b"\n\n")
            with self.lane.lock:
                self.lane.lock.wait(timeout=0.2)

    def _stream_preview(self, picture: Picture) -> None:
        """Send about ten pictures a second."""
        self._begin("multipart/x-mixed-replace; boundary=frame")
        sequence = 0
        while not self.lane.is_stopping:
            jpeg, tracks = picture()
            sequence += 1
            head = (
                f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n"
                f"X-Captured-At: {datetime.now(UTC).isoformat()}\r\nX-Sequence: {sequence}\r\n"
                f"X-Tracks: {msgspec.json.encode(tracks).decode()}\r\n\r\n"
            )
            self.wfile.write(head.encode() + jpeg + b"\r\n")
            time.sleep(0.1)

    def _begin(self, media_type: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def _json(self, document: Any, status: int = 200) -> None:
        self._send(status, "application/json", msgspec.json.encode(document))

    def _problem(self, status: int, title: str) -> None:
        self._send(
            status, "application/problem+json", msgspec.json.encode(Problem(title=title, status=status))
        )

    def _send(self, status: int, media_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
