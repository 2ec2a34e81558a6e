"""Open a sealed gallery, beside reading the same from a plain file into FAISS's exact index."""

import json
import tempfile
import time
from pathlib import Path

import faiss

from edge_agent.alerts.evidence import EvidenceVault
from edge_agent.gallery.faiss_gallery import FaissGallery
from edge_agent.gallery.rows import GalleryRows
from edge_agent.gallery.shelf import GalleryShelf
from models.template import EmbeddingContract
from sync.sealing import RowSeal
from tests.benchmarks.measurement import Measurement, interleaved
from tests.edge_agent.synthetic_templates import synthetic_rows

NAME = "gallery_load"
ROWS = 250_000
"""More than are searched exactly, so that sign bits are read too."""
DIMENSION = 512


class Plain:
    """Vectors in an index file and ids in JSON: no key, no check, nothing grouped by subject."""

    def __init__(self, folder: Path, rows: GalleryRows) -> None:
        self._index, self._ids = folder / "plain.index", folder / "plain.json"
        index = faiss.IndexFlatIP(rows.vectors.shape[1])
        for _, block in rows.blocks():
            index.add(block)
        faiss.write_index(index, str(self._index))
        self._ids.write_text(json.dumps([list(rows.subject_ids), list(rows.reference_ids)]))

    def __call__(self) -> object:
        return faiss.read_index(str(self._index)), json.loads(self._ids.read_text())


def run(n: int = 5, rows: int = ROWS, dimension: int = DIMENSION) -> Measurement:
    """Load from files that are in the page cache; CPU time, as disks differ."""
    contract = EmbeddingContract("synthetic", "0" * 64, "none", "bgr", dimension)
    made = synthetic_rows(rows, dimension)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shelf = GalleryShelf(folder, EvidenceVault(RowSeal(bytes(32)), "benchmark"))
        shelf.save("wanted", 1, FaissGallery.of_parts(contract, [(made, None)]))
        megabytes = shelf.path("wanted").stat().st_size / 1e6
        ours, reference = interleaved(
            lambda: shelf.load("wanted", 1, contract), Plain(folder, made), n, clock=time.process_time
        )
    notes = (
        f"{rows} x {dimension}, {megabytes:.0f} MB sealed, CPU time, {ours * 1e6 / rows:.1f} s a million; "
        "the reference reads single precision in clear and cannot search by subject"
    )
    return Measurement(NAME, "s", n, ours, reference, notes)
