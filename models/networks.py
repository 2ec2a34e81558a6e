"""Shell: which adapter runs which part of a pack. Run-times are imported only when a pack needs them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from models.errors import PackError
from models.pack import Part
from models.pack_files import verified_file
from models.ports import AttackDetector, FaceDetector, TemplateExtractor


@dataclass(frozen=True, slots=True)
class PartSource:
    """A part with the place of its files and the provider that shall run it."""

    part: Part
    folders: tuple[Path, ...]
    provider: str

    def contents(self) -> list[bytes]:
        """Read every file, verified, in the manifest's order."""
        return [verified_file(file, self.folders)[1] for file in self.part.files]

    def path(self) -> Path:
        """Give the verified path of the last file, for run-times that open files themselves."""
        return verified_file(self.part.files[-1], self.folders)[0]


Detection = tuple[FaceDetector, str]
Extraction = tuple[TemplateExtractor, str]
AttackDetection = tuple[AttackDetector, str]
"""What a part does and the run-time or provider that really runs it."""


def detector_of(source: PartSource) -> Detection:
    """Build a detection part's detector and tell what runs it."""
    return _builder(_DETECTORS, source.part)(source)


def extractor_of(source: PartSource) -> Extraction:
    """Build an extraction part's extractor and tell what runs it."""
    return _builder(_EXTRACTORS, source.part)(source)


def attack_detector_of(source: PartSource) -> AttackDetection:
    """Build an attack-detection part's detector and tell what runs it."""
    return _builder(_ATTACK_DETECTORS, source.part)(source)


def _yunet(source: PartSource) -> Detection:
    from models.session import Session
    from models.yunet import YuNetDetector

    part = source.part
    session = Session(source.contents()[0], part.model_id, source.provider)
    return YuNetDetector(session, part.score_threshold, part.input.max_side), session.provider


def _dlib_hog(source: PartSource) -> Detection:
    from models.dlib_faces import DlibDetector

    part = source.part
    detector = DlibDetector(
        source.path(),
        score_threshold=part.score_threshold,
        max_side=part.input.max_side,
        enlarge_below=part.input.enlarge_below,
    )
    return detector, "dlib"


def _scrfd(source: PartSource) -> Detection:
    from models.insightface_faces import ScrfdDetector, open_network, provider_of

    part = source.part
    network = open_network(source.path(), "detection", source.provider, (part.input.mean, part.input.scale))
    return ScrfdDetector(network, part.input.size, part.score_threshold), provider_of(network)


def _intermediate(source: PartSource) -> Extraction:
    from models.intermediate_representation import to_onnx

    topology, weights = source.contents()
    return _onnx_extraction(source, to_onnx(topology, weights))


def _onnx(source: PartSource) -> Extraction:
    return _onnx_extraction(source, source.contents()[0])


def _onnx_extraction(source: PartSource, network: bytes) -> Extraction:
    from models.onnx_extractor import OnnxExtractor
    from models.session import Session

    part = source.part
    session = Session(network, part.model_id, source.provider)
    return OnnxExtractor(
        session, part.contract, mean=part.input.mean, scale=part.input.scale
    ), session.provider


def _dlib_resnet(source: PartSource) -> Extraction:
    from models.dlib_faces import DlibExtractor

    return DlibExtractor(source.path(), source.part.contract), "dlib"


def _arcface(source: PartSource) -> Extraction:
    from models.insightface_faces import ArcFaceExtractor, open_network, provider_of

    part = source.part
    network = open_network(source.path(), "recognition", source.provider, (part.input.mean, part.input.scale))
    return ArcFaceExtractor(network, part.contract), provider_of(network)


def _minifasnet(source: PartSource) -> AttackDetection:
    from models.attack_detection import MiniFasDetector, ScaledNetwork
    from models.session import Session

    part = source.part
    networks = [
        ScaledNetwork(Session(content, part.model_id, source.provider), _enlargement(file.file))
        for file, content in zip(part.files, source.contents(), strict=True)
    ]
    return MiniFasDetector(networks, part.input.size), networks[0].session.provider


def _enlargement(file: str) -> float:
    """Read ``2.7_80x80_…`` as 2.7 and ``4_0_0_80x80_…`` as 4.0, as Minivision names its networks."""
    first = Path(file).name.partition("_")[0]
    try:
        return float(first)
    except ValueError as error:
        raise PackError(f"file {file!r} does not begin with its enlargement, such as 2.7_") from error


_DETECTORS: Mapping[str, Callable[[PartSource], Detection]] = {
    "yunet": _yunet,
    "dlib-hog": _dlib_hog,
    "insightface-scrfd": _scrfd,
}
_EXTRACTORS: Mapping[str, Callable[[PartSource], Extraction]] = {
    "openvino-ir": _intermediate,
    "onnx": _onnx,
    "dlib-resnet": _dlib_resnet,
    "insightface-arcface": _arcface,
}
_ATTACK_DETECTORS: Mapping[str, Callable[[PartSource], AttackDetection]] = {"minifasnet": _minifasnet}


_Builder = TypeVar("_Builder")


def _builder(builders: Mapping[str, _Builder], part: Part) -> _Builder:
    if part.network not in builders:
        raise PackError(f"no adapter {part.network!r} for {part.task}; there are {', '.join(builders)}")
    return builders[part.network]
