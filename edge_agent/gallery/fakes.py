"""Pure: a gallery by brute force, the oracle that FAISS is checked against."""

from collections.abc import Sequence

import numpy as np

from edge_agent.errors import GalleryError
from edge_agent.gallery.port import Candidate, CandidateList, GalleryEntry
from models.template import EmbeddingContract, Template, comparison_score, require_same_contract


class BruteForceGallery:
    """Compares the probe with every reference, one after the other."""

    def __init__(self, contract: EmbeddingContract, entries: Sequence[GalleryEntry]) -> None:
        for entry in entries:
            require_same_contract(entry.template.contract, contract)
        self._contract = contract
        self._entries = tuple(entries)
        seen: set[tuple[str, str]] = set()
        for entry in entries:
            key = (entry.subject_id, entry.reference_id)
            if key in seen:
                raise GalleryError(
                    f"reference {entry.reference_id} of subject {entry.subject_id} is there twice"
                )
            seen.add(key)

    @property
    def contract(self) -> EmbeddingContract:
        """What its references may be compared with."""
        return self._contract

    @property
    def references(self) -> int:
        """Enrolled templates."""
        return len(self._entries)

    @property
    def subjects(self) -> int:
        """Enrolled persons."""
        return len({entry.subject_id for entry in self._entries})

    def search(self, probe: Template, limit: int) -> CandidateList:
        """Find the `limit` best subjects, best first."""
        require_same_contract(probe.contract, self._contract)
        best: dict[str, Candidate] = {}
        for entry in self._entries:
            score = comparison_score(probe, entry.template)
            row = Candidate(entry.subject_id, entry.reference_id, score)
            known = best.get(entry.subject_id)
            if known is None or (-score, row.reference_id) < (-known.comparison_score, known.reference_id):
                best[entry.subject_id] = row
        ranked = sorted(best.values(), key=lambda row: (-row.comparison_score, row.subject_id))
        return tuple(ranked[: max(0, limit)])

    def search_many(self, probes: Sequence[Template], limit: int) -> list[CandidateList]:
        """One candidate list per probe, in order."""
        return [self.search(probe, limit) for probe in probes]

    def best_of_all(self, probes: Sequence[Template]) -> list[CandidateList]:
        """Only the best subject of each probe."""
        return self.search_many(probes, 1)

    def sampled(self, count: int, seed: int) -> list[Template]:
        """Take some references at random."""
        chosen = np.random.default_rng(seed).permutation(len(self._entries))[:count]
        return [self._entries[number].template for number in chosen]
