"""Keeping the best samples of a track."""

from datetime import UTC, datetime

import numpy as np
import pytest

from edge_agent.vision.best_shot import BestShotPolicy, Sample, Samples, admit, improves

POLICY = BestShotPolicy(limit=3, spacing_s=0.15)


def sample(stream_s: float, quality: float) -> Sample:
    pixels = np.zeros((2, 2, 3), np.uint8)
    return Sample(round(stream_s * 100), stream_s, datetime(2026, 3, 1, tzinfo=UTC), quality, pixels, pixels)


def shots(*pairs: tuple[float, float]) -> Samples:
    kept: Samples = ()
    for stream_s, quality in pairs:
        kept = admit(kept, sample(stream_s, quality), POLICY)
    return kept


def summary(kept: Samples) -> list[tuple[float, float]]:
    return [(shot.stream_s, shot.quality) for shot in kept]


FULL = ((0.0, 50.0), (1.0, 70.0), (2.0, 60.0))


@pytest.mark.parametrize(
    ("kept", "quality", "stream_s", "is_better"),
    [
        ((), 1.0, 0.0, True),
        (FULL[:2], 10.0, 3.0, True),
        (FULL, 49.0, 3.0, False),
        (FULL, 51.0, 3.0, True),
        (FULL, 69.0, 1.1, False),
        (FULL, 71.0, 1.1, True),
    ],
)
def test_a_sample_is_wanted_only_when_it_improves(
    kept: tuple[tuple[float, float], ...], quality: float, stream_s: float, is_better: bool
) -> None:
    assert improves(shots(*kept), quality, stream_s, POLICY) is is_better


def test_the_best_come_first() -> None:
    assert summary(shots(*FULL)) == [(1.0, 70.0), (2.0, 60.0), (0.0, 50.0)]


def test_the_worst_gives_way() -> None:
    assert summary(shots(*FULL, (3.0, 55.0))) == [(1.0, 70.0), (2.0, 60.0), (3.0, 55.0)]


def test_a_better_sample_takes_the_place_of_those_too_near() -> None:
    kept = shots((0.0, 50.0), (0.2, 52.0), (0.1, 80.0))
    assert summary(kept) == [(0.1, 80.0)]


def test_kept_samples_are_never_nearer_than_the_spacing() -> None:
    random = np.random.default_rng(3)
    kept: Samples = ()
    for stream_s in np.arange(0, 4, 1 / 30):
        quality = float(random.uniform(0, 100))
        if improves(kept, quality, float(stream_s), POLICY):
            kept = admit(kept, sample(float(stream_s), quality), POLICY)
    times = sorted(shot.stream_s for shot in kept)
    assert len(times) == POLICY.limit
    assert min(np.diff(times)) >= POLICY.spacing_s
