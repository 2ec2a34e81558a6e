"""References of one contract as rows of one matrix, searched whole by one product. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_FIRST_CAPACITY = 256


@dataclass(frozen=True, slots=True)
class Resembling:
    """The subject of a gallery that is most alike a probe."""

    subject_id: str
    reference_id: str
    probe: int
    """Which of the probes, from 0."""
    score: float


class ReferenceMatrix:
    """Grows and shrinks by single references; a dropped row stays as zeros until another takes its place."""

    def __init__(self, dimension: int) -> None:
        self.version = -1
        """Of the gallery it holds; -1: it holds nothing yet."""
        self._rows: NDArray[np.float32] = np.zeros((_FIRST_CAPACITY, dimension), np.float32)
        self._reference_ids: list[str] = []
        self._subject_ids: list[str] = []
        self._places: dict[str, int] = {}
        self._free: list[int] = []

    def __len__(self) -> int:
        return len(self._places)

    def put(self, reference_id: str, subject_id: str, vector: NDArray[np.float32]) -> None:
        """Hold a unit vector, in place of what stood under that id."""
        place = self._places.get(reference_id)
        if place is None:
            place = self._free.pop() if self._free else self._new_place()
            self._places[reference_id] = place
            self._reference_ids[place] = reference_id
        self._subject_ids[place] = subject_id
        self._rows[place] = vector

    def drop(self, reference_id: str) -> None:
        """Forget a reference; harmless when it is not here."""
        place = self._places.pop(reference_id, None)
        if place is not None:
            self._rows[place] = 0.0
            self._free.append(place)

    def search(
        self, probes: Sequence[NDArray[np.float32]], threshold: float, limit: int
    ) -> tuple[Resembling, ...]:
        """Return subjects whose best reference reaches `threshold` (above 0) with any probe, best first."""
        if not self._places or not probes:
            return ()
        scores = self._rows[: len(self._reference_ids)] @ np.stack(probes, axis=1)
        best = scores[:, 0].copy()
        for column in range(1, len(probes)):
            np.maximum(best, scores[:, column], out=best)
        hits = np.flatnonzero(best >= max(threshold, 1e-6))
        found: list[Resembling] = []
        seen: set[str] = set()
        for place in hits[np.argsort(-best[hits], kind="stable")]:
            subject_id = self._subject_ids[place]
            if subject_id in seen:
                continue
            seen.add(subject_id)
            probe, score = int(scores[place].argmax()), float(best[place])
            found.append(Resembling(subject_id, self._reference_ids[place], probe, score))
            if len(found) == limit:
                break
        return tuple(found)

    def pairs(self, subject_ids: frozenset[str], threshold: float) -> list[tuple[str, str, float]]:
        """Return the pairs of these subjects whose references reach `threshold`, most alike first."""
        places = [place for place in sorted(self._places.values()) if self._subject_ids[place] in subject_ids]
        best: dict[tuple[str, str], float] = {}
        rows = self._rows[places]
        for start in range(0, len(places), _FIRST_CAPACITY):
            block = rows[start : start + _FIRST_CAPACITY] @ rows.T
            for left, right in zip(*np.nonzero(block >= threshold), strict=True):
                one, other = self._subject_ids[places[start + left]], self._subject_ids[places[right]]
                if one < other:
                    key, score = (one, other), float(block[left, right])
                    best[key] = max(score, best.get(key, -1.0))
        return sorted(((*key, score) for key, score in best.items()), key=lambda pair: (-pair[2], pair[:2]))

    def _new_place(self) -> int:
        place = len(self._reference_ids)
        if place == len(self._rows):
            grown = np.zeros((2 * len(self._rows), self._rows.shape[1]), np.float32)
            grown[:place] = self._rows
            self._rows = grown
        self._reference_ids.append("")
        self._subject_ids.append("")
        return place
