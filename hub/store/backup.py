"""Copies store and evidence into a new folder while the hub runs."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from hub.bootstrap import Services
from hub.errors import HubError
from hub.store.picture_places import folder_of
from hub.store.server_tools import ServerToolError, dump

STORE_FILES = {"sqlite": "hub.db", "postgresql": "hub.dump"}
"""By engine."""
DIGESTS_FILE = "SHA256SUMS"
EVIDENCE_FOLDER = "evidence"


class BackupError(HubError):
    """The copy could not be made; what was written of it is removed."""


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What was copied."""

    files: int
    bytes: int
    store_sha256: str
    has_evidence: bool
    """False: pictures lie in a bucket, which has its own copies."""


def back_up(services: Services, folder: Path, *, new_epoch: str) -> BackupReport:
    """Copy to `folder`, which must not exist; keys are left out.

    The copy of a SQLite store carries `new_epoch`, and restoring gives every copy one: a hub restored from it
    acknowledges less than devices remember, and they send again what they keep as soon as they see another.
    """
    if folder.exists():
        raise BackupError(f"{folder}: exists already")
    partial = folder.with_name(folder.name + ".part")
    store_file = STORE_FILES[services.engine.dialect.name]
    evidence = folder_of(services.settings.store)
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True, mode=0o700)
        _copy_store(services, partial / store_file, new_epoch)
        # After the store: every evidence row of the copy then has its file, for files are written first.
        if evidence is not None:
            _copy_evidence(evidence, partial / EVIDENCE_FOLDER)
        report = _write_digests(partial, store_file, has_evidence=evidence is not None)
        partial.rename(folder)
    except (OSError, sqlite3.Error, ServerToolError) as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise BackupError(f"{folder}: {error}") from error
    return report


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _copy_store(services: Services, target: Path, new_epoch: str) -> None:
    if services.engine.dialect.name == "postgresql":
        dump(services.engine.url, target)
        target.chmod(0o600)
        return
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


def _write_digests(folder: Path, store_file: str, *, has_evidence: bool) -> BackupReport:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    digests = {path.relative_to(folder).as_posix(): digest_of(path) for path in files}
    text = "".join(f"{digest}  {name}\n" for name, digest in digests.items())
    (folder / DIGESTS_FILE).write_text(text, encoding="utf-8")
    size = sum(path.stat().st_size for path in files)
    return BackupReport(len(files), size, digests[store_file], has_evidence)
