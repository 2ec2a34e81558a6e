"""Pure: sign bits that stand for templates in a first, coarse search."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from edge_agent.gallery.rows import GalleryRows

LEAST_BITS = 512
"""By the normal law of Hamming distances 99.5 % of faces at a score of 0.35 are among one row in 250 with 512
bits, and only among one in eight with 256."""
FULL_DIMENSION = 512
MEAN_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """When a gallery is searched in two stages, and how many candidates the first one keeps."""

    exact_rows: int = 200_000
    """Up to here every reference is compared."""
    candidate_share: float = 0.006
    """Of the rows, with 512 numbers to a template: measured, no one missed of 300 at 0.35 to 0.37."""
    least_candidates: int = 2048

    def candidates(self, rows: int, dimension: int) -> int:
        """How many rows the first stage keeps out of `rows`."""
        # Shorter templates of strangers come closer to one another by chance, however many bits they get:
        # with 256 numbers 0.010 of the rows missed five of those 300, and 0.015 none.
        crowding: float = max(1.0, FULL_DIMENSION / dimension) ** 1.5
        return min(rows, max(self.least_candidates, round(self.candidate_share * crowding * rows)))


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """Sign bits of every row, and the mean they were taken around."""

    mean: NDArray[np.float32]
    """(d,): networks give templates with a common part, which would make bits alike."""
    bits: NDArray[np.uint8]
    """(n, bits / 8)."""


def bits_of(dimension: int) -> int:
    """How many bits a template of this dimension gets."""
    return max(LEAST_BITS, 8 * -(-dimension // 8))


def sign_bits(vectors: NDArray[np.float32], mean: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Pack the signs of (n, d) vectors around a mean, and of turned copies where d gives too few."""
    centred = vectors - mean
    extra = bits_of(vectors.shape[1]) - vectors.shape[1]
    if extra:
        centred = np.hstack([centred, centred @ _turns(vectors.shape[1])[:, :extra]])
    return np.packbits(centred > 0, axis=1)


def sketch_of(rows: GalleryRows) -> Sketch:
    """Sketch every row around the mean of some that are spread evenly."""
    step = max(1, len(rows) // MEAN_ROWS)
    mean = rows.vectors[::step].astype(np.float32).mean(axis=0)
    bits = [sign_bits(block, mean) for _, block in rows.blocks()]
    return Sketch(mean, np.concatenate(bits))


@lru_cache(maxsize=4)
def _turns(dimension: int) -> NDArray[np.float32]:
    """Rotations side by side, the same on every machine: (d, at least `bits_of(d)` - d)."""
    random = np.random.default_rng(dimension)
    count = -(-(bits_of(dimension) - dimension) // dimension)
    turns = [np.linalg.qr(random.standard_normal((dimension, dimension)))[0] for _ in range(count)]
    return np.hstack(turns).astype(np.float32)
