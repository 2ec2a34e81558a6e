"""IO: MiniFASNet (Minivision, 2020): does the face look like a live one or like a print or screen."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from models.errors import ModelError
from models.face import Box, FaceDetection
from models.ports import Image
from models.session import Session

BONA_FIDE_CLASS = 1


@dataclass(frozen=True, slots=True)
class ScaledNetwork:
    """One network and how much of the surroundings it wants to see."""

    session: Session
    enlargement: float
    """Side of its crop in face boxes."""


class MiniFasDetector:
    """Asks networks that see the face at several enlargements; a hint whose error rates are unknown."""

    def __init__(self, networks: Sequence[ScaledNetwork], side: int) -> None:
        if not networks:
            raise ModelError("attack detection needs one network or more")
        self._networks = tuple(networks)
        self._side = side

    def bona_fide_score(self, image: Image, detection: FaceDetection) -> float:
        """Give the mean probability of a live face in [0, 1]; low means: look closer."""
        return float(np.mean([self._score(network, image, detection.box) for network in self._networks]))

    def _score(self, network: ScaledNetwork, image: Image, box: Box) -> float:
        left, top, right, bottom = enlarged_crop(box, network.enlargement, image.shape[1], image.shape[0])
        crop = cv2.resize(image[top:bottom, left:right], (self._side, self._side))
        batch = np.ascontiguousarray(crop.transpose(2, 0, 1)[None], np.float32)
        return float(network.session.run(batch)[0][0, BONA_FIDE_CLASS])


def enlarged_crop(box: Box, enlargement: float, width: int, height: int) -> tuple[int, int, int, int]:
    """Give left, top, right, bottom of the enlarged box, moved and shrunk to lie inside the image."""
    factor = min(enlargement, (width - 1) / box.width, (height - 1) / box.height)
    across, down = box.width * factor, box.height * factor
    left = min(max(0.0, box.centre[0] - across / 2), width - 1 - across)
    top = min(max(0.0, box.centre[1] - down / 2), height - 1 - down)
    return int(left), int(top), int(left + across) + 1, int(top + down) + 1
