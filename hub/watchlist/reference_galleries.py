"""Keeps each contract's references in memory and follows the store by what changed since."""

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from hub.store.sealing import StoreKey
from hub.watchlist.reference_matrix import ReferenceMatrix, Resembling
from hub.watchlist.tables import contracts, reference_photos, subjects
from models.score_calibration import ScoreCalibration
from models.template import EmbeddingContract

FALSE_HINTS = 0.1
"""Strangers whom an enrolment may be told of, on average, whatever the size of the gallery."""
MOST_RATE = 1e-2
SHOWN = 5
_ROWS_AT_ONCE = 2000


class ReferenceGalleries:
    """One matrix per contract; whoever searches holds the lock, so a search sees one state."""

    def __init__(self, store_key: StoreKey) -> None:
        self._store_key = store_key
        self._lock = threading.Lock()
        self._matrices: dict[str, ReferenceMatrix] = {}

    def search(
        self,
        connection: Connection,
        contract: EmbeddingContract,
        probes: Sequence[NDArray[np.float32]],
        calibration: ScoreCalibration,
    ) -> tuple[Resembling, ...]:
        """Return the listed subjects of any list whom the probes resemble, most alike first."""
        with self._lock:
            matrix = self._caught_up(connection, contract.contract_id, contract.dimension)
            return matrix.search(probes, hint_threshold(calibration, len(matrix)), SHOWN)

    def pairs(
        self, connection: Connection, subject_ids: frozenset[str], calibration: ScoreCalibration
    ) -> list[tuple[str, str, float]]:
        """Return pairs of these subjects that look alike, over all contracts, most alike first."""
        found = []
        with self._lock:
            for row in connection.execute(select(contracts.c.contract_id, contracts.c.dimension)).all():
                matrix = self._caught_up(connection, row.contract_id, row.dimension)
                found += matrix.pairs(subject_ids, hint_threshold(calibration, len(matrix)))
        return sorted(found, key=lambda pair: -pair[2])

    def _caught_up(self, connection: Connection, contract_id: str, dimension: int) -> ReferenceMatrix:
        matrix = self._matrices.setdefault(contract_id, ReferenceMatrix(dimension))
        is_it = contracts.c.contract_id == contract_id
        version = connection.scalar(select(contracts.c.gallery_version).where(is_it))
        if version is None or version == matrix.version:
            return matrix
        columns = reference_photos.c
        changed = (
            select(columns.reference_id, columns.subject_id, columns.sealed_template, subjects.c.removed_at)
            .join(subjects, subjects.c.subject_id == columns.subject_id)
            .where(columns.contract_id == contract_id, columns.changed_in > matrix.version)
        )
        for row in connection.execute(changed).yield_per(_ROWS_AT_ONCE):
            if row.removed_at is None:
                sealed = self._store_key.unseal("template", row.reference_id, row.sealed_template)
                matrix.put(row.reference_id, row.subject_id, np.frombuffer(sealed, "<f4"))
            else:
                matrix.drop(row.reference_id)
        matrix.version = version
        return matrix


def hint_threshold(calibration: ScoreCalibration, references: int) -> float:
    """Give the score above which strangers are expected `FALSE_HINTS` times per probe, if the data reach."""
    rate = min(MOST_RATE, FALSE_HINTS / max(1, references))
    return calibration.score_at_fmr(max(rate, calibration.floor))
