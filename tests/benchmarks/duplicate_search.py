"""Find who of 100,000 listed persons resembles a new one's three photos, beside a loop over the rows."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hub.watchlist.reference_matrix import ReferenceMatrix, Resembling
from tests.benchmarks.measurement import Measurement, interleaved

NAME = "duplicate_search"
REFERENCES = 100_000
PHOTOS = 3
THRESHOLD = 0.6
LIMIT = 5
Rows = NDArray[np.float32]


def units(count: int, dimension: int, seed: int) -> Rows:
    """Make random unit vectors."""
    rows = np.random.default_rng(seed).standard_normal((count, dimension), np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def filled(rows: Rows) -> ReferenceMatrix:
    """Put the rows into a matrix one by one, as they are enrolled."""
    matrix = ReferenceMatrix(rows.shape[1])
    for number, row in enumerate(rows):
        matrix.put(f"r{number}", f"s{number // 2}", row)
    return matrix


def by_rows(rows: Rows, probes: Rows) -> Callable[[], list[tuple[float, str]]]:
    """Compare row by row in Python, as a first version would."""

    def search() -> list[tuple[float, str]]:
        best: dict[str, float] = {}
        for number, row in enumerate(rows):
            score = max(float(row @ probe) for probe in probes)
            if score >= THRESHOLD:
                subject_id = f"s{number // 2}"
                best[subject_id] = max(score, best.get(subject_id, -1.0))
        return sorted(((score, subject_id) for subject_id, score in best.items()), reverse=True)[:LIMIT]

    return search


def run(n: int = 5) -> Measurement:
    """Search 512 dimensions for the figure, 256 for the notes; both must find the enrolled person."""
    ours, reference = _timed(512, n)
    smaller, _ = _timed(256, n)
    notes = (
        f"{REFERENCES} references of 512 numbers, {PHOTOS} photos, one product; "
        f"of 256 numbers {smaller * 1e3:.1f} ms"
    )
    return Measurement(NAME, "ms", n, ours * 1e3, reference * 1e3, notes)


def _timed(dimension: int, n: int) -> tuple[float, float]:
    rows = units(REFERENCES, dimension, 20_261_127)
    noise = units(PHOTOS, dimension, 5)
    probes = rows[777] + 0.5 * noise
    probes /= np.linalg.norm(probes, axis=1, keepdims=True)
    matrix, loop = filled(rows), by_rows(rows, probes)
    asked = list(probes)

    def ours() -> tuple[Resembling, ...]:
        return matrix.search(asked, THRESHOLD, LIMIT)

    if [one.subject_id for one in ours()] != [subject_id for _, subject_id in loop()]:
        raise AssertionError("the two searches disagree")
    return interleaved(ours, loop, n)
