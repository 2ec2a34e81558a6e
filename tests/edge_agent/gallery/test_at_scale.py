"""A million references: who is found, how fast, and what remains after many changes."""

import pytest

from edge_agent.gallery.faiss_gallery import FaissGallery
from edge_agent.gallery.port import CandidateList
from edge_agent.gallery.rows import GalleryRows
from models.template import EmbeddingContract, Template
from tests.benchmarks import gallery_load, gallery_search
from tests.edge_agent.synthetic_templates import mated_probes, synthetic_rows

pytestmark = [pytest.mark.exhaustive, pytest.mark.timeout(1200)]

LEAST_SCORE = 0.35


def contract(dimension: int) -> EmbeddingContract:
    return EmbeddingContract("synthetic", "0" * 64, "none", "bgr", dimension)


def recall(gallery: FaissGallery, probes: list[Template]) -> float:
    """Share of the probes with a reference alike enough that found the best one."""
    pairs = [
        (best, gallery.search(probe, 1))
        for probe, best in zip(probes, gallery.best_of_all(probes), strict=True)
        if best[0].comparison_score >= LEAST_SCORE
    ]
    assert len(pairs) > len(probes) // 2
    return sum(is_as_good(found, best) for best, found in pairs) / len(pairs)


def is_as_good(found: CandidateList, best: CandidateList) -> bool:
    return bool(found) and found[0].comparison_score >= best[0].comparison_score - 1e-6


@pytest.mark.parametrize("dimension", [256, 512])
def test_a_million_references_hide_nobody_who_is_alike_enough(dimension: int) -> None:
    rows = synthetic_rows(1_000_000, dimension)
    gallery = FaissGallery.of_parts(contract(dimension), [(rows, None)])
    for highest in (0.37, 0.6):
        probes = mated_probes(rows.vectors, contract(dimension), 300, 7, LEAST_SCORE, highest)
        assert recall(gallery, probes) >= 0.995


def test_recall_lasts_through_changes() -> None:
    rows = synthetic_rows(300_000, 256)
    gallery = FaissGallery.of_parts(contract(256), [(rows, None)])
    for round_number in range(6):
        leaving = sorted(gallery.subject_ids())[round_number :: 12 - round_number][:6000]
        more = synthetic_rows(20_000, 256, seed=100 + round_number)
        named = [f"{subject_id}-{round_number}" for subject_id in more.subject_ids]
        gallery = gallery.changed(removed=leaving, added=GalleryRows(named, more.reference_ids, more.vectors))
    probes = mated_probes(rows.vectors, contract(256), 200, 8, 0.5, 0.7)
    assert recall(gallery, probes) >= 0.995


def test_a_million_are_searched_four_times_as_fast_as_by_comparing_all() -> None:
    measured = gallery_search.run(n=7)
    assert measured.ratio is not None
    assert measured.ratio >= 4


def test_a_million_would_be_loaded_within_forty_seconds() -> None:
    measured = gallery_load.run(n=1)
    assert measured.ours is not None
    assert measured.ours * 1_000_000 / gallery_load.ROWS <= 40
