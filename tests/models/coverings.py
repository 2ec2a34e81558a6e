"""Masks and dark glasses drawn onto a face where its landmarks are."""

import cv2
import numpy as np
from numpy.typing import NDArray

from models.face import FaceDetection
from models.ports import Image

MASKS = {
    "blue": (215, 185, 140),
    "white": (238, 238, 236),
    "black": (28, 26, 26),
    "red": (60, 50, 170),
    "grey": (130, 128, 125),
    "green": (120, 150, 90),
    "skin-coloured": (150, 180, 215),
}
"""BGR."""
GLASSES = "dark-glasses"
COVERINGS = (*MASKS, GLASSES)
# Across in eye distances, down in distances from the eyes to the mouth.
_OUTLINE = (
    *((-0.95, 0.30), (-0.4, 0.28), (0.0, 0.22), (0.4, 0.28), (0.95, 0.30)),
    *((0.9, 1.0), (0.55, 1.5), (0.0, 1.72), (-0.55, 1.5), (-0.9, 1.0)),
)
_DARK = (25, 22, 22)


def covered(image: Image, face: FaceDetection, covering: str) -> Image:
    """Give the picture with that face covered, shaded as the face is."""
    return in_glasses(image, face) if covering == GLASSES else masked(image, face, MASKS[covering])


def masked(image: Image, face: FaceDetection, colour: tuple[int, int, int]) -> Image:
    """Cover nose, mouth and chin."""
    across, down, middle = _axes(face)
    outline = np.array([middle + across * x + down * y for x, y in _OUTLINE])
    layer = np.zeros(image.shape, np.uint8)
    cv2.fillPoly(layer, [outline.astype(np.int32)], (255, 255, 255), cv2.LINE_AA)
    share = layer.astype(np.float32) / 255
    cloth = np.array(colour, np.float32) * _shade(image, share[:, :, 0] > 0.5, np.hypot(*across))
    return np.clip(image * (1 - share) + cloth * share, 0, 255).astype(np.uint8)


def in_glasses(image: Image, face: FaceDetection) -> Image:
    """Cover both eyes."""
    across, down, middle = _axes(face)
    size = float(np.hypot(*across))
    turn = float(np.degrees(np.arctan2(across[1], across[0])))
    drawn = image.copy()
    for side in (-0.5, 0.5):
        at = middle + across * side + down * 0.04
        axes = (int(0.42 * size), int(0.32 * size))
        cv2.ellipse(drawn, (int(at[0]), int(at[1])), axes, turn, 0, 360, _DARK, cv2.FILLED, cv2.LINE_AA)
    return drawn


def _axes(face: FaceDetection) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    points = face.landmarks.astype(np.float64)
    middle = points[:2].mean(axis=0)
    return points[1] - points[0], points[3:].mean(axis=0) - middle, middle


def _shade(image: Image, inside: NDArray[np.bool_], size: float) -> NDArray[np.float32]:
    light = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY).astype(np.float32)
    light = np.asarray(cv2.GaussianBlur(light, (0, 0), max(1.0, 0.3 * size)), np.float32)
    mean = float(light[inside].mean()) if inside.any() else 128.0
    strength = min(1.2, max(0.25, mean / 140))
    shade = np.clip(0.4 + 0.6 * light / max(1.0, mean) * strength, 0.15, 1.3)
    return np.asarray(shade[:, :, np.newaxis], np.float32)
