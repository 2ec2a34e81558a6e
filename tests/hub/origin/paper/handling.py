"""What people and transport leave on a sheet before it is scanned: stamps, signatures, folds, holes."""

import math
import random

import cv2
import numpy as np

from hub.documents.reader import GreyPicture
from tests.hub.origin.paper.degrading import PX_PER_MM

STAMP_MM = (34.0, 42.0)
SMOOTH = 16
"""Points are given to OpenCV in sixteenths of a pixel."""


def handled(sheet: GreyPicture, rng: random.Random) -> GreyPicture:
    """Stamp and sign a sheet in its lower part, fold and punch it; some get a cup's ring, a marker's line."""
    height, width = sheet.shape
    marked = stamped(sheet, (rng.uniform(0.35, 0.85) * width, rng.uniform(0.76, 0.93) * height), rng)
    marked = _inked(marked, _signature(sheet.shape, rng), rng.uniform(0.6, 0.85))
    if rng.random() < 0.3:
        marked = _inked(marked, _ring(sheet.shape, rng), rng.uniform(0.08, 0.2))
    if rng.random() < 0.3:
        marked = _inked(marked, _marker(sheet.shape, rng), rng.uniform(0.08, 0.18))
    return _punched(_folded(marked, rng), rng)


def stamped(sheet: GreyPicture, middle: tuple[float, float], rng: random.Random) -> GreyPicture:
    """Stamp a sheet at a place, in pixels."""
    return _inked(sheet, _stamp(sheet.shape, middle, rng), rng.uniform(0.35, 0.6))


def _inked(sheet: GreyPicture, ink: GreyPicture, strength: float) -> GreyPicture:
    """Lay ink over what is printed: it darkens, and covers nothing."""
    light = 1.0 - strength * (ink.astype(np.float32) / 255)
    return np.asarray(np.clip(sheet * light, 0, 255), dtype=np.uint8)


def _stamp(shape: tuple[int, ...], middle: tuple[float, float], rng: random.Random) -> GreyPicture:
    """Draw two rings with signs between and a word across, turned as it falls."""
    height, width = shape
    radius = rng.uniform(*STAMP_MM) / 2 * PX_PER_MM
    ink = np.zeros((height, width), dtype=np.uint8)
    for share, thickness in ((1.0, 4), (0.72, 2)):
        cv2.circle(ink, _point(*middle), int(radius * share * SMOOTH), 255, thickness, cv2.LINE_AA, 4)
    for number in range(22):
        turn = math.tau * number / 22
        at = (middle[0] + 0.86 * radius * math.cos(turn), middle[1] + 0.86 * radius * math.sin(turn))
        cv2.circle(ink, _point(*at), int(0.07 * radius * SMOOTH), 255, 2, cv2.LINE_AA, 4)
    word = "".join(rng.choice("ABDEGKLMNRTV") for _ in range(6))
    start = (round(middle[0] - 0.55 * radius), round(middle[1] + 0.1 * radius))
    cv2.putText(ink, word, start, cv2.FONT_HERSHEY_SIMPLEX, radius / 100, 255, 2, cv2.LINE_AA)
    turned = cv2.warpAffine(ink, cv2.getRotationMatrix2D(middle, rng.uniform(-40, 40), 1), (width, height))
    return _worn_out(np.asarray(turned, dtype=np.uint8), rng)


def _worn_out(ink: GreyPicture, rng: random.Random) -> GreyPicture:
    """Take patches out, as a stamp that was pressed unevenly leaves them."""
    rough = np.random.default_rng(rng.randrange(2**32)).random((24, 24), dtype=np.float32)
    even = cv2.resize(rough, ink.shape[::-1], interpolation=cv2.INTER_CUBIC)
    return np.asarray(ink * np.clip(0.35 + even, 0, 1), dtype=np.uint8)


def _signature(shape: tuple[int, ...], rng: random.Random) -> GreyPicture:
    """Draw loops from left to right, in the lower part."""
    height, width = shape
    left, base = rng.uniform(0.3, 0.65) * width, rng.uniform(0.8, 0.95) * height
    long, tall = rng.uniform(0.12, 0.22) * width, rng.uniform(0.008, 0.018) * height
    phase, loops = rng.uniform(0, math.tau), rng.uniform(3, 6)
    points = [
        (
            left + long * step / 160 + 0.5 * tall * math.cos(loops * math.tau * step / 160),
            base + tall * math.sin(loops * math.tau * step / 160 + phase) * (1 - step / 260),
        )
        for step in range(160)
    ]
    ink = np.zeros((height, width), dtype=np.uint8)
    line = np.array([_point(*one) for one in points], dtype=np.int32)
    cv2.polylines(ink, [line], isClosed=False, color=255, thickness=3, lineType=cv2.LINE_AA, shift=4)
    return ink


def _ring(shape: tuple[int, ...], rng: random.Random) -> GreyPicture:
    height, width = shape
    ink = np.zeros((height, width), dtype=np.uint8)
    middle = _point(rng.uniform(0.1, 0.9) * width, rng.uniform(0.1, 0.9) * height)
    cv2.circle(ink, middle, int(40 * PX_PER_MM * SMOOTH), 255, 14, cv2.LINE_AA, 4)
    return np.asarray(cv2.GaussianBlur(ink, (0, 0), 3), dtype=np.uint8)


def _marker(shape: tuple[int, ...], rng: random.Random) -> GreyPicture:
    height, width = shape
    ink = np.zeros((height, width), dtype=np.uint8)
    left, top = rng.uniform(0.05, 0.5) * width, rng.uniform(0.1, 0.85) * height
    end = (left + rng.uniform(0.15, 0.4) * width, top + rng.uniform(-8, 8))
    cv2.line(ink, _point(left, top), _point(*end), 255, round(5 * PX_PER_MM), cv2.LINE_AA, 4)
    return ink


def _folded(sheet: GreyPicture, rng: random.Random) -> GreyPicture:
    """Fold across once or twice, and sometimes along: a bright and a dark line, a little apart."""
    height, width = sheet.shape
    folded = sheet.astype(np.float32)
    for share in rng.choice(((0.5,), (1 / 3, 2 / 3))):
        row = int((share + rng.uniform(-0.01, 0.01)) * height)
        folded[row : row + 2] += (255 - folded[row : row + 2]) * rng.uniform(0.3, 0.6)
        folded[row + 2 : row + 5] *= rng.uniform(0.78, 0.92)
    if rng.random() < 0.5:
        column = int((0.5 + rng.uniform(-0.01, 0.01)) * width)
        folded[:, column : column + 2] += (255 - folded[:, column : column + 2]) * rng.uniform(0.3, 0.6)
        folded[:, column + 2 : column + 4] *= rng.uniform(0.8, 0.93)
    return np.asarray(np.clip(folded, 0, 255), dtype=np.uint8)


def _punched(sheet: GreyPicture, rng: random.Random) -> GreyPicture:
    """Punch two holes at the left edge of some, through which something dark is seen."""
    punched = np.array(sheet)
    if rng.random() < 0.5:
        for share in (0.365, 0.635):
            place = _point(11 * PX_PER_MM, share * sheet.shape[0])
            cv2.circle(punched, place, int(2.75 * PX_PER_MM * SMOOTH), 60, cv2.FILLED, cv2.LINE_AA, 4)
    return punched


def _point(x: float, y: float) -> tuple[int, int]:
    return round(x * SMOOTH), round(y * SMOOTH)
