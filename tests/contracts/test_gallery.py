"""What every gallery does: FAISS against brute force."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from edge_agent.errors import GalleryError
from edge_agent.gallery.faiss_gallery import FaissGallery
from edge_agent.gallery.fakes import BruteForceGallery
from edge_agent.gallery.port import Gallery, GalleryEntry
from edge_agent.gallery.sketch import SearchPlan
from models.errors import ContractMismatchError
from models.template import EmbeddingContract, Template, unit_template

CONTRACT = EmbeddingContract("net", "0" * 64, "square", "bgr", 32)
OTHER = EmbeddingContract("net", "1" * 64, "square", "bgr", 32)

Maker = Callable[[EmbeddingContract, Sequence[GalleryEntry]], Gallery]


ALWAYS_TWO_STAGES = SearchPlan(exact_rows=0, least_candidates=64)


def two_stage_gallery(contract: EmbeddingContract, entries: Sequence[GalleryEntry]) -> FaissGallery:
    return FaissGallery(contract, entries, plan=ALWAYS_TWO_STAGES)


@pytest.fixture(params=[FaissGallery, two_stage_gallery, BruteForceGallery])
def make(request: pytest.FixtureRequest) -> Maker:
    maker: Maker = request.param
    return maker


def random_entries(count: int, seed: int, subjects: int) -> list[GalleryEntry]:
    vectors = np.random.default_rng(seed).standard_normal((count, 32))
    return [
        GalleryEntry(f"s{number % subjects}", f"r{number}", halved(unit_template(vector, CONTRACT)))
        for number, vector in enumerate(vectors)
    ]


def halved(template: Template) -> Template:
    """Round a template to what a gallery keeps, so that the oracle compares the same numbers."""
    return Template(template.vector.astype(np.float16).astype(np.float32), template.contract)


def random_probe(seed: int) -> Template:
    return unit_template(np.random.default_rng(seed).standard_normal(32), CONTRACT)


def test_an_empty_gallery_has_no_candidates(make: Maker) -> None:
    gallery = make(CONTRACT, [])
    assert gallery.search(random_probe(1), 5) == ()
    assert (gallery.references, gallery.subjects) == (0, 0)


def test_each_subject_is_listed_once_with_its_best_reference(make: Maker) -> None:
    entries = random_entries(200, 2, subjects=7)
    found = make(CONTRACT, entries).search(entries[10].template, 20)
    assert make(CONTRACT, entries).subjects == 7
    assert len(found) == 7
    assert len({candidate.subject_id for candidate in found}) == 7
    assert (found[0].subject_id, found[0].reference_id) == ("s3", "r10")
    assert found[0].comparison_score == pytest.approx(1.0, abs=1e-3)


def test_a_subject_that_owns_the_whole_top_does_not_hide_the_second(make: Maker) -> None:
    near = random_probe(3)
    crowd = [
        GalleryEntry("a", f"a{n}", unit_template(near.vector + 0.01 * random_probe(n).vector, CONTRACT))
        for n in range(100)
    ]
    second = GalleryEntry("b", "b0", unit_template(near.vector + 2.0 * random_probe(999).vector, CONTRACT))
    found = make(CONTRACT, [*crowd, second]).search(near, 2)
    assert [candidate.subject_id for candidate in found] == ["a", "b"]


def test_equal_scores_are_in_the_order_of_the_ids(make: Maker) -> None:
    twin = random_probe(4)
    entries = [GalleryEntry(name, f"{name}-1", twin) for name in ("c", "a", "b")]
    found = make(CONTRACT, entries).search(twin, 2)
    assert [candidate.subject_id for candidate in found] == ["a", "b"]


def test_a_probe_of_another_contract_is_an_error_not_a_score(make: Maker) -> None:
    gallery = make(CONTRACT, random_entries(3, 5, 3))
    with pytest.raises(ContractMismatchError, match="not comparable"):
        gallery.search(Template(random_probe(1).vector, OTHER), 1)


def test_a_reference_of_another_contract_is_refused(make: Maker) -> None:
    foreign = GalleryEntry("a", "r", Template(random_probe(1).vector, OTHER))
    with pytest.raises(ContractMismatchError, match="not comparable"):
        make(CONTRACT, [foreign])


def test_a_reference_enrolled_twice_is_refused(make: Maker) -> None:
    (entry,) = random_entries(1, 5, 1)
    with pytest.raises(GalleryError, match="reference r0 of subject s0 is there twice"):
        make(CONTRACT, [entry, entry])


def test_a_search_for_nobody_finds_nobody(make: Maker) -> None:
    assert make(CONTRACT, random_entries(3, 5, 3)).search(random_probe(1), 0) == ()


def test_many_searches_are_those_of_one_at_a_time(make: Maker) -> None:
    gallery = make(CONTRACT, random_entries(50, 6, 9))
    probes = [random_probe(seed) for seed in range(5)]
    assert gallery.search_many(probes, 3) == [gallery.search(probe, 3) for probe in probes]


@pytest.mark.parametrize("seed", range(20))
def test_faiss_agrees_with_brute_force(seed: int) -> None:
    size = int(np.random.default_rng(seed).integers(1, 400))
    entries = random_entries(size, seed, subjects=1 + size // 5)
    probe, limit = random_probe(1000 + seed), 1 + seed % 7
    exact = FaissGallery(CONTRACT, entries).search(probe, limit)
    oracle = BruteForceGallery(CONTRACT, entries).search(probe, limit)
    assert [c.reference_id for c in exact] == [c.reference_id for c in oracle]
    assert [c.comparison_score for c in exact] == pytest.approx(
        [c.comparison_score for c in oracle], abs=1e-5
    )
