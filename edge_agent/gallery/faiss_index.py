"""The home of FAISS: rows near a vector, by comparing all of them or by sign bits first."""

from dataclasses import dataclass
from typing import Protocol

import faiss
import numpy as np
from numpy.typing import NDArray

from edge_agent.gallery.rows import GalleryRows, Vectors
from edge_agent.gallery.sketch import SearchPlan, Sketch, bits_of, sign_bits, sketch_of

BELOW_EVERY_SCORE = -2.0
NOTHING_LEFT_OUT = -np.inf
BYTE_STEPS = 127


@dataclass(frozen=True, slots=True, eq=False)
class Dead:
    """Rows that are removed and only wait to be cleared away."""

    marks: NDArray[np.bool_]
    """(n,)."""
    count: int

    @property
    def share(self) -> float:
        """Of all rows, from 0 to 1."""
        return self.count / len(self.marks)


@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """Rows most alike a vector, as far as the index can tell."""

    positions: list[int]
    floor: float
    """No row left out scores more than this; `BELOW_EVERY_SCORE` when those left out are merely unlikely."""


class Index(Protocol):
    """Finds rows near a vector; never changes."""

    @property
    def rows(self) -> GalleryRows:
        """What it searches."""

    @property
    def is_exact(self) -> bool:
        """Whether no row can be passed over."""

    def sketch(self) -> Sketch | None:
        """Copy its sign bits, when it searches by them first."""

    def nearest(self, vector: NDArray[np.float32], count: int, dead: Dead | None) -> Nearest:
        """Return at most `count` live rows; `vector` is (d,), of length 1; some row must be live."""


def index_of(rows: GalleryRows, plan: SearchPlan, sketch: Sketch | None = None) -> Index:
    """Index rows as the plan says; a sketch made earlier is used where one is needed."""
    if len(rows) <= plan.exact_rows:
        return ExactIndex(rows)
    return SketchedIndex(rows, plan, sketch or sketch_of(rows))


class ExactIndex:
    """Compares with every row in bytes: half the memory to read, which is what takes the time.

    How far a rounded score may be off is known, so that no row is left out that could belong to the answer.
    """

    is_exact = True

    def __init__(self, rows: GalleryRows) -> None:
        self.rows = rows
        self._bytes = RoundedRows(rows)

    def sketch(self) -> None:
        """Return none: it needs none."""

    def nearest(self, vector: NDArray[np.float32], count: int, dead: Dead | None) -> Nearest:
        """Compare with every row."""
        one_thread()
        scores, positions, error = self._bytes.search(vector, min(count, len(self.rows)))
        floor = float(scores[-1]) + error if count < len(self.rows) else NOTHING_LEFT_OUT
        return Nearest(_live(positions, dead).tolist(), floor)


class RoundedRows:
    """Vectors as whole numbers of steps, 127 of which make the greatest number in any of them."""

    def __init__(self, rows: GalleryRows) -> None:
        dimension = rows.vectors.shape[1]
        quantiser = faiss.ScalarQuantizer.QT_8bit_direct_signed
        self._index = faiss.IndexScalarQuantizer(dimension, quantiser, faiss.METRIC_INNER_PRODUCT)
        self._step = _step_of(max((np.abs(block).max() for _, block in rows.blocks()), default=0.0))
        self._length, self._lost = 0.0, 0.0
        for _, block in rows.blocks():
            steps = np.rint(block / self._step)
            self._index.add(steps)
            self._length = max(self._length, _greatest_length(block))
            self._lost = max(self._lost, _greatest_length(block - steps * self._step))

    def search(
        self, vector: NDArray[np.float32], count: int
    ) -> tuple[NDArray[np.float32], NDArray[np.int64], float]:
        """Return the best rounded scores, best first, where their rows lie, and how far a score may be off.

        FAISS cuts the vector's numbers off to whole ones as well, so it gets whole ones.
        """
        step = _step_of(np.abs(vector).max())
        steps = np.rint(vector / step)
        scores, positions = self._index.search(steps[np.newaxis], count)
        rounded = steps * step
        error = _greatest_length(rounded[np.newaxis]) * self._lost
        error += _greatest_length((vector - rounded)[np.newaxis]) * self._length
        return scores[0] * np.float32(step * self._step), positions[0], error


class SketchedIndex:
    """Compares sign bits with every row, then half precision vectors with the candidates."""

    is_exact = False

    def __init__(self, rows: GalleryRows, plan: SearchPlan, sketch: Sketch) -> None:
        self.rows = rows
        self._plan = plan
        self._mean = sketch.mean
        self._bits = faiss.IndexBinaryFlat(bits_of(rows.vectors.shape[1]))
        # Counting the distances costs the same for any number of candidates; a heap does not.
        self._bits.use_heap = False  # type: ignore[attr-defined]
        self._bits.add(sketch.bits)

    def sketch(self) -> Sketch:
        """Copy its sign bits."""
        codes = faiss.vector_to_array(self._bits.xb)  # type: ignore[attr-defined]
        bits = codes.reshape(len(self.rows), -1)
        return Sketch(self._mean, bits)

    def nearest(self, vector: NDArray[np.float32], count: int, dead: Dead | None) -> Nearest:
        """Keep the plan's number of live candidates at least, and compare with those."""
        one_thread()
        bits = sign_bits(vector[np.newaxis], self._mean)
        wanted = max(count, self._plan.candidates(*self.rows.vectors.shape))
        # Removed rows are as likely to be near as others: ask for so many more that enough are left.
        alive = 1.0 if dead is None else 1.0 - dead.share
        asked = min(len(self.rows), round(wanted / alive))
        candidates = np.sort(_live(self._bits.search(bits, asked)[1][0], dead))
        if not len(candidates):
            return Nearest([], NOTHING_LEFT_OUT if asked == len(self.rows) else BELOW_EVERY_SCORE)
        scores, order = _half_precision(self.rows.vectors.take(candidates, axis=0)).search(
            vector[np.newaxis], min(count, len(candidates))
        )
        floor = float(scores[0, -1]) if count < len(candidates) else BELOW_EVERY_SCORE
        is_all = asked == len(self.rows) and count >= len(candidates)
        return Nearest(candidates[order[0]].tolist(), NOTHING_LEFT_OUT if is_all else floor)


def _step_of(greatest: float) -> float:
    return float(greatest or 1.0) / BYTE_STEPS


def _greatest_length(vectors: NDArray[np.float32]) -> float:
    return float(np.linalg.norm(vectors, axis=1).max())


def one_thread() -> None:
    """Keep FAISS to the calling thread; has to be said in each thread that searches.

    More threads than idle cores wait at barriers: ten times slower on two busy cores.
    """
    faiss.omp_set_num_threads(1)


def threads() -> int:
    """How many threads a search would use in the calling thread."""
    return int(faiss.omp_get_max_threads())


def _half_precision(vectors: Vectors) -> faiss.IndexScalarQuantizer:
    quantiser = faiss.ScalarQuantizer.QT_fp16
    index = faiss.IndexScalarQuantizer(vectors.shape[1], quantiser, faiss.METRIC_INNER_PRODUCT)
    # Its codes are the very bits of half precision numbers: nothing is trained or converted.
    index.add_sa_codes(np.ascontiguousarray(vectors).view(np.uint8))
    return index


def _live(positions: NDArray[np.int64], dead: Dead | None) -> NDArray[np.int64]:
    return positions if dead is None else positions[~dead.marks[positions]]
