"""Pure: several extractors as one, their templates concatenated by stated weights."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.errors import ModelError
from models.face import FaceDetection
from models.ports import Chip, Image, TemplateExtractor
from models.template import EmbeddingContract, Template, unit_template


@dataclass(frozen=True, slots=True)
class WeightedExtractor:
    """One of the extractors and its share in the whole."""

    extractor: TemplateExtractor
    side: int
    """Of its chips, pixels."""
    weight: float
    """Above 0. The fused score is the mean of the single scores, each counted with its weight's square."""


def fused_contract(contracts: Sequence[EmbeddingContract], weights: Sequence[float]) -> EmbeddingContract:
    """Contract of a concatenation: other networks, another order or other weights make another contract."""
    if len(contracts) != len(weights) or any(not weight > 0 for weight in weights):
        raise ModelError(f"fused templates need a weight above 0 for each of {len(contracts)} networks")
    recipe = "\n".join(f"{c.contract_id} {weight:.6g}" for c, weight in zip(contracts, weights, strict=True))
    return EmbeddingContract(
        model_id="+".join(contract.model_id for contract in contracts),
        sha256=hashlib.sha256(recipe.encode()).hexdigest(),
        alignment="+".join(contract.alignment for contract in contracts),
        colour_order="bgr",  # of the chips; each network turns its own
        dimension=sum(contract.dimension for contract in contracts),
    )


class FusedExtractor:
    """Asks every extractor; its chips are theirs side by side, black below the smaller ones."""

    def __init__(self, parts: Sequence[WeightedExtractor]) -> None:
        self._parts = tuple(parts)
        contracts, weights = [p.extractor.contract for p in parts], [p.weight for p in parts]
        self._contract = fused_contract(contracts, weights)
        self._shape = max(p.side for p in parts), sum(p.side for p in parts), 3

    @property
    def contract(self) -> EmbeddingContract:
        """Of the concatenation."""
        return self._contract

    def align(self, image: Image, detection: FaceDetection) -> Chip:
        """Cut the face out once for each network."""
        strip, left = np.zeros(self._shape, np.uint8), 0
        for part in self._parts:
            strip[: part.side, left : left + part.side] = part.extractor.align(image, detection)
            left += part.side
        return strip

    def extract(self, chips: Sequence[Chip]) -> list[Template]:
        """Concatenate each strip's weighted templates and bring them to unit length again."""
        for strip in chips:
            if strip.shape != self._shape:
                raise ModelError(f"{self._contract.model_id} wants {self._shape} chips, got {strip.shape}")
        shares, left = [], 0
        for part in self._parts:
            own = [np.ascontiguousarray(strip[: part.side, left : left + part.side]) for strip in chips]
            shares.append([part.weight * template.vector for template in part.extractor.extract(own)])
            left += part.side
        return [
            unit_template(np.concatenate(vectors), self._contract) for vectors in zip(*shares, strict=True)
        ]
