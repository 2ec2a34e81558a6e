"""Templates and the contract under which two of them may be compared."""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.errors import ContractMismatchError, ModelError

Vector = NDArray[np.float32]  # (d,), unit length

UNIT_TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True)
class EmbeddingContract:
    """All that must be equal for two templates to mean the same thing."""

    model_id: str
    """Name of the extracting network, such as ``face-reidentification-retail-0095``."""
    sha256: str
    """Hex digest of the weights as published by their source."""
    alignment: str
    """Name of the alignment template, such as ``omz-128`` or ``dlib-chip-150``."""
    colour_order: str
    """``bgr`` or ``rgb``."""
    dimension: int

    def __post_init__(self) -> None:
        """Refuse nonsense at the door."""
        if self.dimension <= 0:
            raise ModelError(f"contract of {self.model_id}: dimension {self.dimension} is not positive")
        if self.colour_order not in {"bgr", "rgb"}:
            raise ModelError(
                f"contract of {self.model_id}: colour order {self.colour_order!r} is not bgr or rgb"
            )

    @property
    def contract_id(self) -> str:
        """Sixteen hex digits that stand for the whole contract on a wire and in a store."""
        parts = (self.model_id, self.sha256, self.alignment, self.colour_order, str(self.dimension))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """Comparable features of one face (or several fused), under a contract."""

    vector: Vector
    contract: EmbeddingContract

    def __post_init__(self) -> None:
        """Refuse a vector that the contract does not describe."""
        if self.vector.shape != (self.contract.dimension,) or self.vector.dtype != np.float32:
            raise ModelError(
                f"template of {self.contract.model_id} must be ({self.contract.dimension},) float32, "
                f"got {self.vector.shape} {self.vector.dtype}"
            )
        length = float(np.linalg.norm(self.vector))
        if not abs(length - 1.0) <= UNIT_TOLERANCE:
            raise ModelError(f"template of {self.contract.model_id} has length {length:.4f}, not 1")


def unit_template(features: NDArray[np.floating], contract: EmbeddingContract) -> Template:
    """Normalise raw network output of shape (d,) into a template; refuses zero and non-finite features."""
    length = float(np.linalg.norm(features))
    if not np.isfinite(length) or length == 0.0:
        raise ModelError(f"{contract.model_id} produced features of length {length}: no template")
    return Template((np.asarray(features, np.float64) / length).astype(np.float32), contract)


def comparison_score(probe: Template, reference: Template) -> float:
    """Cosine similarity in [-1, 1]; higher is more alike. Raises `ContractMismatchError` across contracts."""
    require_same_contract(probe.contract, reference.contract)
    return float(probe.vector @ reference.vector)


def require_same_contract(probe: EmbeddingContract, reference: EmbeddingContract) -> None:
    """Raise `ContractMismatchError` naming both models unless the contracts are equal."""
    if probe != reference:
        raise ContractMismatchError(
            f"probe is of {probe.model_id} ({probe.contract_id}), "
            f"reference of {reference.model_id} ({reference.contract_id}): not comparable"
        )
