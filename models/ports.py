"""Ports: what a face network does, whichever run-time it runs on."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.face import FaceDetection
from models.template import EmbeddingContract, Template

Image = NDArray[np.uint8]  # (height, width, 3), BGR
Chip = NDArray[np.uint8]  # (side, side, 3), BGR, one aligned face; fused extractors: several side by side


class FaceDetector(Protocol):
    """Finds faces."""

    def detect(self, image: Image) -> list[FaceDetection]:
        """Every face, best score first; an empty list is an answer."""


class TemplateExtractor(Protocol):
    """Turns faces into templates of one contract."""

    @property
    def contract(self) -> EmbeddingContract:
        """What its templates may be compared with."""

    def align(self, image: Image, detection: FaceDetection) -> Chip:
        """Cut the face out in the pose the network was trained on."""

    def extract(self, chips: Sequence[Chip]) -> list[Template]:
        """One template per chip, in order."""


class AttackDetector(Protocol):
    """Hints at a presentation attack (ISO/IEC 30107-3); a hint for a person, never a verdict."""

    def bona_fide_score(self, image: Image, detection: FaceDetection) -> float:
        """Score in [0, 1]; low means: look closer."""
