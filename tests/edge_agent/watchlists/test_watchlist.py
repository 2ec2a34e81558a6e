"""From a package to a list that can be searched."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import msgspec
import numpy as np
import pytest

from edge_agent.errors import WatchlistError
from edge_agent.gallery.faiss_gallery import FaissGallery
from edge_agent.gallery.fakes import BruteForceGallery
from edge_agent.watchlists.watchlist import KnownGallery, build_watchlist, self_test
from models.fakes import FAKE_CALIBRATION, FAKE_CONTRACT
from sync.watchlist_package import WatchlistPackage
from tests.edge_agent.passages import (
    BUDGET,
    START,
    package_of,
    packaged_subject,
    template_of,
    watchlist_of,
)

TWO = package_of({"a": [1, 2], "b": [3]})


def build(package: WatchlistPackage) -> object:
    return build_watchlist(package, FAKE_CALIBRATION, BUDGET, START, contract=FAKE_CONTRACT)


def with_subject(**changes: object) -> WatchlistPackage:
    changed = msgspec.structs.replace(TWO.subjects[0], **changes)
    return msgspec.structs.replace(TWO, subjects=(changed, TWO.subjects[1]))


def with_vector(vector: bytes) -> WatchlistPackage:
    reference = msgspec.structs.replace(TWO.subjects[0].references[0], vector=vector)
    return with_subject(references=(reference,))


def test_a_package_becomes_a_list_that_finds_its_subjects() -> None:
    watchlist = watchlist_of({"a": [1, 2], "b": [3]}, version=7)
    assert (watchlist.list_id, watchlist.version, watchlist.gallery.references) == ("wanted", 7, 3)
    assert sorted(watchlist.subjects) == ["a", "b"]
    assert watchlist.gallery.search(template_of(3), 1)[0].subject_id == "b"


def test_thresholds_are_for_the_number_of_references() -> None:
    small, large = watchlist_of({"a": [1]}), watchlist_of({"a": list(range(40))})
    assert large.thresholds.match > small.thresholds.match


@pytest.mark.parametrize(("after", "is_listed"), [(timedelta(0), False), (timedelta(seconds=1), True)])
def test_an_expired_subject_is_not_searched(after: timedelta, is_listed: bool) -> None:
    package = msgspec.structs.replace(
        TWO, subjects=(packaged_subject("a", 1, expires_at=START + after), TWO.subjects[1])
    )
    watchlist = build_watchlist(package, FAKE_CALIBRATION, BUDGET, START, contract=FAKE_CONTRACT)
    assert ("a" in watchlist.subjects) is is_listed
    assert watchlist.gallery.references == 1 + is_listed


@pytest.mark.parametrize(
    ("package", "reason"),
    [
        (lambda: msgspec.structs.replace(TWO, base_version=3), "starts from version 3: a complete package"),
        (lambda: with_subject(subject_id="b"), "holds subject 'b' twice"),
        (lambda: with_subject(subject_id=""), "empty subject id"),
        (lambda: with_subject(references=TWO.subjects[1].references), "holds reference 'b-0' twice"),
        (lambda: with_vector(b"\0" * 12), "reference a-0: 12 bytes, not 256"),
        (lambda: with_vector(np.zeros(64, "<f4").tobytes()), "reference a-0: .*length 0.0000"),
        (lambda: with_vector(np.full(64, np.nan, "<f4").tobytes()), "reference a-0: .*length nan"),
    ],
)
def test_a_package_that_must_not_be_applied_is_refused_by_name(
    package: Callable[[], WatchlistPackage], reason: str
) -> None:
    with pytest.raises(WatchlistError, match=f"^watchlist wanted version 1.*{reason}"):
        build(package())


@pytest.mark.parametrize("field", ["model_id", "sha256", "alignment", "colour_order"])
def test_templates_of_another_contract_are_refused(field: str) -> None:
    contract = msgspec.structs.replace(TWO.contract, **{field: "rgb" if field == "colour_order" else "x"})
    with pytest.raises(WatchlistError, match="this edge extracts fake-squares"):
        build(msgspec.structs.replace(TWO, contract=contract))


def test_the_self_test_of_a_good_list_says_what_was_tested() -> None:
    assert "3 references of 2 subjects found themselves" in self_test(watchlist_of({"a": [1, 2], "b": [3]}))


def test_an_empty_list_passes_its_self_test() -> None:
    assert "0 references" in self_test(watchlist_of({}))


def test_the_same_photo_under_two_subjects_passes_its_self_test() -> None:
    assert "2 references" in self_test(watchlist_of({"a": [1], "b": [1]}))


def test_a_gallery_that_lost_a_reference_fails_its_self_test() -> None:
    watchlist = watchlist_of({"a": [1], "b": [3]})
    emptied = replace(watchlist, gallery=BruteForceGallery(FAKE_CONTRACT, []))
    with pytest.raises(WatchlistError, match="2 references not found, first a-0"):
        self_test(emptied)


def test_a_list_that_matches_anybody_fails_its_self_test() -> None:
    watchlist = watchlist_of({"a": [1]})
    lax = replace(watchlist, thresholds=replace(watchlist.thresholds, review=-1.0))
    with pytest.raises(WatchlistError, match="a random probe scored"):
        self_test(lax)


def test_a_version_shares_what_stays_of_the_gallery_before() -> None:
    before = watchlist_of({"a": [1, 2], "b": [3], "c": [4]})
    assert isinstance(before.gallery, FaissGallery)
    known = KnownGallery(before.gallery, before.subjects)
    package = package_of({"a": [1, 5], "b": [3], "d": [6]}, version=2)
    after = build_watchlist(package, FAKE_CALIBRATION, BUDGET, START, contract=FAKE_CONTRACT, known=known)
    assert (after.gallery.references, after.gallery.subjects) == (4, 3)
    for subject_id, faces in {"a": [1, 5], "b": [3], "d": [6]}.items():
        for face in faces:
            assert after.gallery.search(template_of(face), 1)[0].subject_id == subject_id
    assert after.gallery.search(template_of(2), 1)[0].comparison_score < 0.9
    assert before.gallery.search(template_of(4), 1)[0].subject_id == "c"


def test_a_version_with_the_same_people_keeps_the_gallery() -> None:
    before = watchlist_of({"a": [1, 2]})
    assert isinstance(before.gallery, FaissGallery)
    known = KnownGallery(before.gallery, before.subjects)
    package = package_of({"a": [1, 2]}, version=2)
    after = build_watchlist(package, FAKE_CALIBRATION, BUDGET, START, contract=FAKE_CONTRACT, known=known)
    assert after.gallery is before.gallery


def test_a_gallery_of_other_networks_is_not_built_upon() -> None:
    foreign = FaissGallery(replace(watchlist_of({}).contract, sha256="1" * 64))
    watchlist = build_watchlist(
        TWO, FAKE_CALIBRATION, BUDGET, START, contract=FAKE_CONTRACT, known=KnownGallery(foreign, {})
    )
    assert watchlist.gallery.references == 3


def test_a_subject_without_a_reference_is_named_and_told_to_the_hub() -> None:
    package = with_subject(references=())
    watchlist = build_watchlist(package, FAKE_CALIBRATION, BUDGET, START, contract=FAKE_CONTRACT)
    assert watchlist.unsearchable == ("a",)
    assert "1 listed subjects have no reference and cannot be found" in self_test(watchlist)


def test_a_long_list_is_tested_on_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge_agent.watchlists.watchlist.TRIED_REFERENCES", 2)
    finding = self_test(watchlist_of({"a": [1, 2], "b": [3]}))
    assert finding.startswith("3 references of 2 subjects: 2 taken at random found themselves")
