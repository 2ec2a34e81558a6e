"""Take a signed version of a thousand subjects in, beside decoding it and filling a bare index."""

import tempfile
from pathlib import Path

import msgspec
import numpy as np

from edge_agent.gallery.faiss_gallery import FaissGallery
from edge_agent.gallery.port import GalleryEntry
from models.fakes import FAKE_CONTRACT
from models.template import Template, unit_template
from sync.codec import decode_package, encode_package
from sync.watchlist_package import PackagedReference, WatchlistPackage
from tests.benchmarks.measurement import Measurement, interleaved
from tests.edge_agent.passages import package_of, packaged_subject
from tests.edge_agent.shell_builders import NOW, opened_store
from tests.edge_agent.watchlists.test_updates import post_of

NAME = "watchlist_apply"
SUBJECTS = 1000


def package() -> WatchlistPackage:
    """Build a thousand subjects with random templates and a photo each."""
    random, one = np.random.default_rng(20_260_504), packaged_subject("subject", 1)
    subjects = []
    for number in range(SUBJECTS):
        vector = unit_template(random.standard_normal(FAKE_CONTRACT.dimension), FAKE_CONTRACT).vector
        reference = PackagedReference(
            reference_id=f"r{number}",
            vector=vector.astype("<f4").tobytes(),
            photo=random.bytes(8000),
            quality=80.0,
            captured_on="",
        )
        subjects.append(msgspec.structs.replace(one, subject_id=f"s{number}", references=(reference,)))
    return msgspec.structs.replace(package_of({}), subjects=tuple(subjects))


def fill_index(content: bytes) -> FaissGallery:
    """Decode and index, without a check, a test or a store."""
    entries = [
        GalleryEntry(
            subject.subject_id,
            reference.reference_id,
            Template(np.frombuffer(reference.vector, "<f4").astype(np.float32), FAKE_CONTRACT),
        )
        for subject in decode_package(content).subjects
        for reference in subject.references
    ]
    return FaissGallery(FAKE_CONTRACT, entries)


def run(n: int = 5) -> Measurement:
    """Apply versions one after the other, each signed, sealed and reported."""
    whole = package()
    content = encode_package(whole)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with opened_store(folder) as edge:
            post = post_of(edge, folder)

            for version in range(2, n + 4):
                post.deliver(msgspec.structs.replace(whole, version=version))
            rows, updates = iter(post.waiting_rows), post.updates

            def apply() -> None:
                if not updates.take(next(rows), NOW):
                    raise AssertionError("a version was refused")

            ours, reference = interleaved(apply, lambda: fill_index(content), n)
    notes = f"{SUBJECTS} subjects, {len(content) / 1e6:.1f} MB, verified, tested, sealed, switched"
    return Measurement(NAME, "ms", n, ours * 1e3, reference * 1e3, notes)
