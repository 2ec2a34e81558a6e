"""The gallery on FAISS: layers that never change, removed rows marked, versions that share what stays."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_agent.errors import GalleryError
from edge_agent.gallery.faiss_index import NOTHING_LEFT_OUT, Dead, Index, index_of
from edge_agent.gallery.port import Candidate, CandidateList, GalleryEntry
from edge_agent.gallery.rows import GalleryRows, best_per_subject, merged_rows, rows_of
from edge_agent.gallery.sketch import SearchPlan, Sketch
from models.template import EmbeddingContract, Template, require_same_contract

FIRST_ROWS = 32
"""Rows asked for at first; more until the answer is certain, as one subject may own the best of them."""
WIDENING = 4
ROUNDING = 1e-5
"""FAISS's sums and ours differ by less."""
DEAD_SHARE = 0.25
"""A layer with more removed rows than this is cleared of them."""
PLAN = SearchPlan()

Part = tuple[GalleryRows, Sketch | None]


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """Rows that were indexed together, and which of them are removed by now."""

    index: Index
    dead: Dead | None = None

    @property
    def live(self) -> int:
        """References that are not removed."""
        return len(self.index.rows) - self._dead_count

    @property
    def is_littered(self) -> bool:
        """Whether it is time to clear away what was removed."""
        return self._dead_count > DEAD_SHARE * len(self.index.rows)

    def live_positions(self) -> NDArray[np.int64]:
        """Where the rows lie that are not removed."""
        return np.arange(len(self.index.rows)) if self.dead is None else np.flatnonzero(~self.dead.marks)

    def of_subject(self, subject_id: str) -> list[int]:
        """Positions of a subject's references."""
        positions = self.index.rows.of_subject(subject_id)
        return [position for position in positions if self.dead is None or not self.dead.marks[position]]

    def holds(self, subject_id: str, reference_id: str) -> bool:
        """Whether this reference is here and not removed."""
        ids = self.index.rows.reference_ids
        return any(ids[position] == reference_id for position in self.of_subject(subject_id))

    def subject_ids(self) -> set[str]:
        """Everyone with a reference here."""
        if self.dead is None:
            return set(self.index.rows.subject_ids)
        return {self.index.rows.subject_ids[position] for position in self.live_positions()}

    def without_subjects(self, subject_ids: Collection[str]) -> "Layer":
        """Mark rows as removed; what others hold stays as it is."""
        positions = [position for each in subject_ids for position in self.of_subject(each)]
        if not positions:
            return self
        marks = np.zeros(len(self.index.rows), np.bool_) if self.dead is None else self.dead.marks.copy()
        marks[positions] = True
        return Layer(self.index, Dead(marks, int(marks.sum())))

    def live_rows(self) -> GalleryRows:
        """Rows that are not removed."""
        return self.index.rows if self.dead is None else self.index.rows.kept(~self.dead.marks)

    def part(self) -> Part:
        """Rows that are not removed, with their sign bits if there are any: all that has to be stored."""
        sketch = self.index.sketch()
        if self.dead is not None and sketch is not None:
            sketch = Sketch(sketch.mean, sketch.bits[~self.dead.marks])
        return self.live_rows(), sketch

    @property
    def _dead_count(self) -> int:
        return 0 if self.dead is None else self.dead.count


class FaissGallery:
    """References of one contract; never changes: a new version is a new gallery that shares the layers.

    Up to `SearchPlan.exact_rows` references a layer is searched exactly. Above, sign bits choose candidates;
    a subject with a candidate among the best is listed with the exact score of its best reference.
    """

    def __init__(
        self, contract: EmbeddingContract, entries: Sequence[GalleryEntry] = (), *, plan: SearchPlan = PLAN
    ) -> None:
        self._contract = contract
        self._plan = plan
        self._set([Layer(index_of(rows_of(contract, entries), plan))])

    @classmethod
    def of_parts(
        cls, contract: EmbeddingContract, parts: Iterable[Part], *, plan: SearchPlan = PLAN
    ) -> "FaissGallery":
        """Index rows that are columns already, such as those `parts` gave."""
        made = cls(contract, plan=plan)
        made._set([Layer(index_of(rows, plan, sketch)) for rows, sketch in parts])
        return made

    @property
    def contract(self) -> EmbeddingContract:
        """What its references may be compared with."""
        return self._contract

    @property
    def references(self) -> int:
        """Enrolled templates."""
        return sum(layer.live for layer in self._layers)

    @property
    def subjects(self) -> int:
        """Enrolled persons."""
        return self._subjects

    def parts(self) -> Iterator[Part]:
        """All that has to be kept to make this gallery again, part by part."""
        return (layer.part() for layer in self._layers)

    def subject_ids(self) -> frozenset[str]:
        """Everyone with a reference."""
        return frozenset().union(*(layer.subject_ids() for layer in self._layers))

    def changed(self, *, removed: Collection[str], added: GalleryRows) -> "FaissGallery":
        """Return a gallery without some subjects and with more references; this one stays as it is.

        Costs what is added and removed, not what is there. Raises `GalleryError` for a subject that is not
        there, or a reference that is there already.
        """
        for subject_id in removed:
            if not any(layer.of_subject(subject_id) for layer in self._layers):
                raise GalleryError(f"subject {subject_id} cannot be removed: it is not in the gallery")
        layers = [layer.without_subjects(removed) for layer in self._layers]
        for subject_id, reference_id in zip(added.subject_ids, added.reference_ids, strict=True):
            if any(layer.holds(subject_id, reference_id) for layer in layers):
                raise GalleryError(f"reference {reference_id} of subject {subject_id} is there already")
        made = copy(self)
        made._set(_tidied([*layers, Layer(index_of(added, self._plan))], self._plan))
        return made

    def search(self, probe: Template, limit: int) -> CandidateList:
        """Find the `limit` best subjects, best first."""
        require_same_contract(probe.contract, self._contract)
        if limit <= 0 or not self._layers:
            return ()
        count = max(FIRST_ROWS, 2 * limit)
        while True:
            nearest = [layer.index.nearest(probe.vector, count, layer.dead) for layer in self._layers]
            found = best_per_subject(
                row
                for layer, near in zip(self._layers, nearest, strict=True)
                for row in layer.index.rows.candidates(probe.vector, near.positions)
            )
            floor = max(near.floor for near in nearest)
            is_certain = len(found) >= limit and found[limit - 1].comparison_score > floor + ROUNDING
            if is_certain or floor == NOTHING_LEFT_OUT:
                return self._completed(probe.vector, found)[:limit]
            count *= WIDENING

    def search_many(self, probes: Sequence[Template], limit: int) -> list[CandidateList]:
        """One candidate list per probe, in order."""
        return [self.search(probe, limit) for probe in probes]

    def best_of_all(self, probes: Sequence[Template]) -> list[CandidateList]:
        """Compare each probe with every reference, without any index: what `search` is checked against."""
        for probe in probes:
            require_same_contract(probe.contract, self._contract)
        if not probes:
            return []
        vectors = np.stack([probe.vector for probe in probes])
        found: list[list[Candidate]] = [[] for _ in probes]
        for layer in self._layers:
            for number, positions in enumerate(_best_positions(layer, vectors)):
                found[number] += layer.index.rows.candidates(vectors[number], positions)
        return [tuple(best_per_subject(rows)[:1]) for rows in found]

    def sampled(self, count: int, seed: int) -> list[Template]:
        """Take some references at random, the same ones for the same seed; fewer when there are fewer."""
        live = [layer.live_positions() for layer in self._layers]
        ends = np.cumsum([len(positions) for positions in live])
        numbers = np.random.default_rng(seed).choice(self.references, min(count, self.references), False)
        sampled = []
        for number in numbers:
            which = int(np.searchsorted(ends, number, side="right"))
            position = live[which][number - ends[which]]
            vector = self._layers[which].index.rows.vectors[position].astype(np.float32)
            sampled.append(Template(vector, self._contract))
        return sampled

    def _completed(self, vector: NDArray[np.float32], found: list[Candidate]) -> CandidateList:
        """Add those references of the subjects found which sign bits may have passed over."""
        rows = list(found)
        for layer in self._layers:
            if not layer.index.is_exact:
                positions = [p for row in found for p in layer.of_subject(row.subject_id)]
                rows += layer.index.rows.candidates(vector, positions)
        return tuple(best_per_subject(rows))

    def _set(self, layers: Sequence[Layer]) -> None:
        self._layers = tuple(layer for layer in layers if layer.live)
        self._subjects = len(self.subject_ids())


def _tidied(layers: Sequence[Layer], plan: SearchPlan) -> list[Layer]:
    """Clear layers of removed rows and join those of like size: a handful whatever is added and removed."""
    tidied: list[Layer] = []
    for layer in layers:
        joined, live = [layer], layer.live
        while tidied and tidied[-1].live <= 2 * live:
            joined.append(tidied.pop())
            live += joined[-1].live
        is_stale = len(joined) > 1 or layer.is_littered
        tidied.append(_joined(joined, plan) if is_stale else layer)
    return tidied


def _joined(layers: Sequence[Layer], plan: SearchPlan) -> Layer:
    return Layer(index_of(merged_rows([each.live_rows() for each in layers]), plan))


def _best_positions(layer: Layer, vectors: NDArray[np.float32]) -> list[list[int]]:
    """Positions of the live rows most alike each vector, block by block.

    All that lie within a matrix product's rounding of the best, so that the caller's exact scores decide.
    """
    best: list[list[tuple[float, int]]] = [[] for _ in vectors]
    scores = np.full(len(vectors), -np.inf, np.float32)
    for start, block in layer.index.rows.blocks():
        block_scores = block @ vectors.T
        if layer.dead is not None:
            block_scores[layer.dead.marks[start : start + len(block)]] = -np.inf
        scores = np.maximum(scores, block_scores.max(axis=0))
        is_near = (block_scores >= scores - ROUNDING) & np.isfinite(block_scores)
        for row, number in zip(*np.nonzero(is_near), strict=True):
            best[number].append((float(block_scores[row, number]), start + int(row)))
    return [
        [position for score, position in near if score >= scores[number] - ROUNDING]
        for number, near in enumerate(best)
    ]
