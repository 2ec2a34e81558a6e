"""Pure: a published watchlist version turned into something a lane can search."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from edge_agent.calibration import FalseAlarmBudget, Thresholds, thresholds_for
from edge_agent.errors import WatchlistError
from edge_agent.faiss_gallery import FaissGallery
from edge_agent.gallery import CandidateList, Gallery, GalleryEntry
from models.errors import ModelError
from models.score_calibration import ScoreCalibration
from models.template import EmbeddingContract, Template, unit_template
from sync.watchlist_package import PackagedReference, PackagedSubject, WatchlistPackage

SAME_TEMPLATE = 0.999
"""Comparison score of a template with itself, less rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Watchlist:
    """One version of one list, ready to search; a new version is a new value, swapped in whole."""

    list_id: str
    title: str
    version: int
    contract: EmbeddingContract
    subjects: Mapping[str, PackagedSubject]
    """By subject id; only those whose listing had not expired when it was built."""
    gallery: Gallery
    thresholds: Thresholds

    def likeness(self, candidates: CandidateList) -> float | None:
        """Best score between references of the first two candidates; None where there are none."""
        pair = [self.subjects.get(candidate.subject_id) for candidate in candidates[:2]]
        vectors = [_vectors(subject) for subject in pair if subject is not None and subject.references]
        return float((vectors[0] @ vectors[1].T).max()) if len(vectors) == 2 else None


def build_watchlist(
    package: WatchlistPackage,
    calibration: ScoreCalibration,
    budget: FalseAlarmBudget,
    now: datetime,
    *,
    contract: EmbeddingContract,
) -> Watchlist:
    """Check a complete package and build its gallery for an engine of `contract`.

    Subjects whose listing has expired at `now` stay out.
    Raises `WatchlistError` naming list, version and reason; the caller keeps the version it has.
    """
    name = f"watchlist {package.list_id} version {package.version}"
    if package.base_version is not None:
        raise WatchlistError(
            f"{name} starts from version {package.base_version}: a complete package is needed"
        )
    _require_contract(name, package, contract)
    _require_unique(name, "subject", (subject.subject_id for subject in package.subjects))
    _require_unique(
        name,
        "reference",
        (reference.reference_id for subject in package.subjects for reference in subject.references),
    )
    live = {s.subject_id: s for s in package.subjects if s.expires_at is None or s.expires_at > now}
    entries = [_entry(name, s, r, contract) for s in live.values() for r in s.references]
    thresholds = thresholds_for(budget, len(entries), calibration)
    gallery = FaissGallery(contract, entries)
    return Watchlist(package.list_id, package.title, package.version, contract, live, gallery, thresholds)


def self_test(watchlist: Watchlist) -> str:
    """Search every reference and one random probe; returns what was found, in words for the hub.

    Raises `WatchlistError` when a reference does not find its subject or the random probe reaches review.
    """
    name = f"watchlist {watchlist.list_id} version {watchlist.version}"
    lost = _lost_references(watchlist)
    if lost:
        raise WatchlistError(f"{name} fails its self-test: {len(lost)} references not found, first {lost[0]}")
    candidates = watchlist.gallery.search(_random_probe(watchlist), 1)
    best = candidates[0].comparison_score if candidates else -1.0
    if best >= watchlist.thresholds.review:
        raise WatchlistError(f"{name} fails its self-test: a random probe scored {best:.3f}")
    return (
        f"{watchlist.gallery.references} references of {watchlist.gallery.subjects} subjects "
        "found themselves, a random probe matched none"
    )


def _require_contract(name: str, package: WatchlistPackage, contract: EmbeddingContract) -> None:
    packaged = package.contract
    theirs = (
        packaged.model_id,
        packaged.sha256,
        packaged.alignment,
        packaged.colour_order,
        packaged.dimension,
    )
    ours = (contract.model_id, contract.sha256, contract.alignment, contract.colour_order, contract.dimension)
    if theirs != ours:
        raise WatchlistError(
            f"{name} holds templates of {packaged.model_id} ({packaged.sha256[:8]}, {packaged.alignment}), "
            f"this edge extracts {contract.model_id} ({contract.sha256[:8]}, {contract.alignment})"
        )


def _require_unique(name: str, what: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for identifier in ids:
        if not identifier or identifier in seen:
            raise WatchlistError(
                f"{name} holds {what} {identifier!r} twice" if identifier else f"{name}: empty {what} id"
            )
        seen.add(identifier)


def _entry(
    name: str, subject: PackagedSubject, reference: PackagedReference, contract: EmbeddingContract
) -> GalleryEntry:
    expected = 4 * contract.dimension
    if len(reference.vector) != expected:
        raise WatchlistError(
            f"{name}, reference {reference.reference_id}: {len(reference.vector)} bytes, not {expected}"
        )
    vector = np.frombuffer(reference.vector, "<f4").astype(np.float32)
    try:
        template = Template(vector, contract)
    except ModelError as error:
        raise WatchlistError(f"{name}, reference {reference.reference_id}: {error}") from error
    return GalleryEntry(subject.subject_id, reference.reference_id, template)


def _lost_references(watchlist: Watchlist) -> Sequence[str]:
    owned = [(s.subject_id, r) for s in watchlist.subjects.values() for r in s.references]
    probes = [
        Template(np.frombuffer(r.vector, "<f4").astype(np.float32), watchlist.contract) for _, r in owned
    ]
    lost = []
    for (subject_id, reference), candidates in zip(
        owned, watchlist.gallery.search_many(probes, 3), strict=True
    ):
        own = [c.comparison_score for c in candidates if c.subject_id == subject_id]
        if not own or own[0] < SAME_TEMPLATE:
            lost.append(reference.reference_id)
    return lost


def _random_probe(watchlist: Watchlist) -> Template:
    # Seeded by the version: the same package always passes or always fails.
    random = np.random.default_rng(watchlist.version)
    return unit_template(random.standard_normal(watchlist.contract.dimension), watchlist.contract)


def _vectors(subject: PackagedSubject) -> NDArray[np.float32]:
    return np.stack([np.frombuffer(reference.vector, "<f4") for reference in subject.references])
