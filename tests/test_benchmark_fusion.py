"""The benchmark of fused templates: its parts, and a short run where pack and pictures are here."""

import numpy as np

from hardware.frame import Image
from models.fakes import fake_engine
from tests.benchmarks import template_fusion
from tests.benchmarks.template_fusion import FRAMES, Person, passage, ratio_interval, templates_of
from tests.edge_agent.passages import Walk, template_of
from tests.edge_agent.passages import passage as drawn


def drawn_frames(identity: int, *, blur: int = 0) -> list[Image]:
    return [frame.image for frame in drawn([Walk(identity, blur=blur)], 20)]


def test_each_way_makes_one_template_of_a_passage() -> None:
    probes = templates_of(fake_engine(), drawn_frames(5))
    assert set(probes) == {"fused", "best", "first"}
    assert all(probe.vector @ template_of(5).vector > 0.9 for probe in probes.values())


def test_a_passage_without_a_usable_frame_has_no_template() -> None:
    assert templates_of(fake_engine(), drawn_frames(5, blur=61)) == {}


def test_a_passage_never_shows_the_enrolled_picture() -> None:
    pictures = [np.full((80, 80, 3), grey, np.uint8) for grey in (250, 60)]
    person = Person(tuple(pictures), (40.0, 40.0), (template_of(1), template_of(1)))
    frames = list(passage(person, 0, np.random.default_rng(1)))
    assert len(frames) == FRAMES
    assert all(frame.mean() < 150 for frame in frames)


def test_a_way_that_misses_half_as_often_has_a_ratio_of_two() -> None:
    others = {way: np.linspace(0, 0.3, 400) for way in template_fusion.WAYS}
    own = {"fused": np.full(400, 0.9), "best": np.full(400, 0.9)}
    own["fused"][:40], own["best"][:80] = np.nan, np.nan
    low, high = ratio_interval(own, others, np.random.default_rng(1))
    assert 1.3 < low < 2.0 < high < 3.2
