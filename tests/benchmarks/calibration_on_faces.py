"""How often a threshold fitted to scores of real faces keeps its promise, beside the plain quantile."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_agent.decision.score_tail import fit_tail
from models.engine import load_engine
from tests.benchmarks.degraded_faces import FOLDERS, SAME_PERSON, Sitter, sitters, views
from tests.benchmarks.measurement import Measurement, not_measured
from tests.models.packs_here import is_here

NAME, UNIT, PACK = "calibration_on_faces", "% of lanes", "intel-0095"
VIEWS = 4000
"""Degraded views of all persons together."""
GALLERIES = 40
"""Each of half the other persons; every view is searched in all of them."""
TRACKS = {1e-2: 2000, 1e-3: 20_000}
"""Scores a lane collects before it is armed, by the rate it is set to."""
Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Tops:
    """Best score of every view against the strangers of every gallery."""

    scores: NDArray[np.float32]
    """(galleries, views); NaN where no stranger is enrolled."""
    persons: NDArray[np.int64]
    """(views,): who each is."""

    def of(self, persons: NDArray[np.int64]) -> Scores:
        """Every score of these persons' views."""
        scores = self.scores[:, np.isin(self.persons, persons)].ravel()
        return np.asarray(scores[~np.isnan(scores)], np.float64)


def run(n: int = 20) -> Measurement:
    """Arm `n` lanes at each rate, once for travellers like those who were counted, once for others."""
    if not (all(folder.is_dir() for folder in FOLDERS) and is_here(PACK)):
        return not_measured(NAME, UNIT, f"needs pack {PACK} and the face pictures beside the checkout")
    tops = searched(n)
    alike = {rate: [same(tops, rate, seed) for seed in range(n)] for rate in TRACKS}
    other = {rate: [strangers(tops, rate, seed) for seed in range(n)] for rate in TRACKS}
    spoken = [told("the same persons", alike, rate) for rate in TRACKS]
    spoken += [told("other persons", other, rate) for rate in TRACKS]
    notes = (
        f"{tops.scores.size} top scores of {VIEWS} views of {len(np.unique(tops.persons))} persons in "
        f"{GALLERIES} galleries of strangers, {PACK}; faces alike from {SAME_PERSON} on count as one person; "
        f"achieved over set FPIR, least, middle, most: {'; '.join(spoken)}"
    )
    ours, plain = (share([pair[side] for pairs in alike.values() for pair in pairs]) for side in (0, 1))
    return Measurement(NAME, UNIT, n * len(TRACKS), ours, plain, notes)


def searched(seed: int) -> Tops:
    """Search every view in galleries of strangers."""
    engine, random = load_engine(PACK), np.random.default_rng(seed)
    people = sitters(engine)
    each = -(-VIEWS // len(people))
    probes = [view for sitter in people for view in views(engine, sitter, each, random)][:VIEWS]
    owners = np.repeat([sitter.person for sitter in people], each)[:VIEWS]
    return Tops(top_scores(people, np.stack([probe.vector for probe in probes]), owners, random), owners)


def top_scores(
    people: Sequence[Sitter],
    probes: NDArray[np.float32],
    owners: NDArray[np.int64],
    random: np.random.Generator,
) -> NDArray[np.float32]:
    """Best score of each probe against the others of random halves of all persons."""
    enrolled = np.array([sitter.person for sitter in people])
    scores = probes @ np.stack([sitter.template.vector for sitter in people]).T
    scores = np.where(owners[:, None] == enrolled, np.nan, scores)
    known = np.unique(enrolled)
    drawn = [random.choice(known, len(known) // 2, replace=False) for _ in range(GALLERIES)]
    return np.stack([np.nanmax(scores[:, np.isin(enrolled, half)], axis=1) for half in drawn])


def same(tops: Tops, rate: float, seed: int) -> tuple[float, float]:
    """Arm with some of all scores and let the rest pass; achieved over set FPIR, ours and the quantile's."""
    scores = np.random.default_rng(seed).permutation(tops.of(np.unique(tops.persons)))
    return achieved(scores[: TRACKS[rate]], scores[TRACKS[rate] :], rate)


def strangers(tops: Tops, rate: float, seed: int) -> tuple[float, float]:
    """Arm with the scores of one half of the persons and let the other half pass."""
    random = np.random.default_rng(seed)
    persons = random.permutation(np.unique(tops.persons))
    counted = random.permutation(tops.of(persons[: len(persons) // 2]))[: TRACKS[rate]]
    return achieved(counted, tops.of(persons[len(persons) // 2 :]), rate)


def achieved(counted: Scores, passing: Scores, rate: float) -> tuple[float, float]:
    """FPIR over the one that was set."""
    thresholds = (fit_tail(counted).threshold(rate), float(np.quantile(counted, 1 - rate)))
    return tuple(float((passing >= threshold).mean()) / rate for threshold in thresholds)  # type: ignore[return-value]


def told(who: str, ratios: dict[float, list[tuple[float, float]]], rate: float) -> str:
    """Say how the lanes of one rate did."""
    ours = sorted(pair[0] for pair in ratios[rate])
    within = sum(0.5 <= ratio <= 2 for ratio in ours)
    middle = ours[len(ours) // 2]
    spread = f"{ours[0]:.2f}, {middle:.2f}, {ours[-1]:.2f}"
    return f"{who} at {rate:g}: {spread}, within a factor of 2 {within} of {len(ours)}"


def share(ratios: Sequence[float]) -> float:
    """Percent within a factor of 2."""
    return 100 * sum(0.5 <= ratio <= 2 for ratio in ratios) / len(ratios)
