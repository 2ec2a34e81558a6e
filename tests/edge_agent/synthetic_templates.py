"""Vectors that lie as templates of faces do: around a common part, in families that look alike."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from edge_agent.gallery.rows import GalleryRows, Vectors
from models.template import EmbeddingContract, Template, unit_template

COMMON = 0.3
"""Length of the part that all have in common, beside 1 for what each has of its own."""
FAMILY = 0.6
PER_FAMILY = 50
PER_SUBJECT = 4
BLOCK = 10_000


def synthetic_rows(count: int, dimension: int, seed: int = 1) -> GalleryRows:
    """Make a gallery of `count` references, four of each subject."""
    vectors = np.empty((count, dimension), np.float16)
    for start, block in _blocks(count, dimension, seed):
        vectors[start : start + len(block)] = block
    subjects = [f"subject-{number // PER_SUBJECT:08d}" for number in range(count)]
    return GalleryRows(subjects, [f"reference-{number:09d}" for number in range(count)], vectors)


def mated_probes(
    vectors: Vectors, contract: EmbeddingContract, count: int, seed: int, lowest: float, highest: float
) -> list[Template]:
    """Make probes that score between two bounds against a reference taken at random."""
    random = np.random.default_rng(seed)
    common = vectors[:1000].astype(np.float32).mean(axis=0)
    probes = []
    for position, score in zip(
        random.integers(len(vectors), size=count), random.uniform(lowest, highest, count), strict=True
    ):
        mate = vectors[position].astype(np.float64)
        mate /= np.linalg.norm(mate)
        rest = random.standard_normal(len(mate)) / np.sqrt(len(mate)) + common
        rest -= (rest @ mate) * mate
        rest /= np.linalg.norm(rest)
        probes.append(unit_template(score * mate + np.sqrt(1 - score**2) * rest, contract))
    return probes


def _blocks(count: int, dimension: int, seed: int) -> Iterator[tuple[int, NDArray[np.float32]]]:
    random = np.random.default_rng(seed)
    common = COMMON * _noise(random, 1, dimension)
    families = FAMILY * _noise(random, -(-count // PER_FAMILY), dimension)
    for start in range(0, count, BLOCK):
        rows = np.arange(start, min(count, start + BLOCK))
        block = _noise(random, len(rows), dimension) + families[rows // PER_FAMILY] + common
        yield start, block / np.linalg.norm(block, axis=1, keepdims=True)


def _noise(random: np.random.Generator, count: int, dimension: int) -> NDArray[np.float32]:
    # Bytes for numbers: a million rows are made in seconds, and in so many dimensions nobody can tell.
    numbers = random.integers(-127, 128, (count, dimension), np.int8)
    return numbers * np.float32(1 / (73.3 * np.sqrt(dimension)))
