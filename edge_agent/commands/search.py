"""Shell: `kechid-edge search`: photos against a gallery folder."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from edge_agent.commands.options import (
    add_budget_options,
    add_engine_options,
    chosen_budget,
    load_chosen_engine,
    print_result,
)
from edge_agent.decision.calibration import FalseAlarmBudget, Thresholds, thresholds_for
from edge_agent.decision.identification import DecisionPolicy, Identification, identify
from edge_agent.gallery.faiss_gallery import FaissGallery
from edge_agent.gallery.folder import read_gallery
from edge_agent.gallery.port import CandidateList
from edge_agent.vision.photo import template_of_photo
from edge_agent.vision.quality import QualityGate
from models.engine import FaceEngine
from sync.messages import Outcome

CANDIDATES = 10


@dataclass(frozen=True, slots=True, eq=False)
class PhotoSearch:
    """What one photo found."""

    path: Path
    identification: Identification
    candidates: CandidateList


@dataclass(frozen=True, slots=True, eq=False)
class SearchReport:
    """What all photos found, and by which thresholds."""

    photos: tuple[PhotoSearch, ...]
    thresholds: Thresholds
    references: int

    @property
    def strongest(self) -> PhotoSearch:
        """The photo with the gravest outcome, then the highest score."""
        gravity = (Outcome.NON_MATCH, Outcome.REVIEW, Outcome.MATCH)

        def rank(photo: PhotoSearch) -> tuple[int, float]:
            best = photo.candidates[0].comparison_score if photo.candidates else -1.0
            return gravity.index(photo.identification.outcome), best

        return max(self.photos, key=rank)


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("search", help="search a gallery folder for the persons on photos")
    parser.add_argument("--gallery", type=Path, required=True, metavar="DIR")
    parser.add_argument("images", type=Path, nargs="+", metavar="IMAGE", help="photo of one person")
    add_engine_options(parser)
    add_budget_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Search every photo by itself; the top level of the result is the strongest one's."""
    engine = load_chosen_engine(arguments)
    report = search_photos(engine, arguments.gallery, arguments.images, chosen_budget(arguments))
    result = {
        **_photo_result(report.strongest),
        "threshold": report.thresholds.match,
        "review_threshold": report.thresholds.review,
        "expected_false_alarms_per_day": report.thresholds.expected_false_alarms_per_day,
        "gallery_size": report.references,
        "pack": engine.pack,
        "results": [_photo_result(photo) for photo in report.photos],
    }
    print_result(result, "\n".join(map(_words, report.photos)), as_json=arguments.json)
    return 0


def search_photos(
    engine: FaceEngine, gallery: Path, images: Sequence[Path], budget: FalseAlarmBudget
) -> SearchReport:
    """Search each photo; raises `GalleryError` or `PhotoError` naming what cannot be used."""
    contract = engine.extractor.contract
    references = FaissGallery(contract, read_gallery(gallery, contract))
    once = replace(budget, searches_per_traveller=1.0)
    thresholds = thresholds_for(once, references.references, engine.calibration)
    photos = []
    for path in images:
        probe = template_of_photo(engine, path, QualityGate()).template
        candidates = references.search(probe, CANDIDATES)
        # A photo was chosen by a person; the rule that one lucky frame is no match is for cameras.
        found = identify(candidates, thresholds, DecisionPolicy(), is_supported=True)
        photos.append(PhotoSearch(path, found, candidates))
    return SearchReport(tuple(photos), thresholds, references.references)


def _photo_result(photo: PhotoSearch) -> dict[str, object]:
    return {
        "file": str(photo.path),
        "outcome": str(photo.identification.outcome),
        "margin": photo.identification.margin,
        "candidates": [
            {"subject_id": c.subject_id, "score": c.comparison_score, "reference_id": c.reference_id}
            for c in photo.candidates
        ],
    }


def _words(photo: PhotoSearch) -> str:
    best = ", ".join(f"{c.subject_id} {c.comparison_score:.3f}" for c in photo.candidates[:3])
    return f"{photo.path}: {photo.identification.outcome} ({best})"
