"""Opens an archive that was handed in: one table, photos beside it, nothing that reaches out of it."""

import io
import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath

from hub.errors import FieldProblem, InvalidInputError
from hub.watchlist.photos import MAX_PHOTO_BYTES
from hub.watchlist.transfer_rows import SourceTable, read_csv, read_json

TABLES = ("subjects.csv", "subjects.json")
MAX_ENTRIES = 60_000
MAX_TABLE_BYTES = 64 << 20
MAX_TOTAL_BYTES = 4 << 30
MAX_RATIO = 100
"""Photos hardly shrink; a file that unpacks to more than this times itself is a bomb."""
RATIO_COUNTS_FROM = 1 << 20


@dataclass(frozen=True, slots=True)
class Archive:
    """A checked archive."""

    table: SourceTable
    _file: zipfile.ZipFile

    def photo(self, name: str) -> bytes | None:
        """Unpack one photo, one byte beyond the limit at most; None when it is not there."""
        try:
            return _unpacked(self._file, name, MAX_PHOTO_BYTES + 1)
        except KeyError:
            return None


def open_archive(content: bytes) -> Archive:
    """Check an archive, or take a bare CSV or JSON file; raises `InvalidInputError` naming what is wrong."""
    if not content.startswith(b"PK"):
        return Archive(_table("subjects.json" if content[:1] in b"[{" else "subjects.csv", content), _empty())
    try:
        file = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError) as error:
        raise _refused("unreadable", f"not a zip archive: {error}") from error
    _require_harmless(file.infolist())
    found = [name for name in TABLES if name in file.namelist()]
    if len(found) != 1:
        raise _refused("unreadable", f"want one of {' or '.join(TABLES)} at the top of the archive")
    return Archive(_table(found[0], _unpacked(file, found[0], MAX_TABLE_BYTES)), file)


def _require_harmless(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise _refused("archive-too-large", f"{len(entries)} files, at most {MAX_ENTRIES}")
    if sum(entry.file_size for entry in entries) > MAX_TOTAL_BYTES:
        raise _refused("archive-too-large", f"unpacks to more than {MAX_TOTAL_BYTES} bytes")
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names):
        raise _refused("unreadable", "a name stands twice in the archive")
    for entry in entries:
        shown = entry.filename[:80]
        if _leads_outside(entry):
            raise _refused("path-traversal", f"{shown!r} leads out of the archive")
        if entry.flag_bits & 1:
            raise _refused("encrypted", f"{shown!r} is encrypted")
        is_dense = entry.file_size > MAX_RATIO * max(1, entry.compress_size)
        if entry.file_size > RATIO_COUNTS_FROM and is_dense:
            raise _refused("decompression-bomb", f"{shown!r} would unpack to {entry.file_size} bytes")


def _leads_outside(entry: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(entry.filename)
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    return (
        is_link or path.is_absolute() or ".." in path.parts or "\\" in entry.filename or ":" in entry.filename
    )


def _unpacked(file: zipfile.ZipFile, name: str, most: int) -> bytes:
    """Unpack at most `most` bytes, whatever the entry says of itself."""
    try:
        with file.open(name) as entry:
            return entry.read(most)
    except (zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError) as error:
        raise _refused("unreadable", f"{name[:80]!r}: {error}") from error


def _table(name: str, content: bytes) -> SourceTable:
    return read_json(content) if name.endswith(".json") else read_csv(content)


def _empty() -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(), "w")


def _refused(code: str, detail: str) -> InvalidInputError:
    return InvalidInputError(FieldProblem("/file", code, detail))
