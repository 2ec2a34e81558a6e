"""Makes drawn sheets look scanned or photographed: turned, blurred, noisy, unevenly lit, compressed."""

import random
from dataclasses import dataclass

import cv2
import numpy as np

from hub.documents.reader import GreyPicture
from hub.origin.paper.code_image import QUIET, modules_of

SIDE_MM = 57.0
PX_PER_MM = 200 / 25.4


@dataclass(frozen=True, slots=True)
class Wear:
    """How much of each."""

    degrees: float
    blur: float
    """Standard deviation, in pixels."""
    noise: float
    """Standard deviation, in grey values."""
    shadow: float
    """How much darker one edge is than the other, as a share."""
    perspective: float
    """How far corners are moved, as a share of the width."""
    quality: int
    """Of the JPEG."""


def scanner(rng: random.Random) -> Wear:
    """Draw what an office scanner does."""
    return Wear(
        rng.uniform(-1.6, 1.6), rng.uniform(0, 0.7), rng.uniform(0, 5), 0.05, 0.0, rng.randrange(60, 86)
    )


def phone(rng: random.Random) -> Wear:
    """Draw what a telephone held over the sheet does."""
    return Wear(
        rng.uniform(-4, 4),
        rng.uniform(0.3, 0.9),
        rng.uniform(2, 8),
        rng.uniform(0.1, 0.4),
        rng.uniform(0.005, 0.02),
        rng.randrange(55, 86),
    )


def worn(picture: GreyPicture, wear: Wear, rng: random.Random) -> GreyPicture:
    """Apply it; the sheet stands on a little more paper, so that nothing is cut off."""
    margin = int(0.03 * picture.shape[1])
    framed = np.pad(picture, margin, constant_values=255)
    height, width = framed.shape
    moved = _placed(framed, wear, rng)
    blurred = cv2.GaussianBlur(moved, (0, 0), wear.blur) if wear.blur > 0.1 else moved
    across = np.linspace(1.0, 1.0 - wear.shadow, width, dtype=np.float32)
    light = across[::-1] if rng.random() < 0.5 else across
    noise = np.random.default_rng(rng.randrange(2**32)).normal(0, max(wear.noise, 0.01), (height, width))
    lit = np.clip(blurred * light * 0.97 + noise, 0, 255).astype(np.uint8)
    _, jpeg = cv2.imencode(".jpg", lit, [cv2.IMWRITE_JPEG_QUALITY, wear.quality])
    return np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def _placed(picture: GreyPicture, wear: Wear, rng: random.Random) -> GreyPicture:
    height, width = picture.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), wear.degrees, 1.0)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    turned = (np.c_[corners, np.ones(4)] @ turn.T).astype(np.float32)
    far = wear.perspective * width
    turned += np.array([[rng.uniform(-far, far) for _ in range(2)] for _ in range(4)], dtype=np.float32)
    placed = cv2.warpPerspective(
        picture,
        cv2.getPerspectiveTransform(corners, turned),
        (width, height),
        flags=cv2.INTER_CUBIC,
        borderValue=255,
    )
    return np.asarray(placed, dtype=np.uint8)


def drawn_code(text: str, side_mm: float = SIDE_MM) -> GreyPicture:
    """Draw a code as a 200 dpi scan has it, on a piece of white paper."""
    modules = np.array(modules_of(text), dtype=np.uint8)
    framed = np.pad(255 - 255 * modules, QUIET, constant_values=255)
    side = round(side_mm * PX_PER_MM)
    drawn = cv2.resize(
        cv2.resize(framed, None, fx=8, fy=8, interpolation=cv2.INTER_NEAREST),
        (side, side),
        interpolation=cv2.INTER_AREA,
    )
    return np.asarray(np.pad(drawn, 60, constant_values=255), dtype=np.uint8)
