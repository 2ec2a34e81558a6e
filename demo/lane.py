"""The demo's ear on the lane API: signs in, listens to events, answers when nobody else does."""

import json
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
import msgspec

from sync.lane_messages import AlertView, DecisionRequest, LaneState
from sync.messages import Answer


@dataclass(slots=True)
class LaneListener:
    """Remembers each alert and the wall time it first arrived."""

    url: str
    token: str = ""
    arrived_at: dict[str, datetime] = field(default_factory=dict)
    alerts: dict[str, AlertView] = field(default_factory=dict)
    state: LaneState | None = None
    _stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def sign_in(self, officer_id: str, password: str) -> None:
        """Get a bearer token."""
        reply = httpx.post(
            f"{self.url}/v1/login", json={"officer_id": officer_id, "password": password}, timeout=10
        )
        reply.raise_for_status()
        self.token = reply.json()["token"]

    def listen(self) -> None:
        """Follow the event stream in a thread until `stop`, across restarts of the edge."""
        self._thread = threading.Thread(target=self._follow, name="lane-listener", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(5)

    def answer(self, alert_id: str, answer: Answer) -> None:
        """Answer over the API, as the terminal would."""
        request = DecisionRequest(decision_id=str(uuid.uuid4()), answer=answer, seconds_to_answer=2.0)
        reply = httpx.post(
            f"{self.url}/v1/alerts/{alert_id}/decisions",
            content=msgspec.json.encode(request),
            headers=self.headers(),
            timeout=10,
        )
        reply.raise_for_status()

    def open_alerts(self) -> list[str]:
        """Ids without an answer, oldest first."""
        return [alert_id for alert_id, alert in self.alerts.items() if not alert.decisions]

    def headers(self) -> dict[str, str]:
        """Headers of a signed-in request."""
        return {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}

    def _follow(self) -> None:
        last_id = ""
        while not self._stopping.is_set():
            try:
                headers = {**self.headers(), **({"Last-Event-ID": last_id} if last_id else {})}
                timeout = httpx.Timeout(5, read=5)
                with httpx.stream("GET", f"{self.url}/v1/events", headers=headers, timeout=timeout) as stream:
                    for name, event_id, data in parse_events(stream.iter_lines()):
                        last_id = event_id or last_id
                        self._take(name, data)
                        if self._stopping.is_set():
                            return
            except httpx.HTTPError:
                time.sleep(0.3)

    def _take(self, name: str, data: str) -> None:
        if name == "alert":
            alert = msgspec.json.decode(data, type=AlertView)
            self.arrived_at.setdefault(alert.alert_id, datetime.now(UTC))
            self.alerts[alert.alert_id] = alert
        elif name == "state":
            self.state = msgspec.json.decode(data, type=LaneState)


def parse_events(lines: Iterator[str]) -> Iterator[tuple[str, str, str]]:
    """Name, id and data of each server-sent event (WHATWG HTML, section 9.2)."""
    name, event_id = "message", ""
    data: list[str] = []
    for line in lines:
        if line == "":
            if data:
                yield name, event_id, "\n".join(data)
            name, data = "message", []
            continue
        key, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if key == "event":
            name = value
        elif key == "id":
            event_id = value
        elif key == "data":
            data.append(value)


def counter(metrics: str, name: str) -> int:
    """Sum of a Prometheus counter over its labels."""
    total = 0.0
    for line in metrics.splitlines():
        if line.startswith((f"{name} ", f"{name}{{")):
            total += float(line.rsplit(" ", 1)[1])
    return int(total)


def one_json(text: str) -> dict[str, object]:
    """Parse the one JSON object a command printed."""
    parsed = json.loads(text)
    if not isinstance(parsed, dict):
        raise TypeError(f"expected a JSON object, got {type(parsed).__name__}")
    return parsed
