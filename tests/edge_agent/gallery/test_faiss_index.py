"""The exact index reads bytes, yet leaves out no row that belongs to the answer."""

import numpy as np
import pytest
from numpy.typing import NDArray

from edge_agent.gallery.faiss_index import NOTHING_LEFT_OUT, Dead, ExactIndex
from edge_agent.gallery.rows import GalleryRows
from tests.edge_agent.synthetic_templates import synthetic_rows


def rows_of(vectors: NDArray[np.float32]) -> GalleryRows:
    unit = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16)
    names = [f"{number:05}" for number in range(len(unit))]
    return GalleryRows(names, names, unit)


def normal(count: int, dimension: int) -> NDArray[np.float32]:
    return np.random.default_rng(3).normal(size=(count, dimension)).astype(np.float32)


def with_a_spike(count: int, dimension: int) -> NDArray[np.float32]:
    """One number far above all others makes the steps coarse."""
    vectors = normal(count, dimension)
    vectors[0, 0] = 400.0
    return vectors


@pytest.mark.parametrize(
    "rows",
    [
        rows_of(normal(600, 256)),
        rows_of(normal(600, 20)),
        rows_of(with_a_spike(600, 128)),
        rows_of(np.ones((600, 64), np.float32)),
        synthetic_rows(600, 512),
    ],
    ids=["normal", "few numbers", "a spike", "all alike", "clustered"],
)
def test_no_row_left_out_scores_more_than_the_floor(rows: GalleryRows) -> None:
    index, vectors = ExactIndex(rows), rows.vectors.astype(np.float32)
    for probe in vectors[:40] / np.linalg.norm(vectors[:40], axis=1, keepdims=True):
        found = index.nearest(probe, 12, None)
        left_out = np.delete(vectors @ probe, found.positions)
        assert len(found.positions) == 12
        assert left_out.max() <= found.floor + 1e-5


def test_removed_rows_are_not_found() -> None:
    rows = rows_of(normal(50, 64))
    marks = np.arange(50) < 10
    found = ExactIndex(rows).nearest(rows.vectors[3].astype(np.float32), 50, Dead(marks, 10))
    assert sorted(found.positions) == list(range(10, 50))
    assert found.floor == NOTHING_LEFT_OUT
