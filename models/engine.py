"""Shell: a pack's networks, loaded and ready."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from models.errors import ChecksumError, ModelError, PackError
from models.fused_extractor import FusedExtractor, WeightedExtractor
from models.networks import PartSource, attack_detector_of, detector_of, extractor_of
from models.pack import TASKS, Pack, Part, Task, require_licence
from models.pack_files import find_file, problems, read_pack, search_order
from models.ports import AttackDetector, FaceDetector, TemplateExtractor
from models.score_calibration import ScoreCalibration

CPU = "CPUExecutionProvider"
PREFERRED_PACKS = ("intel-0095", "dlib-pypi")
_Built = TypeVar("_Built")
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
    attack_hint_threshold: float | None = None
    """Bona fide score below which a person is told to look closer; None: nobody is told."""
    runs_on: tuple[tuple[str, str], ...] = ()
    """What really runs each network: its model id and the run-time or provider."""


@dataclass(frozen=True, slots=True)
class ProviderChoice:
    """Which execution provider runs which task; the most specific wins."""

    default: str = CPU
    tasks: Mapping[str, str] = field(default_factory=dict)
    """By task; beats what the pack's manifest asks for, which beats the default."""

    def __post_init__(self) -> None:
        """Refuse a task that no pack has."""
        if unknown := sorted(set(self.tasks) - set(TASKS)):
            raise ModelError(f"provider for {unknown[0]!r}: there is no such task, only {', '.join(TASKS)}")

    def of(self, part: Part) -> str:
        """Name the provider that shall run a part."""
        return self.tasks.get(part.task) or part.provider or self.default


def load_engine(
    pack: str,
    *,
    search_path: Sequence[Path] = (),
    provider: str = CPU,
    providers: Mapping[str, str] | None = None,
    accept_noncommercial: bool = False,
) -> FaceEngine:
    """Load a pack by name; `providers` names execution providers by task, where they differ.

    Raises `PackError` (no such pack, file missing), `ChecksumError`, `LicenceError` (not acknowledged) or
    `ModelError` (network or provider cannot be used); each names what and where.
    """
    manifest = read_pack(pack, search_path)
    require_licence(manifest, accept_noncommercial=accept_noncommercial)
    return _Loader(manifest, search_order(search_path), ProviderChoice(provider, providers or {})).engine()


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


class _Loader:
    """Builds one engine and notes what really runs it."""

    def __init__(self, pack: Pack, folders: tuple[Path, ...], choice: ProviderChoice) -> None:
        self._pack, self._folders, self._choice = pack, folders, choice
        self._runs_on: list[tuple[str, str]] = []
        self._lacks: list[str] = []

    def engine(self) -> FaceEngine:
        """Load every part."""
        pack = self._pack
        detector = self._noted(_required(pack, "detection"), detector_of)
        extractor = self._extractor()
        extraction_runs_on = self._runs_on[-1][1]
        attack, threshold = self._attack_detector()
        if not pack.calibration.measured:
            self._lacks.append("calibration-assumed")
        lacks = tuple(dict.fromkeys(self._lacks))
        runs_on = ", ".join(f"{model} on {actual}" for model, actual in self._runs_on)
        _log.info("pack %s loaded, %s, degradations: %s", pack.name, runs_on, ", ".join(lacks) or "none")
        return FaceEngine(
            pack.name,
            detector,
            extractor,
            attack,
            pack.score_calibration,
            extraction_runs_on,
            lacks,
            threshold,
            tuple(self._runs_on),
        )

    def _noted(self, part: Part, build: Callable[[PartSource], tuple[_Built, str]]) -> _Built:
        """Build a part; another provider than the one asked for is a degradation."""
        asked = self._choice.of(part)
        built, actual = build(PartSource(part, self._folders, asked))
        self._runs_on.append((part.model_id, actual))
        if actual.endswith("ExecutionProvider") and actual != asked:
            self._lacks.append(f"running-on-{actual}")
        return built

    def _extractor(self) -> TemplateExtractor:
        _required(self._pack, "extraction")
        parts = self._pack.extractions
        built = [self._noted(part, extractor_of) for part in parts]
        if len(parts) == 1:
            return built[0]
        return FusedExtractor(
            [WeightedExtractor(e, p.input.size, p.weight) for e, p in zip(built, parts, strict=True)]
        )

    def _attack_detector(self) -> tuple[AttackDetector | None, float | None]:
        part = self._pack.part("attack-detection")
        if part is None:
            return None, None
        if part.optional and any(find_file(file, self._folders) is None for file in part.files):
            self._lacks.append("attack-detection-missing")
            return None, None
        point = part.operating_point
        return self._noted(part, attack_detector_of), None if point is None else point.threshold


def _required(pack: Pack, task: Task) -> Part:
    part = pack.part(task)
    if part is None:
        raise PackError(f"pack {pack.name} has no part for {task}")
    return part
