"""Looks for pictures and templates of a person in bytes and in the memory of this process."""

import gc
import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.template import Vector

ALIKE = 0.8
"""Cosine to a template of the person; nothing in a database is so alike by chance."""
PICTURE_MARKS = {"jpeg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n", "webp": b"WEBPVP8"}
NUMBERS = re.compile(rb"(?:-?\d+(?:\.\d+)?(?:e-?\d+)?\s*,\s*){31,}", re.IGNORECASE)
"""So many numbers in a row are a vector in a text."""
SMALLEST_PICTURE = 16
"""Pixels; an array of three axes with sides from here on is a picture."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whom to look for."""

    templates: tuple[Vector, ...]
    rows: tuple[bytes, ...] = ()
    """Pixels of the person's pictures, as they lie in memory."""

    def traces_in(self, content: bytes) -> set[str]:
        """Name what is found in bytes: encoded pictures, pixels, numbers in text, templates of any width."""
        found = {name for name, mark in PICTURE_MARKS.items() if mark in content}
        found |= {"pixels" for row in self.rows if row in content}
        found |= {"numbers"} if NUMBERS.search(content) else set()
        return found | {kind for kind in ("<f2", "<f4", "<f8") if self._is_in(content, np.dtype(kind))}

    def traces_among(self, arrays: Iterable[NDArray[np.generic]]) -> list[str]:
        """Name the arrays that are pictures or alike a template."""
        return [f"{a.dtype} {a.shape}" for a in arrays if _is_picture(a) or self._is_template(a)]

    def _is_in(self, content: bytes, kind: np.dtype[np.floating]) -> bool:
        starts = (
            np.frombuffer(content[start:], kind, len(content[start:]) // kind.itemsize)
            for start in range(kind.itemsize)
        )
        return any(_highest(numbers, template) >= ALIKE for numbers in starts for template in self.templates)

    def _is_template(self, array: NDArray[np.generic]) -> bool:
        if array.dtype.kind != "f" or array.size == 0:
            return False
        return any(
            array.size % template.size == 0 and _highest(array.reshape(-1), template) >= ALIKE
            for template in self.templates
        )


def _highest(numbers: NDArray[np.generic], template: Vector) -> float:
    """Highest cosine of a template with as many numbers in a row."""
    with np.errstate(invalid="ignore", over="ignore"):
        values = numbers.astype(np.float64)
    values[~np.isfinite(values) | (np.abs(values) > 1e3)] = 0.0
    if values.size < template.size:
        return 0.0
    products = np.correlate(values, template.astype(np.float64), "valid")
    sums = np.concatenate([[0.0], np.cumsum(values**2)])
    lengths = np.sqrt(np.maximum(sums[template.size :] - sums[: -template.size], 0.0))
    # What is all but zero has no direction.
    return float(np.max(np.where(lengths > 1e-3, products / np.maximum(lengths, 1e-3), 0.0)))


def _is_picture(array: NDArray[np.generic]) -> bool:
    return array.ndim == 3 and min(array.shape[:2]) >= SMALLEST_PICTURE and array.shape[2] in {1, 3, 4}


def arrays_in_memory() -> dict[int, NDArray[np.generic]]:
    """Every array that anything in this process holds on to, by identity."""
    gc.collect()
    waiting: list[object] = gc.get_objects()
    found: dict[int, NDArray[np.generic]] = {}
    while waiting:
        for held in gc.get_referents(waiting.pop()):
            if isinstance(held, np.ndarray):
                found[id(held)] = held
            elif isinstance(held, dict | tuple) and not gc.is_tracked(held):
                # Of these the collector keeps no account: nothing in them could form a cycle.
                waiting.append(held)
    return found
