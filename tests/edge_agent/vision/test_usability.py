"""When the guard is asked to look at a face no search says anything of."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from edge_agent.alerts.effects import RaiseAlert
from edge_agent.metrics import LaneCollector, metrics_text
from edge_agent.vision.pipeline import LaneIdentity, LanePipeline, PipelinePolicy, StepResult
from edge_agent.vision.usability import Usability, UsabilityPolicy, hindrances
from models.face import FaceDetection
from models.fakes import fake_engine
from models.image_quality import FaceQuality, measure_quality
from models.ports import Image
from sync.messages import Outcome
from tests.edge_agent.passages import Walk, ids_in_order, passage, watchlist_of
from tests.gui.builders import make_state

POLICY = UsabilityPolicy()
LISTED, STRANGER = 1, 7
CLEAR = FaceQuality(120.0, 60.0, 128.0, 0.0, 80.0, 60.0)
Covering = Callable[[int], float]


def after(looks: Iterable[tuple[float, tuple[str, ...]]]) -> tuple[Usability, float]:
    usability, stream_s = Usability(), 0.0
    for stream_s, reasons in looks:
        usability = usability.seen(reasons, stream_s, POLICY)
    return usability, stream_s


def spells(*parts: tuple[int, str]) -> list[tuple[float, tuple[str, ...]]]:
    """Give looks five times a second: so many with this reason, '' for none."""
    reasons = [(reason,) if reason else () for looks, reason in parts for _ in range(looks)]
    return [(number / 5, each) for number, each in enumerate(reasons)]


@pytest.mark.parametrize(
    ("looks", "is_unusable"),
    [
        (spells((5, "covered")), False),
        (spells((6, "covered")), True),
        (spells((6, "small"), (1, "")), True),
        (spells((6, "small"), (2, "")), False),
        (spells((4, "turned"), (1, ""), (4, "turned")), True),
        (spells((4, "turned"), (2, ""), (4, "turned")), False),
        (spells((3, ""), (20, "turned")), False),
        (spells((2, ""), (20, "turned")), True),
        (spells((3, "small"), (4, "covered")), True),
    ],
    ids=[
        "short of a second",
        "a second",
        "one clear look is no end",
        "two clear looks are",
        "one clear look within",
        "two clear looks begin anew",
        "turned away after it was seen clearly",
        "turned away before it was",
        "from far and then covered",
    ],
)
def test_a_face_that_was_of_no_use_for_a_second_is_for_the_guard(
    looks: list[tuple[float, tuple[str, ...]]], is_unusable: bool
) -> None:
    assert after(looks)[0].is_unusable is is_unusable


def test_the_reason_is_that_of_the_newest_useless_look() -> None:
    usability, _ = after(spells((4, "small"), (3, "covered")))
    assert usability.hints == ("covered",)


def test_what_may_be_a_picture_is_for_the_guard_at_once_and_until_judged_otherwise() -> None:
    judged = Usability().judged(is_picture=True).seen((), 0.0, POLICY)
    assert (judged.is_unusable, judged.hints) == (True, ("picture",))
    assert not judged.judged(is_picture=False).seen((), 0.2, POLICY).is_unusable


def test_a_track_is_new_to_the_guard_once() -> None:
    usability, news = Usability(), []
    for stream_s, reasons in spells((8, "covered"), (2, ""), (8, "covered")):
        usability = usability.seen(reasons, stream_s, POLICY)
        news.append(usability.is_new)
    assert news.count(True) == 1


def test_covering_hinders_beside_what_the_gate_says() -> None:
    covered = replace(CLEAR, covering=1.0)
    assert hindrances(("dark",), covered, POLICY) == ("dark", "covered")
    assert hindrances((), covered, POLICY) == ("covered",)
    assert hindrances((), CLEAR, POLICY) == ()


def lane_of(covering: Covering = lambda look: 0.0, bona_fide: float | None = None) -> LanePipeline:
    """Make a lane whose faces are covered as `covering` says, look by look."""
    looks = iter(range(10_000))

    def measure(image: Image, detection: FaceDetection) -> FaceQuality:
        return replace(measure_quality(image, detection), covering=covering(next(looks)))

    engine = fake_engine(bona_fide=bona_fide)
    identity = LaneIdentity("lane-1")
    return LanePipeline(engine, PipelinePolicy(), identity, ids_in_order(), measure=measure)


def walked(lane: LanePipeline, identity: int) -> list[StepResult]:
    watchlist = watchlist_of({"a": [LISTED], "b": [2], "c": [3]})
    return [lane.process(frame, (watchlist,)) for frame in passage([Walk(identity, speed=2.0)], 30)]


def statuses(steps: Iterable[StepResult]) -> list[str]:
    return [view.status for step in steps for view in step.tracks]


def test_a_covered_stranger_is_searched_and_shown_as_not_usable() -> None:
    lane = lane_of(lambda look: 2.0)
    steps = walked(lane, STRANGER)
    said = statuses(steps)
    assert said[:16] == ["searching"] * 2 + ["non-match"] * 13 + ["unusable"]
    assert {view.reasons for step in steps for view in step.tracks if view.status == "unusable"} == {
        ("covered",)
    }
    assert lane.counters.searches > 0
    assert (lane.counters.unusable, dict(lane.counters.unusable_by_reason)) == (1, {"covered": 1})
    assert lane.unusable_now == 1


def test_a_covered_face_alone_never_alerts_nor_hides_a_match() -> None:
    strangers = walked(lane_of(lambda look: 9.0), STRANGER)
    assert not [e for step in strangers for e in step.effects]
    listed = walked(lane_of(lambda look: 9.0), LISTED)
    [alert] = [e.alert for step in listed for e in step.effects if isinstance(e, RaiseAlert)]
    assert (alert.outcome, alert.face_hints) == (Outcome.MATCH, ("covered",))
    assert "unusable" not in statuses(listed)[2:]


def test_a_face_uncovered_again_is_no_longer_the_guards() -> None:
    lane = lane_of(lambda look: 2.0 if look < 18 else 0.0)
    said = statuses(walked(lane, STRANGER))
    assert (said[17], said[-1], lane.unusable_now) == ("unusable", "non-match", 0)


def test_a_stranger_who_may_be_a_picture_is_for_the_guard() -> None:
    lane = lane_of(bona_fide=0.1)
    steps = walked(lane, STRANGER)
    assert statuses(steps)[-1] == "unusable"
    assert steps[-1].tracks[0].reasons == ("picture",)
    assert not [effect for step in steps for effect in step.effects]
    assert statuses(walked(lane_of(bona_fide=0.9), STRANGER))[-1] == "non-match"


def test_metrics_count_tracks_by_reason() -> None:
    lane = lane_of(lambda look: 2.0)
    walked(lane, STRANGER)
    text = metrics_text(LaneCollector(lambda: make_state(unusable_now=1), lambda: lane.counters)).decode()
    samples = {s.name: (s.labels, s.value) for f in text_string_to_metric_families(text) for s in f.samples}
    assert samples["kechid_unusable_tracks_total"] == ({}, 1.0)
    assert samples["kechid_unusable_tracks_by_reason_total"] == ({"reason": "covered"}, 1.0)
    assert samples["kechid_unusable_faces"] == ({}, 1.0)
