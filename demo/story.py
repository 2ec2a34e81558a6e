"""The story: one passage through checkpoint and hub, an outage on the way, nothing lost."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import httpx
import msgspec

from demo import tally
from demo.lane import LaneListener
from demo.narration import Narrator
from demo.people import Person
from demo.report import DemoReport
from demo.screen import Screen, photograph_terminal
from demo.stage import Stage
from demo.waiting import DemoError, wait_for
from sync.lane_messages import AlertView
from sync.messages import AlertRaised, Answer

T = TypeVar("T")

ANSWER_KEYS = {Answer.SAME: "1", Answer.NOT_SAME: "2"}
NEXT_OPEN_KEY = "n"
LOOK_S = 1.3
"""The terminal takes an answer a second after both pictures are there, not sooner."""
KEY_TIMEOUT_S = 1.5
KEY_ATTEMPTS = 4
PATIENCE_S = 25.0
"""How long a person at a real screen is waited for."""
OUTAGE_ALERTS = 2


@dataclass(slots=True)
class Story:
    """Plays the acts in order and fills the report."""

    stage: Stage
    screen: Screen
    truth: tally.Truth
    tell: Narrator
    report: DemoReport = field(default_factory=DemoReport)
    terminal_pid: int = 0

    def play(self) -> DemoReport:
        """Everything from the empty lane to the tally."""
        first, second = self.truth.people[1], self.truth.people[-1]
        self.tell.chapter("A watchlist is published")
        self._publish(first, "Demo subject A")
        self.tell.chapter("The lane opens")
        self.stage.start_lane()
        lane = self.stage.listener()
        try:
            self.terminal_pid = self.stage.start_terminal(self.screen)
            self._await_version()
            self._first_alert(lane)
            self.tell.chapter("A new version reaches the lane")
            self._publish(second, "Demo subject B")
            self._await_version()
            self._outage(lane)
            self._close(lane)
        finally:
            lane.stop()
        return self.report

    def _publish(self, person: Person, display_name: str) -> None:
        self.truth.subject_ids[person.name] = self.stage.enrol(person, display_name)
        version = self.stage.publish()
        self.tell.tell(
            f"hub: {display_name} enrolled from {len(person.enrolment)} photos, a second officer approved, "
            f"version {version} signed"
        )

    def _await_version(self) -> None:
        version = self.stage.hub_store.number(tally.HUB_VERSION)
        self._wait(
            f"version {version} at the edge",
            lambda: self.stage.edge_store.number(tally.EDGE_VERSION) == version,
        )
        confirmed = "SELECT max(version) FROM device_watchlists"
        self._wait(
            "the edge's confirmation at the hub", lambda: self.stage.hub_store.number(confirmed) == version
        )
        self.tell.tell(f"edge: version {version} verified, tested, swapped in; confirmed at the hub")

    def _first_alert(self, lane: LaneListener) -> None:
        self.tell.chapter("People cross; one of them is on the list")
        alert = self._await_alert(lane)
        self._came(lambda: False, LOOK_S)  # let both pictures appear
        self._photograph("terminal-alert")
        self._answer(lane, alert)
        self._photograph("terminal-answered")
        hub = self.stage.hub_store
        self._wait("the alert at the hub", lambda: alert.alert_id in hub.names(tally.HUB_ALERTS))
        self._wait("the answer at the hub", lambda: bool(hub.names(tally.HUB_DECISIONS)))
        self.tell.tell("hub: alert and answer have arrived and are acknowledged")

    def _outage(self, lane: LaneListener) -> None:
        self.tell.chapter("The uplink is cut")
        before = len(self.stage.edge_store.names(tally.EDGE_ALERTS))
        self.stage.kill_broker()
        self.tell.tell("the broker is killed; the lane goes on")
        while (
            len(self.stage.edge_store.names(tally.EDGE_ALERTS)) < before + OUTAGE_ALERTS or lane.open_alerts()
        ):
            self._answer(lane, self._await_alert(lane))
        self.report.outage_events = self.stage.waiting_messages()
        self.tell.tell(f"edge: {self.report.outage_events} messages wait in its outbox")
        self._photograph("terminal-uplink-down")
        self.stage.start_broker()
        self.tell.tell("the broker is back")
        edge, hub = self.stage.edge_store, self.stage.hub_store
        self._wait(
            "the outage's alerts at the hub",
            lambda: set(edge.names(tally.EDGE_ALERTS)) <= set(hub.names(tally.HUB_ALERTS)),
            90,
        )

    def _close(self, lane: LaneListener) -> None:
        """Stop the camera, let the last messages through, count."""
        self.tell.chapter("The tally")
        tally.read_counters(
            self.report, httpx.get(f"{lane.url}/metrics", headers=lane.headers(), timeout=10).text
        )
        self.stage.processes.stop("edge")
        self._wait("an empty outbox", lambda: self.stage.waiting_messages() == 0)
        tally.count(self.report, self.stage.edge_store, self.stage.hub_store)
        rows = self.stage.edge_store.column("SELECT raised FROM alert")
        raised = [msgspec.json.decode(row, type=AlertRaised) for row in rows if isinstance(row, bytes)]
        tally.judge(self.report, raised, self.truth, lane.arrived_at)
        self.tell.tell(self.report.in_words())
        self.stage.start_process("edge")

    def _await_alert(self, lane: LaneListener) -> AlertView:
        alert_id = self._wait("an alert", lambda: next(iter(lane.open_alerts()), None), 90)
        alert = lane.alerts[alert_id]
        self.tell.tell(
            f"lane: {alert.outcome} on list {alert.list_id}, score {alert.comparison_score:.3f}, threshold "
            f"{alert.threshold:.3f}, {alert.expected_false_alarms_per_day:.2g} false alarms a day expected"
        )
        return alert

    def _answer(self, lane: LaneListener, alert: AlertView) -> None:
        """By key in the terminal; by the guard at a real screen; over the lane API when neither answers."""
        raised = next(
            msgspec.json.decode(row, type=AlertRaised)
            for row in self.stage.edge_store.column(
                "SELECT raised FROM alert WHERE alert_id = ?", alert.alert_id
            )
            if isinstance(row, bytes)
        )
        answer = Answer.SAME if self.truth.is_right(raised) else Answer.NOT_SAME
        is_answered: Callable[[], bool] = lambda: bool(lane.alerts[alert.alert_id].decisions)  # noqa: E731
        by = self._by_hand(is_answered, answer)
        if not is_answered():
            by = "lane API"
            lane.answer(alert.alert_id, answer)
            self._wait("the answer at the lane", is_answered, 15)
        self.tell.tell(f"guard: answers “{answer}” ({by})")

    def _by_hand(self, is_answered: Callable[[], bool], answer: Answer) -> str:
        """Wait for the answer given at the terminal; returns how, or nothing when none came."""
        if self.screen.is_virtual:
            key = ANSWER_KEYS[answer]
            pressed = any(self._press(key, is_answered) for _ in range(KEY_ATTEMPTS))
            return f"key {key} in the terminal" if pressed else ""
        if self.screen.display:
            self.tell.tell(
                f"your turn: compare the pictures in the terminal, press 1, 2 or 3 within {PATIENCE_S:.0f} s"
            )
            return "by hand" if self._came(is_answered, PATIENCE_S) else ""
        return ""

    def _press(self, key: str, is_answered: Callable[[], bool]) -> bool:
        """Press once; no key counts before both pictures are there, so it may take a second try."""
        self.screen.press(self.terminal_pid, NEXT_OPEN_KEY)
        if self._came(is_answered, LOOK_S):
            return True
        self.screen.press(self.terminal_pid, key)
        return self._came(is_answered, KEY_TIMEOUT_S)

    def _came(self, is_answered: Callable[[], bool], timeout_s: float) -> bool:
        try:
            return self._wait("the answer", is_answered, timeout_s)
        except DemoError:
            return False

    def _photograph(self, name: str) -> None:
        folder = self.stage.workspace.path("screenshots")
        try:
            self.report.screenshots.append(str(photograph_terminal(self.terminal_pid, folder, name)))
        except DemoError as error:
            self.tell.tell(f"no picture: {error}")

    def _wait(self, what: str, condition: Callable[[], T | None], timeout_s: float = 60.0) -> T:
        def checked() -> T | None:
            self.stage.processes.require_alive()
            return condition()

        return wait_for(what, checked, timeout_s)
