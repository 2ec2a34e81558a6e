"""IO: extracts templates with a network that onnxruntime runs."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.alignment import aligned_chip, chip_side
from models.errors import ModelError
from models.face import FaceDetection
from models.ports import Chip, Image
from models.session import Session
from models.template import EmbeddingContract, Template, unit_template


class OnnxExtractor:
    """Aligns by five points, normalises colours, runs the network, normalises the features."""

    def __init__(
        self, session: Session, contract: EmbeddingContract, *, mean: float = 0.0, scale: float = 1.0
    ) -> None:
        self._session = session
        self._contract = contract
        self._side = chip_side(contract.alignment)
        self._mean, self._scale = mean, scale

    @property
    def contract(self) -> EmbeddingContract:
        """What its templates may be compared with."""
        return self._contract

    def align(self, image: Image, detection: FaceDetection) -> Chip:
        """Cut the face out upright, after the contract's alignment."""
        return aligned_chip(image, detection, self._contract.alignment)

    def extract(self, chips: Sequence[Chip]) -> list[Template]:
        """Run the network on one chip at a time.

        On one thread a batch gains nothing, and so a template never depends on who else was in the picture.
        """
        return [unit_template(self._features(chip), self._contract) for chip in chips]

    def _features(self, chip: Chip) -> NDArray[np.float32]:
        if chip.shape != (self._side, self._side, 3):
            raise ModelError(
                f"{self._contract.model_id} wants chips of {self._side} pixels, got {chip.shape}"
            )
        ordered = chip[:, :, ::-1] if self._contract.colour_order == "rgb" else chip
        batch = (ordered.transpose(2, 0, 1)[None].astype(np.float32) - self._mean) * self._scale
        return np.asarray(self._session.run(np.ascontiguousarray(batch, np.float32))[0][0], np.float32)
