"""A gallery that changes: versions side by side, removed rows, sign bits; all beside brute force."""

import threading
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from edge_agent.errors import GalleryError
from edge_agent.gallery.faiss_gallery import FaissGallery
from edge_agent.gallery.faiss_index import threads
from edge_agent.gallery.fakes import BruteForceGallery
from edge_agent.gallery.port import GalleryEntry
from edge_agent.gallery.rows import rows_of
from edge_agent.gallery.sketch import SearchPlan
from models.errors import ContractMismatchError
from models.template import EmbeddingContract, Template, unit_template
from tests.edge_agent.synthetic_templates import mated_probes, synthetic_rows

CONTRACT = EmbeddingContract("net", "0" * 64, "square", "bgr", 16)
OTHER = EmbeddingContract("net", "1" * 64, "square", "bgr", 16)
EXACT = SearchPlan()
# Enough candidates that nothing can be passed over: what is left to test is the bookkeeping.
TWO_STAGES = SearchPlan(exact_rows=3, least_candidates=1000)
PLANS = pytest.mark.parametrize("plan", [EXACT, TWO_STAGES], ids=["exact", "two stages"])


def template(identity: int) -> Template:
    vector = np.random.default_rng(identity).standard_normal(CONTRACT.dimension)
    exact = unit_template(vector, CONTRACT).vector
    return Template(exact.astype(np.float16).astype(np.float32), CONTRACT)


def entry(subject_id: str, reference_id: str, identity: int) -> GalleryEntry:
    return GalleryEntry(subject_id, reference_id, template(identity))


def changed(gallery: FaissGallery, removed: Sequence[str], added: Sequence[GalleryEntry]) -> FaissGallery:
    return gallery.changed(removed=removed, added=rows_of(CONTRACT, added))


def listed(gallery: FaissGallery | BruteForceGallery, probe: Template, limit: int) -> list[tuple[str, str]]:
    return [(each.subject_id, each.reference_id) for each in gallery.search(probe, limit)]


SUBJECTS = st.sampled_from([f"s{number}" for number in range(8)])
REFERENCES = st.sampled_from([f"r{number}" for number in range(4)])
# Few identities: the same template under several names is common, so that ties are too.
ADDITIONS = st.dictionaries(st.tuples(SUBJECTS, REFERENCES), st.integers(0, 12), max_size=12)
CHANGES = st.lists(st.tuples(st.sets(SUBJECTS, max_size=4), ADDITIONS), max_size=8)


@example(
    changes=[(set(), {("s0", "r0"): 2, ("s0", "r1"): 0, ("s1", "r0"): 2})], probe=2, limit=1, is_exact=False
)
@given(changes=CHANGES, probe=st.integers(0, 15), limit=st.integers(1, 9), is_exact=st.booleans())
@settings(max_examples=150, deadline=None)
def test_whatever_is_added_and_removed_a_search_finds_what_brute_force_finds(
    changes: list[tuple[set[str], dict[tuple[str, str], int]]], probe: int, limit: int, is_exact: bool
) -> None:
    gallery = FaissGallery(CONTRACT, plan=EXACT if is_exact else TWO_STAGES)
    known: dict[tuple[str, str], int] = {}
    for leaving, arriving in changes:
        removed = sorted(leaving & {subject_id for subject_id, _ in known})
        known = {key: identity for key, identity in known.items() if key[0] not in removed}
        new = {key: identity for key, identity in arriving.items() if key not in known}
        gallery = changed(gallery, removed, [entry(*key, identity) for key, identity in new.items()])
        known |= new
        oracle = BruteForceGallery(CONTRACT, [entry(*key, identity) for key, identity in known.items()])
        assert (gallery.references, gallery.subjects) == (oracle.references, oracle.subjects)
        assert gallery.subject_ids() == {subject_id for subject_id, _ in known}
        assert listed(gallery, template(probe), limit) == listed(oracle, template(probe), limit)
        (best,) = gallery.best_of_all([template(probe)])
        assert best == gallery.search(template(probe), 1)


@PLANS
def test_an_older_version_finds_what_it_found_while_a_newer_one_is_made(plan: SearchPlan) -> None:
    old = FaissGallery(CONTRACT, [entry("a", "1", 1), entry("b", "1", 2)], plan=plan)
    before = old.search(template(1), 9)
    new = changed(old, ["a"], [entry("c", "1", 1)])
    assert old.search(template(1), 9) == before
    assert listed(new, template(1), 1) == [("c", "1")]
    assert new.subject_ids() == {"b", "c"}


@PLANS
def test_scores_do_not_depend_on_how_a_gallery_came_about(plan: SearchPlan) -> None:
    entries = [entry(f"s{number}", "1", number) for number in range(40)]
    grown = FaissGallery(CONTRACT, plan=plan)
    for each in entries:
        grown = changed(grown, [], [each])
    assert grown.search(template(99), 40) == FaissGallery(CONTRACT, entries).search(template(99), 40)


def test_a_gallery_that_grows_one_by_one_keeps_a_handful_of_layers() -> None:
    gallery = FaissGallery(CONTRACT)
    for number in range(200):
        gallery = changed(gallery, [], [entry(f"s{number:03d}", "1", number)])
    assert len(list(gallery.parts())) <= 8
    assert gallery.references == 200


def test_removed_references_are_cleared_away_in_the_end() -> None:
    gallery = FaissGallery(CONTRACT, [entry(f"s{number}", "1", number) for number in range(100)])
    for number in range(90):
        gallery = changed(gallery, [f"s{number}"], [])
        kept = sum(len(layer.index.rows) for layer in gallery._layers)
        assert gallery.references == 99 - number
        assert kept <= gallery.references / 0.74 + 1


def test_someone_who_is_not_there_cannot_be_removed() -> None:
    with pytest.raises(GalleryError, match="subject a cannot be removed"):
        changed(FaissGallery(CONTRACT), ["a"], [])


def test_a_reference_that_is_there_cannot_be_added() -> None:
    gallery = FaissGallery(CONTRACT, [entry("a", "1", 1)])
    with pytest.raises(GalleryError, match="reference 1 of subject a is there already"):
        changed(gallery, [], [entry("a", "1", 2)])


def test_a_subject_can_be_replaced_in_one_step() -> None:
    gallery = FaissGallery(CONTRACT, [entry("a", "1", 1)])
    assert listed(changed(gallery, ["a"], [entry("a", "1", 2)]), template(2), 1) == [("a", "1")]


def test_a_gallery_made_of_its_parts_finds_the_same() -> None:
    entries = [entry(f"s{number % 7}", f"{number}", number) for number in range(30)]
    gallery = changed(FaissGallery(CONTRACT, entries, plan=TWO_STAGES), ["s3"], [])
    again = FaissGallery.of_parts(CONTRACT, gallery.parts(), plan=TWO_STAGES)
    assert again.search(template(99), 9) == gallery.search(template(99), 9)
    assert (again.references, again.subjects) == (gallery.references, 6)


def test_the_sample_is_of_live_references_and_the_same_for_a_seed() -> None:
    gallery = FaissGallery(CONTRACT, [entry(f"s{number}", "1", number) for number in range(20)])
    fewer = changed(gallery, [f"s{number}" for number in range(3)], [entry("t", "1", 50)])
    found = {listed(fewer, each, 1)[0][0] for each in fewer.sampled(100, seed=1)}
    assert found == fewer.subject_ids()
    first, again = (fewer.sampled(5, seed=4) for _ in range(2))
    assert np.array_equal([each.vector for each in first], [each.vector for each in again])


def test_checking_against_every_reference_refuses_another_contract() -> None:
    foreign = Template(template(1).vector, OTHER)
    with pytest.raises(ContractMismatchError):
        FaissGallery(CONTRACT, [entry("a", "1", 1)]).best_of_all([foreign])


def test_a_search_uses_one_thread_in_whatever_thread_it_runs() -> None:
    gallery, used = FaissGallery(CONTRACT, [entry("a", "1", 1)]), []

    def search() -> None:
        gallery.search(template(1), 1)
        used.append(threads())

    thread = threading.Thread(target=search)
    thread.start()
    thread.join()
    assert used == [1]


@pytest.mark.parametrize("dimension", [64, 256, 512])
def test_sign_bits_keep_who_is_found_among_families_that_look_alike(dimension: int) -> None:
    contract = EmbeddingContract("net", "0" * 64, "square", "bgr", dimension)
    rows = synthetic_rows(20_000, dimension)
    gallery = FaissGallery.of_parts(
        contract, [(rows, None)], plan=SearchPlan(exact_rows=1000, least_candidates=200)
    )
    probes = mated_probes(rows.vectors, contract, 100, 3, 0.45, 0.7)
    exact = gallery.best_of_all(probes)
    hits = [gallery.search(probe, 1) == best for probe, best in zip(probes, exact, strict=True)]
    assert sum(hits) >= 98


def test_a_crowded_subject_hides_nobody_in_two_stages() -> None:
    near = template(1)
    crowd = [
        GalleryEntry("a", f"{n:03d}", unit_template(near.vector + 0.01 * template(n + 2).vector, CONTRACT))
        for n in range(300)
    ]
    far = [entry(name, "1", 900 + number) for number, name in enumerate("bcd")]
    plan = SearchPlan(exact_rows=10, least_candidates=20)
    found = FaissGallery(CONTRACT, [*crowd, *far], plan=plan).search(near, 4)
    assert sorted(each.subject_id for each in found) == ["a", "b", "c", "d"]
