"""Port: a checkpoint's reference database, searched 1:N."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from models.template import EmbeddingContract, Template


@dataclass(frozen=True, slots=True)
class Candidate:
    """One row of a candidate list: a subject with the reference that is most alike."""

    subject_id: str
    reference_id: str
    comparison_score: float
    """Cosine similarity in [-1, 1]; higher is more alike."""


@dataclass(frozen=True, slots=True, eq=False)
class GalleryEntry:
    """One enrolled template."""

    subject_id: str
    reference_id: str
    template: Template


CandidateList = tuple[Candidate, ...]
"""Best first, each subject once; empty when the gallery is."""


class Gallery(Protocol):
    """Finds the subjects most alike a probe; each scored by the best of its references."""

    @property
    def contract(self) -> EmbeddingContract:
        """What its references may be compared with."""

    @property
    def references(self) -> int:
        """Enrolled templates."""

    @property
    def subjects(self) -> int:
        """Enrolled persons."""

    def search(self, probe: Template, limit: int) -> CandidateList:
        """Find the `limit` best subjects; raises `ContractMismatchError` for a probe of another contract."""

    def search_many(self, probes: Sequence[Template], limit: int) -> list[CandidateList]:
        """One candidate list per probe, in order; one pass over the references where that is faster."""

    def best_of_all(self, probes: Sequence[Template]) -> list[CandidateList]:
        """Compare each probe with every reference, without any index: what `search` is checked against.

        Only the best subject of each; none when the gallery is empty.
        """

    def sampled(self, count: int, seed: int) -> list[Template]:
        """Take some references at random, the same ones for the same seed; fewer when there are fewer."""
