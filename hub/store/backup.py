"""Copies store and evidence into a new folder while the hub runs."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from hub.bootstrap import Services
from hub.errors import HubError

STORE_FILE = "hub.db"
DIGESTS_FILE = "SHA256SUMS"


class BackupError(HubError):
    """The copy could not be made; what was written of it is removed."""


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What was copied."""

    files: int
    bytes: int
    store_sha256: str


def back_up(services: Services, folder: Path, *, new_epoch: str) -> BackupReport:
    """Copy to `folder`, which must not exist; keys are left out.

    The copy carries `new_epoch`: a hub restored from it acknowledges less than devices remember, and they
    send again what they still keep as soon as they see another epoch.
    """
    if services.engine.dialect.name != "sqlite":
        raise BackupError("this command copies SQLite stores; use the database's own tools for others")
    if folder.exists():
        raise BackupError(f"{folder}: exists already")
    partial = folder.with_name(folder.name + ".part")
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True, mode=0o700)
        _copy_store(services, partial / STORE_FILE, new_epoch)
        # After the store: every evidence row of the copy then has its file, for files are written first.
        _copy_evidence(services.settings.store.evidence, partial / "evidence")
        report = _write_digests(partial)
        partial.rename(folder)
    except (OSError, sqlite3.Error) as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise BackupError(f"{folder}: {error}") from error
    return report


def _copy_store(services: Services, target: Path, new_epoch: str) -> None:
    source = services.engine.url.database or ""
    with closing(sqlite3.connect(source)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))
    with closing(sqlite3.connect(target)) as copy, copy:
        copy.execute("UPDATE store_info SET value = ? WHERE name = 'hub_epoch'", (new_epoch,))
        (verdict,) = copy.execute("PRAGMA quick_check").fetchone()
    if verdict != "ok":
        raise BackupError(f"the copied store is damaged: {verdict}")


def _copy_evidence(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("*.new", "*.lock"))


def _write_digests(folder: Path) -> BackupReport:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    digests = {path.relative_to(folder).as_posix(): _digest(path) for path in files}
    text = "".join(f"{digest}  {name}\n" for name, digest in digests.items())
    (folder / DIGESTS_FILE).write_text(text, encoding="utf-8")
    return BackupReport(len(files), sum(path.stat().st_size for path in files), digests[STORE_FILE])


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
