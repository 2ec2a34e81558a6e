"""Whom a track shows, against the truth of drawn passages: crossings, occlusions, swaps, slow cameras."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest

from edge_agent.vision.pipeline import LaneIdentity, LanePipeline, PipelinePolicy, StepResult
from hardware.frame import Frame, Image
from models.engine import FaceEngine
from models.face import Box
from models.fakes import draw_fake_face, fake_engine
from models.ports import Chip
from models.score_calibration import ScoreCalibration
from models.template import EmbeddingContract, Template, unit_template
from tests.edge_agent.passages import START, ids_in_order, watchlist_of
from tests.edge_agent.vision.test_pipeline import raised

WIDTH, HEIGHT, SIDE = 640, 360, 72.0
LISTED, STRANGER, OTHER = 1, 7, 9
WATCHLIST = watchlist_of({"a": [LISTED], "b": [2], "c": [3]})

Place = tuple[float, float] | None
"""Left and top of a face; None while it is not to be seen."""
Path = Callable[[float], Place]
"""Where somebody is at a time in seconds."""


@dataclass(frozen=True)
class Truth:
    """Which tracks each person had, frame by frame, and the pipeline's other results."""

    tracks: dict[int, list[int]]
    steps: list[StepResult]
    lane: LanePipeline

    def switches(self, identity: int) -> int:
        """How often a person's track changed its number: what the field calls ID switches."""
        numbers = self.tracks[identity]
        return sum(a != b for a, b in pairwise(numbers))


def watch(
    people: dict[int, Path],
    seconds: float,
    rate: float = 15.0,
    policy: PipelinePolicy | None = None,
    engine: FaceEngine | None = None,
) -> Truth:
    lane = LanePipeline(
        engine or fake_engine(), policy or PipelinePolicy(), LaneIdentity("lane-1"), ids_in_order()
    )
    tracks: dict[int, list[int]] = {identity: [] for identity in people}
    steps = []
    for number in range(round(seconds * rate)):
        stream_s = number / rate
        places = {who: path(stream_s) for who, path in people.items()}
        at = START + timedelta(seconds=stream_s)
        step = lane.process(Frame(_drawn(places), "c1", number, at, stream_s), [WATCHLIST])
        steps.append(step)
        for who, track in _matched(step, places):
            tracks[who].append(track)
    steps.append(lane.finish(START + timedelta(seconds=seconds)))
    return Truth(tracks, steps, lane)


def _drawn(places: dict[int, Place]) -> Image:
    image = np.full((HEIGHT, WIDTH, 3), 120, np.uint8)
    for who, place in places.items():
        if place is not None:
            draw_fake_face(image, who, Box(*place, SIDE, SIDE))
    return image


def _matched(step: StepResult, places: dict[int, Place]) -> Iterator[tuple[int, int]]:
    for view in step.tracks:
        for who, place in places.items():
            if (
                place is not None
                and np.hypot(view.x * WIDTH - place[0], view.y * HEIGHT - place[1]) < SIDE / 3
            ):
                yield who, view.track_id


def walking(left: float, top: float, speed: float) -> Path:
    return lambda at: (left + speed * at, top)


def hidden(path: Path, *spells: tuple[float, float]) -> Path:
    return lambda at: None if any(a <= at < b for a, b in spells) else path(at)


def jittering(path: Path, seed: int, pixels: float) -> Path:
    def place(at: float) -> Place:
        known = path(at)
        if known is None:
            return None
        dx, dy = np.random.default_rng([seed, round(at * 1000)]).normal(0, pixels, 2)
        return known[0] + float(dx), known[1] + float(dy)

    return place


@pytest.mark.parametrize("rate", [5.0, 10.0, 15.0, 25.0])
def test_two_people_who_cross_keep_their_tracks(rate: float) -> None:
    people = {
        LISTED: walking(20, 60, 120),
        STRANGER: walking(540, 150, -120),
    }
    truth = watch(people, 4.0, rate)
    assert {who: truth.switches(who) for who in people} == {LISTED: 0, STRANGER: 0}
    assert len(raised(truth.steps)) == 1


def test_people_hidden_where_they_cross_keep_their_tracks() -> None:
    """The nearer one hides the other, and each comes out on his own way."""
    people = {
        LISTED: walking(20, 80, 110),
        STRANGER: hidden(walking(540, 80, -110), (1.9, 2.9)),
    }
    truth = watch(people, 4.5)
    assert truth.switches(LISTED) == 0
    numbers = truth.tracks[STRANGER]
    assert sum(number != numbers[0] for number in numbers) <= 3  # until there is a template of him again
    assert numbers[-1] == numbers[0]
    assert truth.lane.counters.splits == 0


@pytest.mark.parametrize("gap_s", [0.5, 1.5, 2.5])
def test_a_person_hidden_for_a_while_is_the_same_track_and_the_same_alert(gap_s: float) -> None:
    path = hidden(walking(40, 60, 60), (1.5, 1.5 + gap_s))
    truth = watch({LISTED: path}, 4.5 + gap_s)
    assert len(set(truth.tracks[LISTED][-5:]) & set(truth.tracks[LISTED][:5])) == 1
    assert len(raised(truth.steps)) == 1


def test_coming_back_costs_no_second_search_storm() -> None:
    def searches(spells: Sequence[tuple[float, float]]) -> int:
        return watch({STRANGER: hidden(walking(40, 60, 50), *spells)}, 7.0).lane.counters.searches

    assert searches([(1.0, 2.2), (3.0, 4.2), (5.0, 6.2)]) <= searches([]) + 2


def test_another_person_at_the_same_place_is_another_track() -> None:
    """He comes while the first is still remembered, and shares nothing with him but the place."""
    people: dict[int, Path] = {
        STRANGER: hidden(walking(200, 60, 0), (1.5, 99.0)),
        OTHER: hidden(walking(200, 60, 0), (0.0, 2.7)),
    }
    truth = watch(people, 4.5)
    assert set(truth.tracks[STRANGER]).isdisjoint(truth.tracks[OTHER])
    assert truth.lane.counters.rejoins == 0


def test_a_track_taken_over_becomes_the_newcomers_own_and_raises_for_him_alone() -> None:
    people: dict[int, Path] = {
        STRANGER: hidden(walking(200, 60, 0), (2.0, 99.0)),
        LISTED: hidden(walking(200, 60, 0), (0.0, 2.0)),
    }
    truth = watch(people, 5.0)
    assert set(truth.tracks[STRANGER]).isdisjoint(truth.tracks[LISTED][-15:])
    [alert] = raised(truth.steps)
    assert alert.alert.subject_id == "a"
    assert alert.alert.comparison_score > 0.95  # nothing of the stranger was fused
    assert alert.alert.first_seen_at >= START + timedelta(seconds=2)


def test_tracks_that_were_swapped_find_their_people_again() -> None:
    """Both jump to the other's place between two frames, which motion cannot tell from staying."""
    left, right = (150.0, 100.0), (400.0, 100.0)
    people: dict[int, Path] = {
        STRANGER: lambda at: left if at < 2.0 else right,
        OTHER: lambda at: right if at < 2.0 else left,
    }
    truth = watch(people, 6.0)
    for who in people:
        assert truth.tracks[who][0] == truth.tracks[who][-1]
    assert truth.lane.counters.splits == 2
    assert truth.lane.counters.rejoins == 2
    assert raised(truth.steps) == []


def test_a_person_who_trembles_in_the_picture_keeps_the_track() -> None:
    truth = watch({LISTED: jittering(walking(100, 100, 60), 3, 6.0)}, 5.0)
    assert truth.switches(LISTED) == 0


def test_many_people_at_once_keep_their_tracks() -> None:
    people: dict[int, Path] = {
        10 + 5 * row + column: jittering(walking(10 + 120 * column, 10 + 85 * row, 4.0), row + column, 1.5)
        for row in range(4)
        for column in range(5)
    }
    truth = watch(people, 3.0)
    assert [truth.switches(who) for who in people] == [0] * 20
    assert truth.lane.counters.tracks == 20


def share_kept(policy: PipelinePolicy, passages: int) -> float:
    """Share of sights of a person under the number of the first one, of people each hidden twice."""
    kept = total = 0
    for seed in range(passages):
        random = np.random.default_rng(seed)
        people = {20 + row: _to_and_fro(random, 10.0 + 85 * row) for row in range(4)}
        for numbers in watch(people, 8.0, policy=policy).tracks.values():
            kept += numbers.count(numbers[0])
            total += len(numbers)
    return kept / total


def _to_and_fro(random: np.random.Generator, top: float) -> Path:
    left, reach, phase = random.uniform(40, 120), random.uniform(100, 380), random.uniform(0, 6)
    starts = random.uniform(0.7, 2.5), random.uniform(4.5, 5.5)
    spells = [(start, start + random.uniform(0.3, 2.0)) for start in starts]
    return hidden(lambda at: (left + reach * (0.5 + 0.5 * np.sin(at * 0.8 + phase)), top), *spells)


def test_rejoining_gives_the_lost_their_numbers_back() -> None:
    assert share_kept(replace(PipelinePolicy(), rejoin_s=0.0), 5) < 0.75
    assert share_kept(PipelinePolicy(), 5) > 0.9


def test_scores_that_part_strangers_are_the_packs_own() -> None:
    """Strangers of this extractor score 0.84, as dlib's do: a fixed number would call them all one person."""
    engine = _crowded_engine()
    people: dict[int, Path] = {
        STRANGER: hidden(walking(200, 60, 0), (2.0, 99.0)),
        OTHER: hidden(walking(200, 60, 0), (0.0, 2.0)),
    }
    truth = watch(people, 5.0, engine=engine)
    assert truth.lane.counters.splits == 1
    assert set(truth.tracks[STRANGER]).isdisjoint(truth.tracks[OTHER][-15:])


class _CrowdedExtractor:
    """Templates of the fake, all moved to one side until strangers score 0.84."""

    def __init__(self, inner: FaceEngine) -> None:
        self._inner = inner.extractor

    @property
    def contract(self) -> EmbeddingContract:
        return self._inner.contract

    def align(self, image: Image, detection: object) -> Chip:
        return self._inner.align(image, detection)  # type: ignore[arg-type]

    def extract(self, chips: Sequence[Chip]) -> list[Template]:
        side = np.full(self.contract.dimension, 1 / np.sqrt(self.contract.dimension))
        return [
            unit_template(t.vector * np.sqrt(0.16) + side * np.sqrt(0.84), t.contract)
            for t in self._inner.extract(chips)
        ]


def _crowded_engine() -> FaceEngine:
    plain = fake_engine()
    dlib = ScoreCalibration(((0.879, 1e-1), (0.8935, 3e-2), (0.9025, 1e-2), (0.911, 3e-3), (0.918, 1e-3)))
    return replace(plain, extractor=_CrowdedExtractor(plain), calibration=dlib)
