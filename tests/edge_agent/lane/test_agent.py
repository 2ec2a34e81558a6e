"""The lane's loop on scripted cameras."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from edge_agent.alerts.effects import Effect, RaiseAlert, UpdateAlert
from edge_agent.capture.preview import PreviewBoard
from edge_agent.crossings.crossings import DocumentRead
from edge_agent.lane.agent import LaneAgent
from edge_agent.vision.pipeline import LaneIdentity, LanePipeline, PipelinePolicy, StepResult
from edge_agent.watchlists.watchlist import Watchlist
from models.fakes import fake_engine
from tests.edge_agent.appliance_kit import ScriptedCamera
from tests.edge_agent.passages import START, Walk, ids_in_order, passage, watchlist_of


@dataclass(slots=True)
class Lane:
    """An agent whose effects are kept."""

    cameras: Sequence[ScriptedCamera]
    effects: list[Effect] = field(default_factory=list)
    preview: PreviewBoard = field(init=False)
    agent: LaneAgent = field(init=False)

    def __post_init__(self) -> None:
        lists = (watchlist_of({"subject-1": [5]}),)
        pipeline = LanePipeline(fake_engine(), PipelinePolicy(), LaneIdentity("lane-1"), ids_in_order())
        self.preview = PreviewBoard([camera.camera_id for camera in self.cameras])
        self.agent = LaneAgent(
            self.cameras, pipeline, lambda: lists, self.perform, self.preview, now=lambda: START
        )

    def perform(self, effects: Sequence[Effect], lists: Sequence[Watchlist]) -> None:
        assert [each.list_id for each in lists] == ["wanted"]
        self.effects += effects

    def play(self) -> None:
        """Process everything there is."""
        for camera in self.cameras:
            camera.play()
        while self.agent.step():
            pass


def camera(identity: int, camera_id: str = "c1") -> ScriptedCamera:
    return ScriptedCamera(list(passage([Walk(identity)], camera_id=camera_id)), camera_id)


def test_frames_become_effects_and_pictures() -> None:
    lane = Lane([camera(5)])
    lane.play()
    assert isinstance(lane.effects[0], RaiseAlert)
    assert lane.preview.picture("c1", -1) is not None
    assert lane.agent.frame_age_p95_ms is not None


def test_a_stranger_has_no_effect() -> None:
    lane = Lane([camera(9)])
    lane.play()
    assert (lane.effects, lane.agent.tracks_now) == ([], 0)


def test_one_crossing_before_two_cameras_is_one_alert() -> None:
    lane = Lane([camera(5, "c1"), camera(5, "c2")])
    lane.play()
    assert [type(effect) for effect in lane.effects].count(RaiseAlert) == 1


def test_a_settled_lane_is_looked_at_a_few_times_a_second() -> None:
    lane = Lane([ScriptedCamera(list(passage([])), "c1")])
    lane.play()
    assert lane.agent.counters.frames == 20
    assert lane.preview.picture("c1", 58) is not None


def test_a_picture_shows_the_tracks_found_on_it_and_no_others() -> None:
    lane = Lane([camera(9)])
    shown: dict[int, int] = {}
    lane.cameras[0].play()
    while lane.agent.step():
        picture = lane.preview.picture("c1", -1)
        if picture is not None:
            shown[picture.sequence] = len(picture.tracks)
    assert lane.agent.counters.faces == sum(shown.values()) > 0


def test_without_a_new_frame_nothing_is_processed() -> None:
    assert Lane([ScriptedCamera(())]).agent.step() is False


def test_when_every_camera_has_ended_crossings_end_once_and_no_picture_stays() -> None:
    lane = Lane([camera(5)])
    lane.play()
    lane.agent.finish_when_over()
    assert not _ended(lane)
    lane.cameras[0].status = "ended"
    lane.agent.finish_when_over()
    lane.agent.finish_when_over()
    assert _ended(lane) == [True]
    assert lane.preview.picture("c1", -1) is None


def test_told_to_stop_it_ends_every_track_and_leaves_the_crossing_to_the_next_start() -> None:
    lane = Lane([camera(5)])
    lane.play()
    stopping = threading.Event()
    stopping.set()
    lane.agent.run(stopping)
    assert (_ended(lane), lane.agent.tracks_now) == ([], 0)
    assert lane.preview.picture("c1", -1) is None


class Watch:
    """Hands out one document and keeps what it is told."""

    def __init__(self) -> None:
        self.waiting = [DocumentRead(b"key", "out", START)]
        self.in_view: set[str] = set()
        self.own: set[bytes] = set()

    def documents(self) -> Sequence[DocumentRead]:
        waiting, self.waiting = self.waiting, []
        return waiting

    def follow(self, step: StepResult, at: datetime) -> None:
        self.in_view |= set(step.alerts_in_view)
        self.own |= {own.key for own in step.own_documents}


def test_documents_reach_the_lane_and_who_is_in_view_is_told() -> None:
    lane, watch = Lane([camera(5)]), Watch()
    lane.cameras[0].play()
    lane.agent.step()
    lane.agent.watch_crossings(watch)
    lane.play()
    [raised] = [effect.alert for effect in lane.effects if isinstance(effect, RaiseAlert)]
    assert (watch.in_view, watch.own) == ({raised.alert_id}, {b"key"})
    assert raised.direction == "out"


def test_a_loop_that_turns_keeps_up() -> None:
    lane = Lane([camera(5)])
    lane.play()
    assert lane.agent.is_keeping_up()


def test_a_live_camera_nobody_looks_at_is_a_lag() -> None:
    lane = Lane([camera(5)])
    lane.agent._processed_at["c1"] -= 60
    assert not lane.agent.is_keeping_up()
    lane.cameras[0].status = "blind"
    assert lane.agent.is_keeping_up()


def _ended(lane: Lane) -> list[bool]:
    updates = [effect.update for effect in lane.effects if isinstance(effect, UpdateAlert)]
    return [update.is_ended for update in updates if update.is_ended]
