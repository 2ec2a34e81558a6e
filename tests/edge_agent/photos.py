"""Builders: drawn photos on disk."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from models.face import Box
from models.fakes import draw_fake_face


def photo(path: Path, *identities: int, width: int = 120, shift: int = 0) -> Path:
    """Write a photo with the drawn people side by side."""
    image = np.full((260, 60 + 200 * max(1, len(identities)), 3), 120, np.uint8)
    for number, identity in enumerate(identities):
        draw_fake_face(image, identity, Box(40 + 200 * number + shift, 40 + shift, width, width))
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), image)
    return path


def photos_of(folder: Path, people: Sequence[int], each: int) -> None:
    """Write a folder per person, each with several photos."""
    for identity in people:
        for number in range(each):
            photo(folder / f"person-{identity}" / f"{number}.png", identity, shift=3 * number)
