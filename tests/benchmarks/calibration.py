"""How often a threshold from a lane's own scores keeps its promise, beside the plain quantile."""

import numpy as np

from edge_agent.decision.score_tail import fit_tail
from tests.benchmarks.measurement import Measurement
from tests.edge_agent.score_sets import heavy_tops, mixed_tops, normal_tops

NAME = "calibration"
RATE = 1e-3
TRACKS = 5000
"""As many as the edge asks for at this rate."""
HELD_OUT = 400_000


def run(n: int = 20) -> Measurement:
    """Set both from the same tracks and let held-out ones pass; `n` lanes of each of three kinds."""
    kept = {"ours": 0, "reference": 0}
    achieved: dict[str, list[float]] = {"ours": [], "reference": []}
    for tops in (normal_tops, mixed_tops, heavy_tops):
        for seed in range(n):
            random = np.random.default_rng(seed)
            tracks, held_out = tops(TRACKS, random), tops(HELD_OUT, random)
            thresholds = {
                "ours": fit_tail(tracks).threshold(RATE),
                "reference": float(np.quantile(tracks, 1 - RATE)),
            }
            ratios = {name: float((held_out >= t).mean()) / RATE for name, t in thresholds.items()}
            for name, ratio in ratios.items():
                achieved[name].append(ratio)
                kept[name] += 0.5 <= ratio <= 2
    low, high = np.quantile(achieved["ours"], [0.05, 0.95])
    plain_low, plain_high = np.quantile(achieved["reference"], [0.05, 0.95])
    notes = (
        f"lanes within a factor of 2 of FPIR {RATE:g}, simulated, {TRACKS} tracks, {3 * n} lanes; "
        f"achieved over set {low:.2f} to {high:.2f}, plain quantile {plain_low:.2f} to {plain_high:.2f}"
    )
    share = 100 / (3 * n)
    return Measurement(NAME, "%", 3 * n, kept["ours"] * share, kept["reference"] * share, notes)
