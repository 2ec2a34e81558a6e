"""IO: InsightFace's detector and recogniser, opened by the manifest's task, never by tensor shapes."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from models.alignment import aligned_chip, chip_side
from models.errors import ModelError
from models.face import Box, FaceDetection
from models.ports import Chip, Image
from models.template import EmbeddingContract, Template, unit_template

Opener = Callable[..., Any]
"""``insightface.model_zoo.get_model`` or a stand-in."""


def open_network(
    path: Path, task: str, provider: str, preprocessing: tuple[float, float], opener: Opener | None = None
) -> Any:
    """Open a network for ``detection`` or ``recognition``; preprocessing is its mean and scale on 0..255."""
    mean, scale = preprocessing
    try:
        return (opener or _get_model())(
            str(path),
            model_task=task,
            model_metadata={"preprocessing": {"mean": mean, "std": 1.0 / scale}},
            providers=[provider],
            sess_options=_one_thread(),
        )
    except (AssertionError, RuntimeError, TypeError, ValueError) as error:
        raise ModelError(f"{path}: insightface cannot open it for {task}: {error}") from error


def provider_of(network: Any) -> str:
    """Name the provider that really runs an opened network."""
    return str(network.session.get_providers()[0])


class ScrfdDetector:
    """Finds faces with SCRFD (Guo et al. 2021)."""

    def __init__(self, network: Any, side: int, score_threshold: float) -> None:
        self._network, self._size = network, (side, side)
        self._network.prepare(0, input_size=self._size, det_thresh=score_threshold)

    def detect(self, image: Image) -> list[FaceDetection]:
        """Find every face, best score first."""
        rows, points = self._network.detect(image, input_size=self._size)
        faces = [_detection(row, kps) for row, kps in zip(rows, points, strict=True)] if len(rows) else []
        return sorted(faces, key=lambda face: -face.score)


class ArcFaceExtractor:
    """Extracts ArcFace features (Deng et al. 2019)."""

    def __init__(self, network: Any, contract: EmbeddingContract) -> None:
        self._network, self._contract = network, contract
        self._side = chip_side(contract.alignment)

    @property
    def contract(self) -> EmbeddingContract:
        """What its templates may be compared with."""
        return self._contract

    def align(self, image: Image, detection: FaceDetection) -> Chip:
        """Cut the face out upright, after the contract's alignment."""
        return aligned_chip(image, detection, self._contract.alignment)

    def extract(self, chips: Sequence[Chip]) -> list[Template]:
        """Run the network on one chip at a time; it turns BGR round by itself."""
        wrong = next((chip.shape for chip in chips if chip.shape[:2] != (self._side, self._side)), None)
        if wrong is not None:
            raise ModelError(f"{self._contract.model_id} wants chips of {self._side} pixels, got {wrong}")
        return [unit_template(np.ravel(self._network.get_feat(chip)), self._contract) for chip in chips]


def _detection(row: "np.ndarray[Any, Any]", points: "np.ndarray[Any, Any]") -> FaceDetection:
    left, top, right, bottom, score = (float(value) for value in row[:5])
    box = Box(left, top, right - left, bottom - top)
    return FaceDetection(box, np.asarray(points, np.float32), min(1.0, max(0.0, score)))


def _get_model() -> Opener:
    try:
        from insightface.model_zoo import get_model
    except ImportError as error:
        raise ModelError(f"the insightface package is not installed: {error}") from error
    opener: Opener = get_model
    return opener


def _one_thread() -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return options
