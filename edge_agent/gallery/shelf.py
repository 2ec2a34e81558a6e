"""IO: galleries on the disk, sealed in blocks, so that a restart does not build them anew.

A file starts with its format and a header in clear: whose gallery it is, and how many sealed blocks follow.
Every block opens only in this file, at this place, for this list, version and embedding contract.
A file that does not open is no loss: the sealed package in the store has all that is in it.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, TypeVar

import msgspec
import numpy as np

from edge_agent.alerts.evidence import EvidenceVault
from edge_agent.errors import EvidenceError, GalleryError
from edge_agent.gallery.faiss_gallery import PLAN, FaissGallery, Part
from edge_agent.gallery.rows import GalleryRows
from edge_agent.gallery.sketch import SearchPlan, Sketch, bits_of
from models.template import EmbeddingContract
from sync.errors import SyncError
from sync.identifiers import require_name

T = TypeVar("T")

FORMAT = b"kechid.sealed-gallery/1\n"
SUFFIX = ".gallery"
BLOCK_ROWS = 8192
"""Rows in a sealed block: about 9 MiB of 512 numbers each."""
MOST_BYTES = 1 << 28
"""A block or header that claims to be longer is damage."""
_LENGTH_BYTES = 4


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a file says of itself in clear; a changed header opens no block."""

    file_id: str
    """Random: blocks of two files of one version cannot be mixed."""
    list_id: str
    version: int
    contract_id: str
    model_id: str
    dimension: int
    blocks: int
    """Of rows; the block with the table comes before them."""


class PartTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One part of a gallery."""

    rows: int
    mean: bytes
    """Little-endian float32 of its sign bits; empty without them."""


class Block(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Some rows of a part."""

    subject_ids: list[str]
    reference_ids: list[str]
    vectors: bytes
    """Little-endian float16."""
    bits: bytes


class GalleryShelf:
    """One file per list; writing replaces it whole."""

    def __init__(
        self,
        folder: Path,
        vault: EvidenceVault,
        *,
        plan: SearchPlan = PLAN,
        randomness: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._folder = folder
        self._vault = vault
        self._plan = plan
        self._randomness = randomness

    def path(self, list_id: str) -> Path:
        """Where a list's gallery lies; raises `GalleryError` for a name that is no file name."""
        try:
            return self._folder / f"{require_name(list_id, 'list')}{SUFFIX}"
        except SyncError as error:
            raise GalleryError(str(error)) from error

    def save(self, list_id: str, version: int, gallery: FaissGallery) -> None:
        """Write a gallery durably; raises `GalleryError` when it cannot, with the file as it was."""
        path = self.path(list_id)
        temporary = path.with_name(f".{path.name}.new")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                self._write(file, list_id, version, gallery)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink()
            raise GalleryError(f"sealed gallery {path}: {error.strerror}") from error

    def load(self, list_id: str, version: int, contract: EmbeddingContract) -> FaissGallery:
        """Read a gallery.

        Raises `GalleryError` with its reason for a file that is missing, damaged, cut short, of another key,
        list, version or contract.
        """
        path = self.path(list_id)
        try:
            with path.open("rb") as file:
                header = _read_header(file)
                _require_same(header, list_id, version, contract)
                parts = self._read_parts(file, header)
                if file.read(1):
                    raise GalleryError("goes on after its last block")
        except OSError as error:
            raise GalleryError(f"sealed gallery {path}: {error.strerror}") from error
        except GalleryError as error:
            raise GalleryError(f"sealed gallery {path}: {error}") from error
        return FaissGallery.of_parts(contract, parts, plan=self._plan)

    def remove(self, list_id: str) -> None:
        """Delete a list's gallery durably, if there is one; raises `GalleryError` when it cannot."""
        path = self.path(list_id)
        try:
            path.unlink(missing_ok=True)
            if self._folder.exists():
                _sync_folder(self._folder)
        except OSError as error:
            raise GalleryError(f"sealed gallery {path}: {error.strerror}") from error

    def _write(self, file: BinaryIO, list_id: str, version: int, gallery: FaissGallery) -> None:
        parts = list(gallery.parts())
        contract = gallery.contract
        header = Header(
            file_id=self._randomness(8).hex(),
            list_id=list_id,
            version=version,
            contract_id=contract.contract_id,
            model_id=contract.model_id,
            dimension=contract.dimension,
            blocks=sum(-(-len(rows) // BLOCK_ROWS) for rows, _ in parts),
        )
        file.write(FORMAT)
        _write_piece(file, msgspec.json.encode(header))
        table = [
            PartTable(len(rows), b"" if sketch is None else sketch.mean.astype("<f4").tobytes())
            for rows, sketch in parts
        ]
        contents: Iterator[object] = (block for part in parts for block in _blocks(part))
        for number, content in enumerate((table, *contents)):
            sealed = self._vault.seal(list_id, _place(header, number), msgspec.msgpack.encode(content))
            _write_piece(file, sealed)

    def _read_parts(self, file: BinaryIO, header: Header) -> list[Part]:
        table = _decoded(self._opened(file, header, 0), list[PartTable])
        number, parts = 1, []
        for part in table:
            filling = _Filling(part, header.dimension)
            while filling.missing:
                filling.take(_decoded(self._opened(file, header, number), Block))
                number += 1
            parts.append(filling.part())
        return parts

    def _opened(self, file: BinaryIO, header: Header, number: int) -> bytes:
        sealed = _read_piece(file)
        try:
            return self._vault.open(header.list_id, _place(header, number), sealed)
        except EvidenceError as error:
            reason = "written with another key, or its head was changed" if number == 0 else "damaged"
            raise GalleryError(f"block {number} does not open: {reason}") from error


class _Filling:
    """A part that is being read; the rows go straight to where they stay."""

    def __init__(self, table: PartTable, dimension: int) -> None:
        self._subject_ids: list[str] = []
        self._reference_ids: list[str] = []
        self._vectors = np.empty((table.rows, dimension), np.float16)
        self._mean = np.frombuffer(table.mean, "<f4").astype(np.float32)
        width = bits_of(dimension) // 8 if table.mean else 0
        self._bits = np.empty((table.rows, width), np.uint8)

    @property
    def missing(self) -> int:
        return len(self._vectors) - len(self._subject_ids)

    def take(self, block: Block) -> None:
        start, end = len(self._subject_ids), len(self._subject_ids) + len(block.subject_ids)
        try:
            self._vectors[start:end] = np.frombuffer(block.vectors, "<f2").reshape(
                end - start, self._vectors.shape[1]
            )
            self._bits[start:end] = np.frombuffer(block.bits, np.uint8).reshape(
                end - start, self._bits.shape[1]
            )
        except ValueError as error:
            raise GalleryError(f"a block does not fit: {error}") from error
        self._subject_ids += block.subject_ids
        self._reference_ids += block.reference_ids

    def part(self) -> Part:
        rows = GalleryRows(self._subject_ids, self._reference_ids, self._vectors)
        return rows, Sketch(self._mean, self._bits) if len(self._mean) else None


def _blocks(part: Part) -> Iterator[Block]:
    rows, sketch = part
    for start in range(0, len(rows), BLOCK_ROWS):
        taken = slice(start, start + BLOCK_ROWS)
        yield Block(
            list(rows.subject_ids[taken]),
            list(rows.reference_ids[taken]),
            rows.vectors[taken].astype("<f2").tobytes(),
            b"" if sketch is None else sketch.bits[taken].tobytes(),
        )


def _place(header: Header, number: int) -> str:
    parts = (header.version, header.contract_id, header.file_id, header.blocks, number)
    return "gallery-" + "-".join(map(str, parts))


def _require_same(header: Header, list_id: str, version: int, contract: EmbeddingContract) -> None:
    if (header.list_id, header.version) != (list_id, version):
        raise GalleryError(
            f"holds {header.list_id} version {header.version}, not {list_id} version {version}"
        )
    if (header.contract_id, header.dimension) != (contract.contract_id, contract.dimension):
        raise GalleryError(
            f"holds templates of {header.model_id} ({header.contract_id}), this edge extracts "
            f"{contract.model_id} ({contract.contract_id}): not comparable"
        )


def _read_header(file: BinaryIO) -> Header:
    if file.read(len(FORMAT)) != FORMAT:
        raise GalleryError(f"is not of format {FORMAT.decode().strip()}")
    try:
        return msgspec.json.decode(_read_piece(file), type=Header)
    except msgspec.DecodeError as error:
        raise GalleryError(f"its header is damaged: {error}") from error


def _decoded(content: bytes, kind: type[T]) -> T:
    try:
        return msgspec.msgpack.decode(content, type=kind)
    except msgspec.DecodeError as error:
        raise GalleryError(f"a block is not what it should be: {error}") from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_piece(file: BinaryIO, content: bytes) -> None:
    file.write(len(content).to_bytes(_LENGTH_BYTES, "big"))
    file.write(content)


def _read_piece(file: BinaryIO) -> bytes:
    length = int.from_bytes(file.read(_LENGTH_BYTES), "big")
    if length > MOST_BYTES:
        raise GalleryError(f"is damaged: a block of {length} bytes")
    content = file.read(length)
    if not length or len(content) != length:
        raise GalleryError("is cut short")
    return content
