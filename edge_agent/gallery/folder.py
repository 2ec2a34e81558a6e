"""IO: a gallery in a folder, for commissioning and evaluation without a hub.

`gallery.json` names the embedding contract, the entries and the file with their vectors (little-endian
float32, one after the other). A change writes a new vector file and renames a new `gallery.json` over the
old one, so that a reader sees the old gallery or the new one, never half of either.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np

from edge_agent.errors import GalleryError
from edge_agent.gallery.port import GalleryEntry
from models.errors import ModelError
from models.template import EmbeddingContract, Template

META_FILE = "gallery.json"
FORMAT = "kechid.gallery/1"
VECTOR_PREFIX = "vectors-"


class StoredEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose the vector of the same position is."""

    subject_id: str
    reference_id: str


class StoredContract(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Field for field `models.template.EmbeddingContract`."""

    model_id: str
    sha256: str
    alignment: str
    colour_order: str
    dimension: int


class StoredGallery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of `gallery.json`."""

    format: str
    contract_id: str
    contract: StoredContract
    vectors: str
    """Name of the vector file beside this one."""
    vectors_sha256: str
    entries: tuple[StoredEntry, ...]


def read_gallery(folder: Path, contract: EmbeddingContract) -> tuple[GalleryEntry, ...]:
    """Read every entry.

    Raises `GalleryError` for a folder that is no gallery, is damaged or is of another contract.
    """
    stored = _read_meta(folder)
    _require_contract(folder, stored, contract)
    content = _read_vectors(folder, stored)
    vectors = np.frombuffer(content, "<f4").astype(np.float32).reshape(-1, contract.dimension)
    try:
        return tuple(
            GalleryEntry(entry.subject_id, entry.reference_id, Template(vector, contract))
            for entry, vector in zip(stored.entries, vectors, strict=True)
        )
    except ModelError as error:
        raise GalleryError(f"gallery {folder}: {error}") from error


def add_to_gallery(
    folder: Path, contract: EmbeddingContract, entries: Sequence[GalleryEntry]
) -> tuple[GalleryEntry, ...]:
    """Add entries, making the folder when it is missing or empty; returns all there are then.

    A reference id that is there already is replaced: enrolling a photo twice is harmless.
    Raises `GalleryError` as `read_gallery` does, and when the folder cannot be written; nothing has
    changed then.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder):
            known = () if _is_empty(folder) else read_gallery(folder, contract)
            by_id = {(entry.subject_id, entry.reference_id): entry for entry in (*known, *entries)}
            everything = tuple(by_id.values())
            _write(folder, contract, everything)
    except OSError as error:
        raise GalleryError(f"gallery {folder}: {error.strerror}") from error
    return everything


def _read_meta(folder: Path) -> StoredGallery:
    if not folder.is_dir():
        raise GalleryError(f"gallery {folder}: no such folder")
    if _is_empty(folder):
        raise GalleryError(f"gallery {folder}: empty, enrol a subject first")
    path = folder / META_FILE
    if not path.is_file():
        raise GalleryError(f"gallery {folder}: a foreign folder, it has no {META_FILE}")
    try:
        stored = msgspec.json.decode(path.read_bytes(), type=StoredGallery)
    except (msgspec.DecodeError, OSError) as error:
        raise GalleryError(f"gallery file {path}: {error}") from error
    if stored.format != FORMAT:
        raise GalleryError(f"gallery file {path}: format {stored.format!r} is not {FORMAT}")
    return stored


def _require_contract(folder: Path, stored: StoredGallery, contract: EmbeddingContract) -> None:
    if stored.contract_id != contract.contract_id or stored.contract.dimension != contract.dimension:
        raise GalleryError(
            f"gallery {folder} holds templates of {stored.contract.model_id} ({stored.contract_id}), "
            f"this pack extracts {contract.model_id} ({contract.contract_id}): not comparable"
        )


def _read_vectors(folder: Path, stored: StoredGallery) -> bytes:
    if Path(stored.vectors).name != stored.vectors:
        raise GalleryError(f"gallery {folder}: vector file {stored.vectors!r} is outside the folder")
    path = folder / stored.vectors
    try:
        content = path.read_bytes()
    except OSError as error:
        raise GalleryError(f"gallery file {path}: {error.strerror}") from error
    expected = 4 * stored.contract.dimension * len(stored.entries)
    if len(content) != expected or hashlib.sha256(content).hexdigest() != stored.vectors_sha256:
        raise GalleryError(f"gallery file {path}: damaged, size or checksum differs from {META_FILE}")
    return content


def _write(folder: Path, contract: EmbeddingContract, entries: Sequence[GalleryEntry]) -> None:
    content = b"".join(entry.template.vector.astype("<f4").tobytes() for entry in entries)
    digest = hashlib.sha256(content).hexdigest()
    stored = StoredGallery(
        format=FORMAT,
        contract_id=contract.contract_id,
        contract=StoredContract(
            contract.model_id, contract.sha256, contract.alignment, contract.colour_order, contract.dimension
        ),
        vectors=f"{VECTOR_PREFIX}{digest[:16]}.f32",
        vectors_sha256=digest,
        entries=tuple(StoredEntry(entry.subject_id, entry.reference_id) for entry in entries),
    )
    _replace(folder / stored.vectors, content)
    _replace(folder / META_FILE, msgspec.json.format(msgspec.json.encode(stored)))
    for old in folder.glob(f"{VECTOR_PREFIX}*.f32"):
        if old.name != stored.vectors:
            old.unlink(missing_ok=True)


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.new")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _is_empty(folder: Path) -> bool:
    return not any(folder.iterdir())


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
