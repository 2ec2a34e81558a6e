"""Shell: `kechid-edge enrol`: photos of one subject into a gallery folder."""

import argparse
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from edge_agent.commands.options import add_engine_options, load_chosen_engine, print_result
from edge_agent.errors import PhotoError
from edge_agent.gallery.folder import add_to_gallery, read_gallery
from edge_agent.gallery.port import GalleryEntry
from edge_agent.vision.photo import PhotoTemplate, template_of_photo
from edge_agent.vision.quality import QualityGate
from models.engine import FaceEngine
from models.template import comparison_score
from sync.errors import SyncError
from sync.identifiers import require_name

ALIKE_FMR = 1e-4
"""False match rate from whose score on another subject is named as perhaps the same person."""


@dataclass(frozen=True, slots=True, eq=False)
class EnrolmentReport:
    """What was enrolled, and what the gallery holds now."""

    subject_id: str
    photos: tuple[PhotoTemplate, ...]
    references: int
    subjects: int
    looks_like: tuple[str, ...] = ()
    """Other subjects who may be the same person: a person under two names answers for neither."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("enrol", help="add photos of one subject to a gallery folder")
    parser.add_argument("--gallery", type=Path, required=True, metavar="DIR", help="made when it is missing")
    parser.add_argument(
        "--subject", required=True, metavar="ID", help="letters, digits, dot, dash, underscore"
    )
    parser.add_argument("images", type=Path, nargs="+", metavar="IMAGE", help="photo of the subject alone")
    add_engine_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Enrol every photo or none; errors of ours are for the caller to print."""
    require_subject(arguments.subject)
    engine = load_chosen_engine(arguments)
    report = enrol(engine, arguments.gallery, arguments.subject, arguments.images)
    result = {
        "subject_id": report.subject_id,
        "enrolled": len(report.photos),
        "references": report.references,
        "subjects": report.subjects,
        "looks_like": list(report.looks_like),
        "images": [_image_result(photo) for photo in report.photos],
        "pack": engine.pack,
    }
    words = (
        f"{report.subject_id}: {len(report.photos)} photos enrolled; the gallery holds {report.references}"
    )
    doubts = [f"\n{p.path}: {', '.join(p.warnings)}" for p in report.photos if p.warnings]
    doubts += [f"\nlooks like {name}, who is enrolled already" for name in report.looks_like]
    print_result(result, words + "".join(doubts), as_json=arguments.json)
    return 0


def enrol(engine: FaceEngine, gallery: Path, subject_id: str, images: Sequence[Path]) -> EnrolmentReport:
    """Add every photo to the gallery, or none when one of them is refused."""
    contract = engine.extractor.contract
    if gallery.is_dir() and any(gallery.iterdir()):
        read_gallery(gallery, contract)  # a foreign folder is told before the photos are worked on
    photos = tuple(template_of_photo(engine, path, QualityGate()) for path in images)
    entries = [GalleryEntry(subject_id, _reference_id(photo.path), photo.template) for photo in photos]
    everything = add_to_gallery(gallery, contract, entries)
    others = [entry for entry in everything if entry.subject_id != subject_id]
    return EnrolmentReport(
        subject_id,
        photos,
        len(everything),
        len({entry.subject_id for entry in everything}),
        look_alikes(photos, others, engine.calibration.score_at_fmr(ALIKE_FMR)),
    )


def look_alikes(
    photos: Sequence[PhotoTemplate], others: Sequence[GalleryEntry], threshold: float
) -> tuple[str, ...]:
    """Name the other subjects with a reference that reaches the threshold with one of the photos."""
    found = {
        entry.subject_id
        for entry in others
        for photo in photos
        if comparison_score(photo.template, entry.template) >= threshold
    }
    return tuple(sorted(found))


def require_subject(subject_id: str) -> None:
    """Raise `PhotoError` for an id that is no name."""
    try:
        require_name(subject_id, "subject")
    except SyncError as error:
        raise PhotoError(str(error)) from error


def _reference_id(path: Path) -> str:
    # By content: the same photo twice is one reference, two photos of one file name are two.
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def _image_result(photo: PhotoTemplate) -> dict[str, object]:
    return {
        "file": str(photo.path),
        "quality": round(photo.quality.unified, 1),
        "face_width": round(photo.quality.face_width, 1),
        "warnings": list(photo.warnings),
    }
