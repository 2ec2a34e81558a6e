"""Broker, hub, edge, relay and terminal as real processes; each is killed once, nothing is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from demo import tally
from demo.lane import LaneListener
from demo.people import cast
from demo.processes import Processes
from demo.screen import open_screen, photograph_terminal
from demo.stage import Stage, is_healthy
from demo.waiting import wait_for
from demo.workspace import Workspace
from hardware.passage import PassagePlan
from models.engine import best_available_pack, load_engine
from models.errors import ModelError
from sync.broker import find_program
from sync.errors import BrokerError
from sync.messages import Answer

pytestmark = [pytest.mark.real, pytest.mark.timeout(480)]

PLAN = PassagePlan(seconds=2.0, gap=1.0, is_looping=True)
CAST = 3
LISTED = 1
"""Index of the person on the list; the others are strangers."""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Run a hub with one listed person and a lane whose camera sees three people again and again."""
    try:
        pack = best_available_pack()
        find_program("mosquitto")
    except (ModelError, BrokerError) as error:
        pytest.skip(str(error))
    workspace = Workspace(tmp_path / "demo")
    workspace.clear()
    people = cast(load_engine(pack), workspace.path("faces"), CAST)
    pictures = ",".join(str(person.passage) for person in people)
    camera = f"pan:{pictures}?seconds={PLAN.seconds}&gap={PLAN.gap}&size={PLAN.width}x{PLAN.height}&loop=true"
    workspace.write_settings(pack, camera, language="az", mask_faces=False, crossing_window_s=4.0)
    with Processes(workspace.path("logs")) as processes:
        stage = Stage(workspace, processes)
        try:
            stage.make_keys()
            stage.start_broker()
            stage.start_hub()
            stage.enrol(people[LISTED], "Listed person")
            stage.publish()
            stage.start_lane()
            yield stage
        finally:
            stage.stop_broker()


def edge_alerts(stage: Stage) -> set[str]:
    return set(stage.edge_store.names(tally.EDGE_ALERTS))


def hub_alerts(stage: Stage) -> list[str]:
    return stage.hub_store.names(tally.HUB_ALERTS)


def a_new_alert_reaches_the_hub(stage: Stage, after: str) -> None:
    """Wait for an alert raised after this moment to arrive."""
    before = edge_alerts(stage)
    fresh = wait_for(f"an alert after {after}", lambda: edge_alerts(stage) - before, 60)
    wait_for(f"the alert after {after} at the hub", lambda: fresh <= set(hub_alerts(stage)), 60)


def answer_all(lane: LaneListener) -> None:
    for alert_id in lane.open_alerts():
        lane.answer(alert_id, Answer.SAME)


def test_killing_each_process_once_loses_and_doubles_nothing(stage: Stage) -> None:
    screen = open_screen(stage.processes, is_headless=True)
    stage.start_terminal(screen)
    lane = stage.listener()
    try:
        a_new_alert_reaches_the_hub(stage, "the start")
        answer_all(lane)
        for name in ("sync", "hub-ingest", "hub-api", "edge"):
            stage.processes.kill(name)
            stage.start_process(name)
            a_new_alert_reaches_the_hub(stage, f"the kill of {name}")
        stage.kill_broker()
        stage.start_broker()
        a_new_alert_reaches_the_hub(stage, "the kill of the broker")
        stage.processes.kill("terminal")
        pid = stage.start_terminal(screen)
        wait_for("the lane API", lambda: is_healthy(stage.workspace.lane_url))
        picture = photograph_terminal(pid, stage.workspace.path("screenshots"), "after-restart")
        assert picture.stat().st_size > 10_000
        answer_all(lane)
    finally:
        lane.stop()

    stage.processes.stop("edge")
    wait_for("an empty outbox", lambda: stage.waiting_messages() == 0, 60)
    at_hub = hub_alerts(stage)
    assert set(at_hub) == edge_alerts(stage)
    assert len(at_hub) == len(set(at_hub))
    assert stage.hub_store.number(tally.DUPLICATE_MESSAGES) == 0
    assert set(stage.hub_store.names(tally.HUB_DECISIONS)) == set(
        stage.edge_store.names(tally.EDGE_DECISIONS)
    )
    assert stage.edge_store.number(tally.EDGE_VERSION) == stage.hub_store.number(tally.HUB_VERSION) == 1
    subjects = set(stage.hub_store.names("SELECT DISTINCT subject_id FROM alerts"))
    assert len(subjects) == 1
