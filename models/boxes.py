"""Pure: which of many overlapping boxes to keep."""

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float32]  # (n, 4): x, y, width, height


def suppress_overlaps(boxes: Boxes, scores: NDArray[np.float32], most_overlap: float) -> list[int]:
    """Give the indices of the boxes to keep, best score first: greedy non-maximum suppression."""
    order = np.argsort(-scores, kind="stable")
    kept: list[int] = []
    while order.size:
        best, order = int(order[0]), order[1:]
        kept.append(best)
        order = order[_overlaps(boxes[best], boxes[order]) <= most_overlap]
    return kept


def _overlaps(box: NDArray[np.float32], others: Boxes) -> NDArray[np.float32]:
    corner = np.maximum(box[:2], others[:, :2])
    far_corner = np.minimum(box[:2] + box[2:], others[:, :2] + others[:, 2:])
    shared = np.prod(np.maximum(0.0, far_corner - corner), axis=1)
    union = box[2] * box[3] + others[:, 2] * others[:, 3] - shared
    return np.asarray(shared / union, np.float32)
