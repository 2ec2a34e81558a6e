"""Pure: a published watchlist version turned into something a lane can search."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from edge_agent.decision.calibration import FalseAlarmBudget, Thresholds, thresholds_for
from edge_agent.decision.identification import LookAlike
from edge_agent.errors import WatchlistError
from edge_agent.gallery.faiss_gallery import FaissGallery
from edge_agent.gallery.port import CandidateList, Gallery
from edge_agent.gallery.rows import BLOCK_ROWS, GalleryRows, sorted_rows
from models.score_calibration import ScoreCalibration
from models.template import UNIT_TOLERANCE, EmbeddingContract, Template, unit_template
from sync.watchlist_package import (
    PackagedLookAlikes,
    PackagedReference,
    PackagedSubject,
    WatchlistPackage,
)

SAME_TEMPLATE = 0.999
"""Comparison score of a template with itself, less rounding."""
TRIED_REFERENCES = 2000
"""A self-test searches so many references at most: all of a large list would take hours."""


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
    unsearchable: tuple[str, ...] = ()
    """Listed subjects without a reference: no camera can find them."""
    pairs: tuple[PackagedLookAlikes, ...] = ()
    """Subjects who look alike, each pair with the margin that a match needs."""

    def likeness(self, candidates: CandidateList) -> float | None:
        """Best score between references of the first two candidates; None where there are none."""
        pair = [self.subjects.get(candidate.subject_id) for candidate in candidates[:2]]
        vectors = [_vectors(subject) for subject in pair if subject is not None and subject.references]
        return float((vectors[0] @ vectors[1].T).max()) if len(vectors) == 2 else None

    def look_alikes(self, candidates: CandidateList, probe: Template) -> tuple[LookAlike, ...]:
        """Score the best candidate's look-alikes on the same probe, in the order of the package."""
        if not candidates or not self.pairs:
            return ()
        best = candidates[0].subject_id
        found = []
        for pair in self.pairs:
            if best in {pair.first_id, pair.second_id}:
                other = pair.second_id if pair.first_id == best else pair.first_id
                subject = self.subjects.get(other)
                if subject is not None and subject.references:
                    score = float((_vectors(subject) @ probe.vector).max())
                    found.append(LookAlike(other, score, pair.margin))
        return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class KnownGallery:
    """A gallery that is there already, and the subjects whose references are in it."""

    gallery: FaissGallery
    subjects: Mapping[str, PackagedSubject]


def build_watchlist(
    package: WatchlistPackage,
    calibration: ScoreCalibration,
    budget: FalseAlarmBudget,
    now: datetime,
    *,
    contract: EmbeddingContract,
    known: KnownGallery | None = None,
) -> Watchlist:
    """Check a complete package and build its gallery for an engine of `contract`.

    Only what differs from the `known` gallery is built. Subjects whose listing has expired at `now` stay out.
    Raises `WatchlistError` naming list, version and reason; the caller keeps the version it has.
    """
    name = f"watchlist {package.list_id} version {package.version}"
    _require_complete(name, package)
    _require_contract(name, package, contract)
    live = {s.subject_id: s for s in package.subjects if s.expires_at is None or s.expires_at > now}
    if known is None or known.gallery.contract != contract:
        known = KnownGallery(FaissGallery(contract), {})
    gallery = _gallery(name, live, known)
    return Watchlist(
        package.list_id,
        package.title,
        package.version,
        contract,
        live,
        gallery,
        thresholds_for(budget, gallery.references, calibration),
        tuple(subject.subject_id for subject in live.values() if not subject.references),
        package.look_alikes,
    )


def self_test(watchlist: Watchlist) -> str:
    """Search references and one random probe; returns what was found, in words for the hub.

    Raises `WatchlistError` when a reference does not find its subject or the random probe reaches review.
    """
    name = f"watchlist {watchlist.list_id} version {watchlist.version}"
    tried = _tried_references(watchlist)
    lost = _lost_references(watchlist, tried)
    if lost:
        raise WatchlistError(f"{name} fails its self-test: {len(lost)} references not found, first {lost[0]}")
    candidates = watchlist.gallery.search(_random_probe(watchlist), 1)
    best = candidates[0].comparison_score if candidates else -1.0
    if best >= watchlist.thresholds.review:
        raise WatchlistError(f"{name} fails its self-test: a random probe scored {best:.3f}")
    return _finding(watchlist, len(tried))


def _finding(watchlist: Watchlist, tried: int) -> str:
    gallery = watchlist.gallery
    listed = f"{gallery.references} references of {gallery.subjects} subjects"
    searched = listed if tried == gallery.references else f"{listed}: {tried} taken at random"
    missing = len(watchlist.unsearchable)
    warning = f"; {missing} listed subjects have no reference and cannot be found" if missing else ""
    return f"{searched} found themselves, a random probe matched none{warning}"


def _gallery(name: str, live: Mapping[str, PackagedSubject], known: KnownGallery) -> FaissGallery:
    """Change the known gallery into that of `live`."""
    there = known.gallery.subject_ids()
    kept = {
        subject_id
        for subject_id in there & live.keys()
        if _references(known.subjects[subject_id]) == _references(live[subject_id])
    }
    new = [subject for subject_id, subject in live.items() if subject_id not in kept]
    if not new and len(kept) == len(there):
        return known.gallery
    return known.gallery.changed(removed=there - kept, added=_rows(name, new, known.gallery.contract))


def _references(subject: PackagedSubject) -> list[tuple[str, bytes]]:
    return [(reference.reference_id, reference.vector) for reference in subject.references]


def _require_complete(name: str, package: WatchlistPackage) -> None:
    if package.base_version is not None:
        raise WatchlistError(
            f"{name} starts from version {package.base_version}: a complete package is needed"
        )
    _require_unique(name, "subject", (subject.subject_id for subject in package.subjects))
    _require_unique(
        name,
        "reference",
        (reference.reference_id for subject in package.subjects for reference in subject.references),
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


def _rows(name: str, subjects: Sequence[PackagedSubject], contract: EmbeddingContract) -> GalleryRows:
    """Columns of the subjects' references, checked a block at a time."""
    owned = [(subject.subject_id, reference) for subject in subjects for reference in subject.references]
    vectors = np.empty((len(owned), contract.dimension), np.float16)
    for start in range(0, len(owned), BLOCK_ROWS):
        block = [reference for _, reference in owned[start : start + BLOCK_ROWS]]
        vectors[start : start + BLOCK_ROWS] = _checked_vectors(name, block, contract)
    ids = [reference.reference_id for _, reference in owned]
    return sorted_rows([subject_id for subject_id, _ in owned], ids, vectors)


def _checked_vectors(
    name: str, references: Sequence[PackagedReference], contract: EmbeddingContract
) -> NDArray[np.float32]:
    expected = 4 * contract.dimension
    for reference in references:
        if len(reference.vector) != expected:
            raise WatchlistError(
                f"{name}, reference {reference.reference_id}: {len(reference.vector)} bytes, not {expected}"
            )
    content = b"".join(reference.vector for reference in references)
    vectors = np.frombuffer(content, "<f4").astype(np.float32).reshape(len(references), contract.dimension)
    lengths = np.linalg.norm(vectors, axis=1)
    for reference, length in zip(references, lengths, strict=True):
        if not abs(length - 1.0) <= UNIT_TOLERANCE:
            raise WatchlistError(
                f"{name}, reference {reference.reference_id}: template has length {length:.4f}, not 1"
            )
    return vectors


def _tried_references(watchlist: Watchlist) -> list[tuple[str, PackagedReference]]:
    """Every reference with its subject, or some at random."""
    owned = [(s.subject_id, r) for s in watchlist.subjects.values() for r in s.references]
    if len(owned) <= TRIED_REFERENCES:
        return owned
    chosen = np.random.default_rng(watchlist.version).choice(len(owned), TRIED_REFERENCES, replace=False)
    return [owned[number] for number in chosen]


def _lost_references(watchlist: Watchlist, tried: Sequence[tuple[str, PackagedReference]]) -> Sequence[str]:
    probes = [
        Template(np.frombuffer(r.vector, "<f4").astype(np.float32), watchlist.contract) for _, r in tried
    ]
    lost = []
    for (subject_id, reference), candidates in zip(
        tried, watchlist.gallery.search_many(probes, 3), strict=True
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
