"""Shell: a pack's networks, loaded and ready."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.errors import ChecksumError, PackError
from models.networks import PartSource, attack_detector_of, detector_of, extractor_of
from models.pack import Pack, Task, require_licence
from models.pack_files import find_file, problems, read_pack, search_order
from models.ports import AttackDetector, FaceDetector, TemplateExtractor
from models.score_calibration import ScoreCalibration

CPU = "CPUExecutionProvider"
PREFERRED_PACKS = ("intel-0095", "dlib-pypi")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FaceEngine:
    """Everything that turns a picture into templates, and how to judge their scores."""

    pack: str
    detector: FaceDetector
    extractor: TemplateExtractor
    attack_detector: AttackDetector | None
    calibration: ScoreCalibration
    provider: str
    """The run-time that does the work, such as ``CPUExecutionProvider``, ``dlib`` or ``fake``."""
    degradations: tuple[str, ...] = ()
    """What is not as it should be, such as ``attack-detection-missing``; empty when all is well."""


def load_engine(
    pack: str,
    *,
    search_path: Sequence[Path] = (),
    provider: str = CPU,
    accept_noncommercial: bool = False,
) -> FaceEngine:
    """Load a pack by name.

    Raises `PackError` (no such pack, file missing), `ChecksumError`, `LicenceError` (not acknowledged) or
    `ModelError` (network or provider cannot be used); each names what and where.
    """
    manifest = read_pack(pack, search_path)
    require_licence(manifest, accept_noncommercial=accept_noncommercial)
    return _assembled(manifest, search_order(search_path), provider)


def best_available_pack(search_path: Sequence[Path] = ()) -> str:
    """Name the best pack whose files are here and verify; raises `PackError` naming what each one lacks."""
    folders = search_order(search_path)
    reasons = []
    for name in PREFERRED_PACKS:
        lacks = [error for part, _, error in problems(read_pack(name), folders) if not part.optional]
        if not lacks:
            return name
        reasons.append(f"{name}: {lacks[0]}")
        if isinstance(lacks[0], ChecksumError):
            _log.warning("pack %s is passed over: %s", name, lacks[0])
    raise PackError("no pack is ready, run kechid-models fetch; " + "; ".join(reasons))


def _assembled(pack: Pack, folders: tuple[Path, ...], provider: str) -> FaceEngine:
    detector = detector_of(_source(pack, "detection", folders, provider))
    extractor, actual = extractor_of(_source(pack, "extraction", folders, provider))
    attack, lacks = _attack_detector(pack, folders, provider)
    if actual.endswith("ExecutionProvider") and actual != provider:
        lacks.append(f"running-on-{actual}")
    if not pack.calibration.measured:
        lacks.append("calibration-assumed")
    _log.info("pack %s loaded on %s, degradations: %s", pack.name, actual, ", ".join(lacks) or "none")
    return FaceEngine(pack.name, detector, extractor, attack, pack.score_calibration, actual, tuple(lacks))


def _source(pack: Pack, task: Task, folders: tuple[Path, ...], provider: str) -> PartSource:
    part = pack.part(task)
    if part is None:
        raise PackError(f"pack {pack.name} has no part for {task}")
    return PartSource(part, folders, provider)


def _attack_detector(
    pack: Pack, folders: tuple[Path, ...], provider: str
) -> tuple[AttackDetector | None, list[str]]:
    part = pack.part("attack-detection")
    if part is None:
        return None, []
    if part.optional and any(find_file(file, folders) is None for file in part.files):
        return None, ["attack-detection-missing"]
    return attack_detector_of(PartSource(part, folders, provider)), []
