"""Pure: whether the fast search still finds whom a comparison with everybody finds."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from edge_agent.gallery.port import Gallery
from models.template import Template, unit_template

LEAST_RECALL = 0.99
"""Below, an administrator has to know."""
SAMPLE = 200
PROBE_SCORE = 0.45
"""Against the reference a probe is made from: a poor picture of the right person."""
LEAST_SCORE = 0.35
"""Probes whose best reference is less alike than this are nobody's."""
SAME_SCORE = 1e-4
NIGHT = time(1, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Recall:
    """How many probes found a reference as good as the best there is."""

    found: int
    asked: int

    @property
    def share(self) -> float:
        """From 0 to 1; 1 when nobody was asked for."""
        return self.found / self.asked if self.asked else 1.0

    @property
    def is_low(self) -> bool:
        """Whether the search must not be relied on."""
        return self.share < LEAST_RECALL


def measure_recall(gallery: Gallery, seed: int, sample: int = SAMPLE) -> Recall:
    """Blur references taken at random, and compare the search with brute force on them."""
    random = np.random.default_rng(seed)
    probes = [_blurred(template, random) for template in gallery.sampled(sample, seed)]
    exact = gallery.best_of_all(probes)
    asked = [
        (probe, best[0].comparison_score)
        for probe, best in zip(probes, exact, strict=True)
        if best and best[0].comparison_score >= LEAST_SCORE
    ]
    found = gallery.search_many([probe for probe, _ in asked], 1)
    hits = [
        bool(candidates) and candidates[0].comparison_score >= score - SAME_SCORE
        for candidates, (_, score) in zip(found, asked, strict=True)
    ]
    return Recall(sum(hits), len(hits))


def next_night(now: datetime) -> datetime:
    """Return the next quiet hour after `now`."""
    today = datetime.combine(now.astimezone(UTC).date(), NIGHT)
    return today if now < today else today + timedelta(days=1)


def _blurred(template: Template, random: np.random.Generator) -> Template:
    vector: NDArray[np.float64] = template.vector.astype(np.float64)
    vector /= np.linalg.norm(vector)
    noise = random.standard_normal(len(vector))
    noise -= (noise @ vector) * vector
    noise /= np.linalg.norm(noise)
    return unit_template(PROBE_SCORE * vector + np.sqrt(1 - PROBE_SCORE**2) * noise, template.contract)
