"""When the barrier moves and what the beacon shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from edge_agent.alerts.desk import AlertDesk
from edge_agent.alerts.event_feed import EventFeed
from edge_agent.errors import ConflictError, EdgeError, UnknownAlertError
from edge_agent.lane.barrier_desk import BarrierDesk, signal_for
from edge_agent.lane.devices import LaneDevices
from hardware.beacon import DARK, MATCH, REVIEW, BeaconSignal
from hardware.errors import DeviceRefusedError, HardwareError
from hardware.simulated_barrier import SimulatedBarrier
from hardware.simulated_beacon import SimulatedBeacon
from sync.lane_messages import BarrierRequest
from sync.messages import BarrierMoved, Outcome
from tests.edge_agent.shell_builders import GUARD, NOW, OpenedStore, decision, new_alert, opened_store


@dataclass(slots=True)
class Lane:
    edge: OpenedStore
    barrier: SimulatedBarrier
    beacon: SimulatedBeacon
    desk: BarrierDesk

    def alert(self, alert_id: str, outcome: Outcome = Outcome.MATCH) -> None:
        self.edge.alerts.raise_alert(new_alert(alert_id, outcome))
        self.desk.refresh()

    def answer(self, alert_id: str) -> None:
        self.edge.alerts.decide(alert_id, decision(f"decision-{alert_id}"), GUARD, NOW)
        self.desk.refresh()

    def command(
        self, action: str, request_id: str = "r", alert_id: str | None = None, reason: str = ""
    ) -> str:
        request = BarrierRequest(request_id=request_id, action=action, alert_id=alert_id, reason=reason)
        return self.desk.command(request, GUARD, NOW).status

    @property
    def moved(self) -> list[str]:
        return [m.body.action for m in self.edge.queued() if isinstance(m.body, BarrierMoved)]


@pytest.fixture
def lane(tmp_path: Path) -> Iterator[Lane]:
    barrier, beacon = SimulatedBarrier(), SimulatedBeacon()
    with opened_store(tmp_path) as edge:
        alerts = AlertDesk(edge.alerts, edge.records, EventFeed())
        yield Lane(
            edge, barrier, beacon, BarrierDesk("lane-1", LaneDevices(barrier, beacon), alerts, lambda: NOW)
        )


def test_it_opens_on_an_officers_command_and_tells_the_hub(lane: Lane) -> None:
    assert lane.command("open") == "opening"
    assert lane.moved == ["open"]


def test_a_match_holds_it_until_it_is_answered(lane: Lane) -> None:
    lane.alert("alert-1")
    assert lane.barrier.state(NOW).value == "held"
    with pytest.raises(ConflictError, match="alert alert-1 waits for an answer"):
        lane.command("open", alert_id="alert-1", reason="I know him")
    assert lane.moved == []
    lane.answer("alert-1")
    assert lane.command("open", "r2", "alert-1") == "opening"


def test_one_answer_does_not_answer_for_another_alert(lane: Lane) -> None:
    lane.alert("alert-1")
    lane.alert("alert-2")
    lane.answer("alert-2")
    with pytest.raises(ConflictError, match="alert-1"):
        lane.command("open")


def test_a_review_holds_it_unless_the_officer_names_it(lane: Lane) -> None:
    lane.alert("alert-1", Outcome.REVIEW)
    with pytest.raises(DeviceRefusedError, match="held for alert alert-1"):
        lane.command("open")
    assert lane.command("open", "r2", "alert-1") == "opening"


def test_the_answer_to_the_last_alert_ends_the_hold(lane: Lane) -> None:
    lane.alert("alert-1")
    lane.answer("alert-1")
    assert lane.barrier.state(NOW).value == "closed"


def test_an_officers_hold_outlasts_the_alerts_and_ends_with_his_command(lane: Lane) -> None:
    lane.alert("alert-1")
    assert lane.command("hold") == "held"
    lane.answer("alert-1")
    assert lane.barrier.state(NOW).value == "held"
    assert lane.command("open", "r2") == "opening"


def test_a_repeated_command_moves_nothing(lane: Lane) -> None:
    lane.command("hold")
    lane.command("hold")
    assert lane.moved == ["hold"]


def test_a_request_id_never_means_two_commands(lane: Lane) -> None:
    lane.command("hold")
    with pytest.raises(ConflictError, match="another action"):
        lane.command("open")


@pytest.mark.parametrize(
    ("action", "alert_id", "kind"), [("explode", None, EdgeError), ("open", "alert-9", UnknownAlertError)]
)
def test_a_senseless_command_is_refused(
    lane: Lane, action: str, alert_id: str | None, kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        lane.command(action, alert_id=alert_id)
    assert lane.moved == []


def test_a_device_out_of_reach_records_no_movement_and_stops_no_lane(lane: Lane) -> None:
    lane.barrier.cut_link(is_cut=True)
    lane.beacon.cut_link(is_cut=True)
    lane.alert("alert-1", Outcome.REVIEW)
    with pytest.raises(HardwareError, match="out of reach"):
        lane.command("open")
    assert lane.moved == []
    assert [view.status for view in lane.desk.devices()] == ["offline", "offline"]


def test_a_lane_without_a_barrier_says_so(lane: Lane) -> None:
    alerts = AlertDesk(lane.edge.alerts, lane.edge.records, EventFeed())
    desk = BarrierDesk("lane-1", LaneDevices(), alerts, lambda: NOW)
    with pytest.raises(DeviceRefusedError, match="no barrier"):
        desk.command(BarrierRequest(request_id="r", action="open"), GUARD, NOW)
    assert desk.devices() == ()


@pytest.mark.parametrize(
    ("outcomes", "signal"),
    [([], DARK), ([Outcome.REVIEW], REVIEW), ([Outcome.REVIEW, Outcome.MATCH], MATCH)],
)
def test_the_gravest_alert_that_waits_is_lit(outcomes: list[Outcome], signal: BeaconSignal) -> None:
    assert signal_for(outcomes) == signal


def test_the_end_of_the_process_leaves_the_barrier_to_the_key_beside_it(lane: Lane) -> None:
    lane.alert("alert-1")
    lane.desk.close()
    assert lane.barrier.state(NOW).value == "manual"
    assert lane.beacon.signal() == DARK
