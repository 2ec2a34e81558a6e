"""Pure: the templates of a gallery as columns, in the order of their ids."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from edge_agent.errors import GalleryError
from edge_agent.gallery.port import Candidate, GalleryEntry
from models.template import EmbeddingContract, require_same_contract

Vectors = NDArray[np.float16]  # (n, d), unit length before rounding
BLOCK_ROWS = 16_384
"""Rows widened to float32 at a time: 32 MiB of 512 numbers each."""


@dataclass(frozen=True, slots=True, eq=False)
class GalleryRows:
    """References sorted by subject, then by reference id; position is rank, so ties go by position.

    Vectors are half precision everywhere, small lists too: a score does not depend on how many are listed
    or on whether the gallery was built or read from the disk.
    """

    subject_ids: Sequence[str]
    reference_ids: Sequence[str]
    vectors: Vectors

    def __len__(self) -> int:
        """Count the references."""
        return len(self.subject_ids)

    def of_subject(self, subject_id: str) -> range:
        """Positions of one subject's references; empty when it has none."""
        return range(bisect_left(self.subject_ids, subject_id), bisect_right(self.subject_ids, subject_id))

    def candidates(self, vector: NDArray[np.float32], positions: Sequence[int]) -> list[Candidate]:
        """Score rows; equal vectors score equal bit for bit, whatever else is asked for."""
        # Row by row, not as a matrix product: BLAS rounds by where in a block a row happens to lie.
        scores = np.clip((self.vectors[positions].astype(np.float32) * vector).sum(axis=1), -1.0, 1.0)
        return [
            Candidate(self.subject_ids[position], self.reference_ids[position], float(score))
            for position, score in zip(positions, scores, strict=True)
        ]

    def kept(self, is_kept: NDArray[np.bool_]) -> "GalleryRows":
        """Only the rows that are marked."""
        positions = np.flatnonzero(is_kept).tolist()
        return GalleryRows(
            [self.subject_ids[position] for position in positions],
            [self.reference_ids[position] for position in positions],
            self.vectors[is_kept],
        )

    def blocks(self) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Vectors widened a block at a time, each with the position of its first row."""
        for start in range(0, len(self), BLOCK_ROWS):
            yield start, self.vectors[start : start + BLOCK_ROWS].astype(np.float32)


def sorted_rows(subject_ids: Sequence[str], reference_ids: Sequence[str], vectors: Vectors) -> GalleryRows:
    """Put columns in order; raises `GalleryError` for a reference that is there twice."""
    keys = list(zip(subject_ids, reference_ids, strict=True))
    order = sorted(range(len(keys)), key=keys.__getitem__)
    for before, after in pairwise(order):
        if keys[before] == keys[after]:
            raise GalleryError(f"reference {keys[after][1]} of subject {keys[after][0]} is there twice")
    if order == list(range(len(order))):
        return GalleryRows(list(subject_ids), list(reference_ids), vectors)
    return GalleryRows(
        [subject_ids[position] for position in order],
        [reference_ids[position] for position in order],
        vectors[order],
    )


def rows_of(contract: EmbeddingContract, entries: Sequence[GalleryEntry]) -> GalleryRows:
    """Columns of entries; raises `ContractMismatchError` for a template of another contract."""
    vectors = np.empty((len(entries), contract.dimension), np.float16)
    for position, entry in enumerate(entries):
        require_same_contract(entry.template.contract, contract)
        vectors[position] = entry.template.vector
    return sorted_rows([e.subject_id for e in entries], [e.reference_id for e in entries], vectors)


def merged_rows(parts: Sequence[GalleryRows]) -> GalleryRows:
    """Rows of several parts as one."""
    return sorted_rows(
        [subject_id for part in parts for subject_id in part.subject_ids],
        [reference_id for part in parts for reference_id in part.reference_ids],
        np.concatenate([part.vectors for part in parts]),
    )


def best_per_subject(rows: Iterable[Candidate]) -> list[Candidate]:
    """Each subject once with its best reference; equal scores in the order of the ids."""
    best: dict[str, Candidate] = {}
    for row in sorted(rows, key=lambda row: (-row.comparison_score, row.subject_id, row.reference_id)):
        best.setdefault(row.subject_id, row)
    return list(best.values())
