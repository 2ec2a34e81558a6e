"""The nightly check of the search against brute force."""

from datetime import UTC, datetime

import pytest

from edge_agent.gallery.faiss_gallery import FaissGallery
from edge_agent.gallery.fakes import BruteForceGallery
from edge_agent.gallery.port import CandidateList
from edge_agent.gallery.recall import Recall, measure_recall, next_night
from edge_agent.gallery.sketch import SearchPlan, Sketch, sketch_of
from models.template import EmbeddingContract, Template
from tests.edge_agent.synthetic_templates import synthetic_rows

CONTRACT = EmbeddingContract("net", "0" * 64, "square", "bgr", 256)
ROWS = synthetic_rows(5000, CONTRACT.dimension)


class ForgetfulGallery(FaissGallery):
    """Finds nobody."""

    def search(self, probe: Template, limit: int) -> CandidateList:
        """Find nobody."""
        return ()


def test_a_search_that_compares_everything_misses_nobody() -> None:
    recall = measure_recall(FaissGallery.of_parts(CONTRACT, [(ROWS, None)]), seed=1)
    assert (recall.share, recall.asked, recall.is_low) == (1.0, 200, False)


def test_sign_bits_that_are_not_those_of_the_rows_are_noticed() -> None:
    plan = SearchPlan(exact_rows=100, least_candidates=100)
    sketch = sketch_of(ROWS)
    shuffled = Sketch(sketch.mean, sketch.bits[::-1].copy())
    recall = measure_recall(FaissGallery.of_parts(CONTRACT, [(ROWS, shuffled)], plan=plan), seed=1)
    assert recall.is_low
    assert recall.asked == 200


def test_a_search_that_finds_nobody_is_noticed() -> None:
    recall = measure_recall(ForgetfulGallery.of_parts(CONTRACT, [(ROWS, None)]), seed=1)
    assert (recall.found, recall.is_low) == (0, True)


@pytest.mark.parametrize("gallery", [FaissGallery(CONTRACT, []), BruteForceGallery(CONTRACT, [])])
def test_an_empty_gallery_has_nobody_to_miss(gallery: FaissGallery | BruteForceGallery) -> None:
    assert measure_recall(gallery, seed=1) == Recall(0, 0)
    assert not Recall(0, 0).is_low


@pytest.mark.parametrize(
    ("now", "night"),
    [
        (datetime(2026, 3, 1, 0, 59, tzinfo=UTC), datetime(2026, 3, 1, 1, tzinfo=UTC)),
        (datetime(2026, 3, 1, 1, 0, tzinfo=UTC), datetime(2026, 3, 2, 1, tzinfo=UTC)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), datetime(2027, 1, 1, 1, tzinfo=UTC)),
    ],
)
def test_the_next_night_is_ahead(now: datetime, night: datetime) -> None:
    assert next_night(now) == night
