"""The gallery on FAISS: exact inner products, one thread, candidates grouped by subject."""

from collections.abc import Sequence

import faiss
import numpy as np
from numpy.typing import NDArray

from edge_agent.gallery import Candidate, CandidateList, GalleryEntry
from models.template import EmbeddingContract, Template, require_same_contract

FIRST_ROWS = 16
"""Rows asked for at first; doubled until the answer is certain, as one subject may own the best of them."""


class FaissGallery:
    """References of one contract in an `IndexFlatIP`; never changes, a new version is a new gallery."""

    def __init__(self, contract: EmbeddingContract, entries: Sequence[GalleryEntry]) -> None:
        for entry in entries:
            require_same_contract(entry.template.contract, contract)
        # More threads than idle cores make FAISS wait at its barriers: ten times slower on two busy cores.
        faiss.omp_set_num_threads(1)
        self._contract = contract
        self._subject_ids = [entry.subject_id for entry in entries]
        self._reference_ids = [entry.reference_id for entry in entries]
        self._subjects = len(set(self._subject_ids))
        self._index = faiss.IndexFlatIP(contract.dimension)
        if entries:
            self._index.add(np.stack([entry.template.vector for entry in entries]))

    @property
    def contract(self) -> EmbeddingContract:
        """What its references may be compared with."""
        return self._contract

    @property
    def references(self) -> int:
        """Enrolled templates."""
        return len(self._reference_ids)

    @property
    def subjects(self) -> int:
        """Enrolled persons."""
        return self._subjects

    def search(self, probe: Template, limit: int) -> CandidateList:
        """Find the `limit` best subjects, best first."""
        return self.search_many([probe], limit)[0]

    def search_many(self, probes: Sequence[Template], limit: int) -> list[CandidateList]:
        """One candidate list per probe, in order."""
        for probe in probes:
            require_same_contract(probe.contract, self._contract)
        if not probes or not self._reference_ids or limit <= 0:
            return [() for _ in probes]
        vectors = np.stack([probe.vector for probe in probes])
        rows = min(self.references, max(FIRST_ROWS, 2 * limit))
        scores, positions = self._index.search(vectors, rows)
        return [self._certain(vectors[i : i + 1], scores[i], positions[i], limit) for i in range(len(probes))]

    def _certain(
        self,
        vector: NDArray[np.float32],
        scores: NDArray[np.float32],
        positions: NDArray[np.int64],
        limit: int,
    ) -> CandidateList:
        """Ask for more rows until no row left out could change the list, ties included."""
        while True:
            found = self._group(scores, positions)
            is_settled = len(found) >= limit and found[limit - 1].comparison_score > float(scores[-1])
            if is_settled or len(scores) == self.references:
                return tuple(found[:limit])
            rows = min(self.references, 2 * len(scores))
            all_scores, all_positions = self._index.search(vector, rows)
            scores, positions = all_scores[0], all_positions[0]

    def _group(self, scores: NDArray[np.float32], positions: NDArray[np.int64]) -> list[Candidate]:
        rows = [
            Candidate(self._subject_ids[position], self._reference_ids[position], float(score))
            for score, position in zip(scores, positions, strict=True)
        ]
        return best_per_subject(rows)


def best_per_subject(rows: Sequence[Candidate]) -> list[Candidate]:
    """Each subject once with its best reference; equal scores in the order of the ids."""
    best: dict[str, Candidate] = {}
    for row in sorted(rows, key=lambda row: (-row.comparison_score, row.subject_id, row.reference_id)):
        best.setdefault(row.subject_id, row)
    return list(best.values())
