"""IO: YuNet (Wu et al. 2023) through onnxruntime, with its own decoding."""

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from models.boxes import suppress_overlaps
from models.errors import ModelError
from models.face import Box, FaceDetection
from models.ports import Image
from models.session import Session

STRIDES = (8, 16, 32)
MOST_OVERLAP = 0.3
Outputs = Mapping[str, NDArray[np.float32]]
Candidates = NDArray[np.float32]  # (n, 15): x, y, width, height, five points, score


class YuNetDetector:
    """Finds faces from about 15 pixels on; takes BGR 0..255."""

    def __init__(self, session: Session, score_threshold: float, max_side: int = 0) -> None:
        missing = {f"{kind}_{s}" for kind in ("cls", "obj", "bbox", "kps") for s in STRIDES} - set(
            session.output_names
        )
        if missing:
            raise ModelError(f"network is no YuNet: it has no output {', '.join(sorted(missing))}")
        self._session = session
        self._threshold = score_threshold
        self._max_side = max_side

    def detect(self, image: Image) -> list[FaceDetection]:
        """Find every face, best score first; boxes may reach outside the image."""
        scaled, scale = _shrink(image, self._max_side)
        blob = _padded(scaled)
        outputs = dict(zip(self._session.output_names, self._session.run(blob), strict=True))
        candidates = decode(outputs, blob.shape[3], self._threshold)
        kept = suppress_overlaps(candidates[:, :4], candidates[:, 14], MOST_OVERLAP)
        return [_detection(candidates[index], scale) for index in kept]


def decode(outputs: Outputs, width: int, threshold: float) -> Candidates:
    """Turn the network's outputs into boxes, landmarks and scores, pixels of its input of this width."""
    return np.concatenate([_decode_stride(outputs, width, stride, threshold) for stride in STRIDES])


def _decode_stride(outputs: Outputs, width: int, stride: int, threshold: float) -> Candidates:
    scores = np.sqrt(
        np.clip(outputs[f"cls_{stride}"][0, :, 0], 0, 1) * np.clip(outputs[f"obj_{stride}"][0, :, 0], 0, 1)
    )
    chosen = np.flatnonzero(scores >= threshold)
    cells = np.stack([chosen % (width // stride), chosen // (width // stride)], axis=1).astype(np.float32)
    boxes = outputs[f"bbox_{stride}"][0, chosen]
    sizes = np.exp(boxes[:, 2:]) * stride
    corners = (cells + boxes[:, :2]) * stride - sizes / 2
    points = (np.tile(cells, 5) + outputs[f"kps_{stride}"][0, chosen]) * stride
    return np.concatenate([corners, sizes, points, scores[chosen, None]], axis=1)


def _shrink(image: Image, max_side: int) -> tuple[Image, float]:
    side = max(image.shape[:2])
    if not max_side or side <= max_side:
        return image, 1.0
    scale = max_side / side
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8), scale


def _padded(image: Image) -> NDArray[np.float32]:
    height, width = image.shape[:2]
    coarsest = STRIDES[-1]
    blob = np.zeros((1, 3, -(-height // coarsest) * coarsest, -(-width // coarsest) * coarsest), np.float32)
    for channel, plane in enumerate(cv2.split(image)):
        blob[0, channel, :height, :width] = plane
    return blob


def _detection(candidate: NDArray[np.float32], scale: float) -> FaceDetection:
    x, y, width, height = (float(value) / scale for value in candidate[:4])
    points = (candidate[4:14].reshape(5, 2) / scale).astype(np.float32)
    return FaceDetection(Box(x, y, width, height), points, min(1.0, float(candidate[14])))
