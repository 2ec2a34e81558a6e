"""Search a million references of 512 numbers on one core, beside FAISS's exact index."""

import time
from collections.abc import Sequence
from itertools import cycle

import faiss
import numpy as np

from edge_agent.gallery.faiss_gallery import FaissGallery
from edge_agent.gallery.faiss_index import one_thread
from edge_agent.gallery.rows import BLOCK_ROWS, GalleryRows
from models.template import EmbeddingContract, Template
from tests.benchmarks.measurement import Measurement, interleaved
from tests.edge_agent.synthetic_templates import mated_probes, synthetic_rows

NAME = "gallery_search"
ROWS = 1_000_000
FEW = 10_000
DIMENSION = 512
LIMIT = 5
CHECKED = 400
"""Probes whose best reference is compared with the exact one."""
LOWEST, HIGHEST = 0.35, 0.6
"""Scores of the probes against their mates: from the hardest that counts to an ordinary one."""


def run(n: int = 15, rows: int = ROWS, dimension: int = DIMENSION) -> Measurement:
    """Search one probe after the other; CPU time of the one thread each side uses."""
    contract = EmbeddingContract("synthetic", "0" * 64, "none", "bgr", dimension)
    built = synthetic_rows(rows, dimension)
    probes = mated_probes(built.vectors, contract, CHECKED, 2, LOWEST, HIGHEST)
    gallery = FaissGallery.of_parts(contract, [(built, None)])
    reference = _exact(built)
    ours, theirs = _times(gallery, reference, probes, n)
    start = _first(built, min(FEW, rows))
    few = _times(FaissGallery.of_parts(contract, [(start, None)]), _exact(start), probes, 51)
    recall, asked = _recall(gallery, reference, probes)
    notes = (
        f"{rows} x {dimension}, one thread, CPU time; recall@1 {recall:.4f} of {asked} probes with an exact "
        f"score of {LOWEST} or more; {len(start)} references: {few[0] * 1e3:.2f} ms, "
        f"exact index {few[1] * 1e3:.2f} ms"
    )
    return Measurement(NAME, "ms", n, ours * 1e3, theirs * 1e3, notes)


def _times(
    gallery: FaissGallery, reference: faiss.IndexFlatIP, probes: Sequence[Template], n: int
) -> tuple[float, float]:
    """Medians in seconds of one search each."""
    one_thread()
    vectors = cycle(np.stack([probe.vector for probe in probes])[:, np.newaxis])
    return interleaved(
        _Search(gallery, probes),
        lambda: reference.search(next(vectors), LIMIT),
        n,
        clock=time.thread_time,
    )


def _first(rows: GalleryRows, count: int) -> GalleryRows:
    return GalleryRows(rows.subject_ids[:count], rows.reference_ids[:count], rows.vectors[:count])


def _exact(rows: GalleryRows) -> faiss.IndexFlatIP:
    index = faiss.IndexFlatIP(rows.vectors.shape[1])
    for start in range(0, len(rows), BLOCK_ROWS):
        index.add(rows.vectors[start : start + BLOCK_ROWS].astype(np.float32))
    return index


class _Search:
    """One search of the next probe."""

    def __init__(self, gallery: FaissGallery, probes: Sequence[Template]) -> None:
        self._gallery = gallery
        self._probes = cycle(probes)

    def __call__(self) -> None:
        self._gallery.search(next(self._probes), LIMIT)


def _recall(
    gallery: FaissGallery, reference: faiss.IndexFlatIP, probes: Sequence[Template]
) -> tuple[float, int]:
    """Share of probes for which we found a reference as good as the exact index did, and of how many."""
    exact = reference.search(np.stack([probe.vector for probe in probes]), 1)[0][:, 0]
    found = [gallery.search(probe, 1)[0].comparison_score for probe in probes]
    # Half precision against single precision: the same reference may differ by a few parts in 100,000.
    hits = [ours >= theirs - 1e-3 for ours, theirs in zip(found, exact, strict=True) if theirs >= LOWEST]
    return sum(hits) / max(1, len(hits)), len(hits)
