"""Frames that come late: evidence, but no clock for an alert."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from edge_agent.alerts.effects import Effect, RaiseAlert
from edge_agent.capture.preview import PreviewBoard
from edge_agent.lane.agent import LaneAgent
from edge_agent.vision.pipeline import LaneIdentity, LanePipeline, PipelinePolicy
from edge_agent.watchlists.watchlist import Watchlist
from hardware.frame import Frame
from models.fakes import fake_engine
from tests.edge_agent.appliance_kit import ScriptedCamera
from tests.edge_agent.passages import START, Walk, ids_in_order, passage, watchlist_of

LISTS = (watchlist_of({"a": [5]}),)
NOW = START + timedelta(seconds=60)


def alerts_of(frames: Sequence[Frame], now: datetime) -> tuple[list[RaiseAlert], LaneAgent]:
    """Let an agent process the frames at one and the same time of the clock."""
    effects: list[Effect] = []

    def perform(done: Sequence[Effect], lists: Sequence[Watchlist]) -> None:
        effects.extend(done)

    camera = ScriptedCamera(frames)
    lane = LanePipeline(fake_engine(), PipelinePolicy(), LaneIdentity("lane-1"), ids_in_order())
    agent = LaneAgent([camera], lane, lambda: LISTS, perform, PreviewBoard(["c1"]), now=lambda: now)
    camera.play()
    while agent.step():
        pass
    return [effect for effect in effects if isinstance(effect, RaiseAlert)], agent


@pytest.mark.parametrize(("age_ms", "is_late"), [(0, False), (500, False), (501, True), (9000, True)])
def test_a_frame_older_than_half_a_second_times_no_alert(age_ms: float, is_late: bool) -> None:
    taken = NOW - timedelta(milliseconds=age_ms)
    frames = [replace(frame, captured_at=taken) for frame in passage([Walk(5)], 10)]
    [alert], agent = alerts_of(frames, NOW)
    assert alert.alert.raised_at == (NOW if is_late else taken)
    assert alert.alert.first_seen_at == taken  # it is evidence all the same
    assert (agent.counters.late > 0) == is_late


def test_a_wall_clock_set_back_makes_no_frame_late_and_stops_nothing() -> None:
    frames = list(passage([Walk(5)], 30))
    back = [replace(f, captured_at=f.captured_at - timedelta(hours=1)) for f in frames[15:]]
    now = START - timedelta(hours=1)
    alerts, agent = alerts_of([*frames[:15], *back], now)
    assert len(alerts) == 1
    assert agent.counters.late == 0
    assert agent.counters.faces == agent.counters.frames > 5
