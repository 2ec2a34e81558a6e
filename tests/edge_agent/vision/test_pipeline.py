"""Frames of a lane to tracks and alerts."""

import gc
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

import msgspec
import numpy as np
import pytest

from edge_agent.alerts.alerting import AlertPolicy, standing_of
from edge_agent.alerts.effects import Effect, RaiseAlert, UpdateAlert
from edge_agent.crossings.crossings import DocumentRead
from edge_agent.gallery.faiss_gallery import FaissGallery
from edge_agent.vision.best_shot import BestShotPolicy, Sample
from edge_agent.vision.pipeline import LaneIdentity, LanePipeline, PipelinePolicy, StepResult
from edge_agent.vision.probe_picture import MAX_WIDTH
from edge_agent.vision.track_record import SearchPolicy, TrackRecord
from edge_agent.watchlists.watchlist import Watchlist
from hardware.frame import Frame
from models.errors import ContractMismatchError
from models.fakes import FAKE_HINT_THRESHOLD, fake_engine
from models.template import Template
from sync.messages import Outcome
from tests.edge_agent.passages import START, Walk, ids_in_order, passage, watchlist_of

LISTED, STRANGER = 1, 7
WATCHLIST = watchlist_of({"a": [LISTED], "b": [2], "c": [3]})


def pipeline(policy: PipelinePolicy | None = None, bona_fide: float | None = None) -> LanePipeline:
    engine = fake_engine(bona_fide=bona_fide)
    return LanePipeline(engine, policy or PipelinePolicy(), LaneIdentity("lane-1"), ids_in_order())


def run(
    lane: LanePipeline, frames: Iterable[Frame], watchlists: Sequence[Watchlist] = (WATCHLIST,)
) -> list[StepResult]:
    steps = [lane.process(frame, watchlists) for frame in frames]
    return [*steps, lane.finish(START + timedelta(hours=1))]


def effects_of(steps: Iterable[StepResult]) -> list[Effect]:
    return [effect for step in steps for effect in step.effects]


def raised(steps: Iterable[StepResult]) -> list[RaiseAlert]:
    return [effect for effect in effects_of(steps) if isinstance(effect, RaiseAlert)]


def test_a_listed_person_raises_one_alert_at_the_third_good_frame() -> None:
    steps = run(pipeline(), passage([Walk(LISTED)]))
    alerts = raised(steps)
    assert [effect.alert.subject_id for effect in alerts] == ["a"]
    assert alerts[0].alert.outcome is Outcome.MATCH
    assert alerts[0].alert.raised_stream_s == pytest.approx(2 / 15)
    assert next(number for number, step in enumerate(steps) if step.effects) == 2


def test_a_stranger_raises_nothing() -> None:
    assert effects_of(run(pipeline(), passage([Walk(STRANGER)]))) == []


def test_an_empty_gallery_is_a_non_match() -> None:
    lane = pipeline()
    steps = run(lane, passage([Walk(LISTED)]), [watchlist_of({})])
    assert effects_of(steps) == []
    assert lane.counters.searches > 0
    assert steps[10].tracks[0].status == "non-match"


def test_without_a_list_nothing_is_extracted() -> None:
    lane = pipeline()
    assert effects_of(run(lane, passage([Walk(LISTED)]), [])) == []
    assert (lane.counters.extractions, lane.counters.searches, lane.counters.tracks) == (0, 0, 1)


def test_a_listed_person_among_strangers_is_the_only_alert() -> None:
    walks = [Walk(STRANGER, top=20), Walk(LISTED, top=130), Walk(9, top=240)]
    assert [effect.alert.subject_id for effect in raised(run(pipeline(), passage(walks)))] == ["a"]


def test_an_alert_ends_when_the_window_after_the_last_sight_has_passed() -> None:
    policy = PipelinePolicy(alerts=AlertPolicy(crossing_window_s=1.0))
    lane = pipeline(policy)
    steps = [lane.process(frame, [WATCHLIST]) for frame in passage([Walk(LISTED)], 60)]
    ends = [
        number
        for number, step in enumerate(steps)
        if any(isinstance(e, UpdateAlert) and e.update.is_ended for e in step.effects)
    ]
    assert ends == [29 + 16]
    assert lane.open_alerts == 0


def test_coming_back_within_the_window_is_the_same_alert() -> None:
    walks = [Walk(LISTED, last=19), Walk(LISTED, first=45, last=59)]
    lane = pipeline()
    steps = run(lane, passage(walks, 60))
    assert lane.counters.tracks == 2
    assert len(raised(steps)) == 1


def test_coming_back_after_the_window_is_a_new_alert() -> None:
    policy = PipelinePolicy(alerts=AlertPolicy(crossing_window_s=1.0))
    walks = [Walk(LISTED, last=19), Walk(LISTED, first=45, last=59)]
    assert len(raised(run(pipeline(policy), passage(walks, 60)))) == 2


def test_two_cameras_share_the_crossing_and_not_the_tracks() -> None:
    lane = pipeline()
    pairs = zip(
        passage([Walk(LISTED)], 30), passage([Walk(LISTED, top=150)], 30, camera_id="c2"), strict=True
    )
    steps = run(lane, (frame for pair in pairs for frame in pair))
    assert lane.counters.tracks == 2
    assert len(raised(steps)) == 1


def test_a_short_look_is_a_review_not_a_match() -> None:
    alerts = raised(run(pipeline(), passage([Walk(LISTED, last=1)])))
    assert [effect.alert.outcome for effect in alerts] == [Outcome.REVIEW]


def test_a_single_detection_is_no_track_and_never_searched() -> None:
    lane = pipeline()
    assert effects_of(run(lane, passage([Walk(LISTED, last=0)]))) == []
    assert (lane.counters.tracks, lane.counters.searches) == (0, 0)


@pytest.mark.parametrize(
    ("walk", "reason"), [(Walk(LISTED, width=36.0), "small"), (Walk(LISTED, blur=61), "blurred")]
)
def test_a_face_too_poor_is_shown_and_not_searched(walk: Walk, reason: str) -> None:
    lane = pipeline()
    steps = run(lane, passage([walk], 10))
    seen = [view for step in steps for view in step.tracks]
    assert seen
    assert {view.status for view in seen} == {"too-poor"}
    assert all(reason in view.reasons for view in seen)
    assert (lane.counters.searches, lane.counters.gated) == (0, len(seen))


def test_the_status_of_a_track_follows_the_search() -> None:
    steps = run(pipeline(), passage([Walk(LISTED, top=20), Walk(STRANGER, top=200)], 10))
    listed = [view.status for step in steps for view in step.tracks if view.y < 0.3]
    stranger = [view.status for step in steps for view in step.tracks if view.y > 0.3]
    assert listed == ["searching"] * 2 + ["match"] * 8
    assert stranger == ["searching"] * 2 + ["non-match"] * 8


def test_boxes_are_fractions_of_the_picture() -> None:
    view = pipeline().process(next(passage([Walk(LISTED, top=60, width=96)])), [WATCHLIST]).tracks[0]
    assert (view.x, view.y) == pytest.approx((20 / 640, 60 / 360), abs=0.01)
    assert (view.width, view.height) == pytest.approx((96 / 640, 96 / 360), abs=0.01)


def test_a_person_who_lingers_costs_no_more_than_allowed() -> None:
    policy = PipelinePolicy(search=SearchPolicy(max_extractions=6))
    lane = pipeline(policy)
    run(lane, passage([Walk(STRANGER, last=299, speed=0.5)], 300))
    assert lane.counters.frames == 300
    assert 0 < lane.counters.extractions <= 6 + 300 / 15


def test_a_new_version_after_the_allowance_is_spent_is_asked_with_what_is_there() -> None:
    lane = pipeline(PipelinePolicy(search=SearchPolicy(max_extractions=1), shots=BestShotPolicy(limit=1)))
    versions = [WATCHLIST, watchlist_of({"z": [STRANGER]}, version=2)]
    growing = [Walk(STRANGER, first=n, last=n, width=50.0 + n, top=60.0 - n / 2) for n in range(40)]
    steps = [lane.process(f, [versions[f.sequence // 20]]) for f in passage(growing, 40)]
    assert lane.counters.extractions <= 1 + 40 / 15
    assert lane.counters.tracks == 1
    assert len(steps) == 40


@pytest.mark.parametrize("width", [96.0, 84.0, 108.0])
def test_a_person_who_takes_anothers_place_is_searched_and_never_fused(width: float) -> None:
    walks = [Walk(STRANGER, last=29, speed=0.0), Walk(LISTED, first=30, last=59, speed=0.0, width=width)]
    lane = pipeline()
    alerts = raised(run(lane, passage(walks, 60)))
    assert (lane.counters.tracks, lane.counters.splits) == (2, 1)
    assert [effect.alert.subject_id for effect in alerts] == ["a"]
    assert alerts[0].alert.comparison_score > 0.9
    assert START + timedelta(seconds=2) <= alerts[0].alert.first_seen_at
    assert alerts[0].alert.raised_stream_s < 3.5


def test_a_new_version_of_the_list_is_asked_at_once() -> None:
    lane = pipeline()
    frames = list(passage([Walk(STRANGER, last=59, speed=2)], 60))
    before = [lane.process(frame, [WATCHLIST]) for frame in frames[:30]]
    newer = watchlist_of({"z": [STRANGER]}, version=2)
    after = lane.process(frames[30], [newer])
    assert raised(before) == []
    assert [effect.alert.subject_id for effect in raised([after])] == ["z"]


def test_two_runs_give_equal_effects() -> None:
    def once() -> list[bytes]:
        walks = [Walk(LISTED, top=20), Walk(2, first=10, top=130), Walk(STRANGER, first=5, top=240)]
        found = effects_of(run(pipeline(bona_fide=0.7), passage(walks, 90)))
        return [
            msgspec.msgpack.encode(e.alert if isinstance(e, RaiseAlert) else e.update)
            + (b"" if e.probe is None else e.probe.tobytes())
            for e in found
        ]

    first = once()
    assert len(first) >= 4
    assert first == once()


def test_the_probe_is_a_small_padded_crop_of_the_best_sample() -> None:
    probe = raised(run(pipeline(), passage([Walk(LISTED, top=60, width=96)])))[0].probe
    assert 96 < probe.shape[1] <= MAX_WIDTH
    assert probe.base is None


def test_an_alert_carries_the_presentation_attack_hint_when_there_is_one() -> None:
    hinted = raised(run(pipeline(bona_fide=0.25), passage([Walk(LISTED)])))[0].alert
    unknown = raised(run(pipeline(), passage([Walk(LISTED)])))[0].alert
    assert (hinted.bona_fide_score, hinted.attack_hint_threshold) == (0.25, FAKE_HINT_THRESHOLD)
    assert (unknown.bona_fide_score, unknown.attack_hint_threshold) == (None, None)


def _retained(kind: type) -> set[int]:
    gc.collect()
    return {id(thing) for thing in gc.get_objects() if isinstance(thing, kind)}


def test_a_non_match_leaves_no_template_and_no_picture_behind() -> None:
    lane = pipeline()
    before = {kind: _retained(kind) for kind in (Template, Sample, TrackRecord, np.ndarray)}
    during = []
    for frame in passage([Walk(STRANGER)], 90):  # until nobody can continue the track any more
        lane.process(frame, [WATCHLIST])
        during.append(lane.tracks_now)
    del frame
    assert max(during) == 1
    assert lane.counters.searches > 0
    assert lane.tracks_now == 0
    for kind in (Template, Sample, TrackRecord):
        assert _retained(kind) <= before[kind]
    assert _pictures_reachable_from(lane) == []


def test_an_ended_alert_leaves_no_template_and_no_picture_behind() -> None:
    lane = pipeline()
    run(lane, passage([Walk(LISTED)]))
    assert _pictures_reachable_from(lane) == []


def _pictures_reachable_from(lane: LanePipeline) -> list[object]:
    """Every array or template that the pipeline's own state holds on to."""
    # The engine's constants are no pictures of anybody.
    state = [value for name, value in vars(lane).items() if name not in {"_engine", "_watchlists"}]
    seen: set[int] = set()
    found: list[object] = []
    while state:
        thing = state.pop()
        if id(thing) in seen or isinstance(thing, type) or hasattr(thing, "__globals__"):
            continue
        seen.add(id(thing))
        if isinstance(thing, np.ndarray | Template | Sample):
            found.append(thing)
        state += gc.get_referents(thing)
    return found


def test_a_camera_whose_clock_runs_back_starts_anew() -> None:
    lane = pipeline()
    first = [lane.process(frame, [WATCHLIST]) for frame in passage([Walk(LISTED)], 20, start_s=50.0)]
    again = [lane.process(frame, [WATCHLIST]) for frame in passage([Walk(LISTED)], 20)]
    assert len(raised(first)) == 1
    assert len(raised(again)) == 1
    ends = [e for e in effects_of(again) if isinstance(e, UpdateAlert) and e.update.is_ended]
    assert len(ends) == 1
    assert lane.counters.clock_jumps == 1


def test_a_finished_pipeline_can_be_used_again() -> None:
    lane = pipeline()
    assert len(raised(run(lane, passage([Walk(LISTED)], 20)))) == 1
    assert len(raised(run(lane, passage([Walk(LISTED)], 20)))) == 1


def test_a_probe_of_another_contract_is_an_error() -> None:
    foreign = FaissGallery(replace(WATCHLIST.contract, sha256="1" * 64), [])
    with pytest.raises(ContractMismatchError, match="not comparable"):
        run(pipeline(), passage([Walk(LISTED)]), [replace(WATCHLIST, gallery=foreign)])


def test_two_cameras_that_see_the_same_walk_at_different_times_raise_one_alert() -> None:
    near, far = passage([Walk(LISTED)], 30), passage([Walk(LISTED)], 30, camera_id="c2", start_s=20.0)
    lane = pipeline()
    steps = run(lane, [*near, *far])
    assert lane.counters.tracks == 2
    assert len(raised(steps)) == 1


def test_a_face_that_another_camera_takes_for_another_subject_is_in_the_same_crossing() -> None:
    near, far = list(passage([Walk(LISTED)], 30)), list(passage([Walk(LISTED)], 30, camera_id="c2"))
    lane = pipeline()
    steps = [lane.process(frame, [WATCHLIST]) for frame in near]
    other = replace(watchlist_of({"b": [LISTED]}), list_id="missing")
    steps += [lane.process(replace(f, stream_s=f.stream_s + 20.0), [other]) for f in far]
    first, second = (effect.alert for effect in raised(steps))
    assert (first.subject_id, second.subject_id) == ("a", "b")
    assert first.crossing_id == second.crossing_id


def test_a_document_belongs_to_the_only_face_before_each_camera() -> None:
    frames = list(passage([Walk(LISTED)], 20))
    lane = pipeline()
    steps = [lane.process(frame, [WATCHLIST]) for frame in frames[:10]]
    step = lane.read_document(DocumentRead(b"key", "out", frames[9].captured_at))
    crossing = raised(steps)[0].alert.crossing_id
    assert [(own.crossing_id, own.key) for own in step.own_documents] == [(crossing, b"key")]
    assert [e.update.direction for e in step.effects if isinstance(e, UpdateAlert)] == ["out"]


def test_a_document_read_before_two_faces_is_nobodys() -> None:
    frames = list(passage([Walk(LISTED, top=20), Walk(STRANGER, top=200)], 20))
    lane = pipeline()
    for frame in frames[:10]:
        lane.process(frame, [WATCHLIST])
    step = lane.read_document(DocumentRead(b"key", "out", frames[9].captured_at))
    assert (step.effects, step.own_documents) == ((), ())


def test_a_pause_ends_tracks_and_leaves_the_crossing_to_the_next_run() -> None:
    lane, frames = pipeline(), list(passage([Walk(LISTED)], 60))
    steps = [lane.process(frame, [WATCHLIST]) for frame in frames[:20]]
    steps.append(lane.pause(frames[19].captured_at))
    assert (lane.tracks_now, lane.open_alerts) == (0, 1)
    first = raised(steps)[0].alert
    again = pipeline()
    again.resume([standing_of(first)])
    later = [again.process(replace(f, stream_s=f.stream_s + 900.0), [WATCHLIST]) for f in frames[:20]]
    assert raised(later) == []
    assert again.open_alerts == 1
