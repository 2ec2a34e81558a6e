"""Makes a hub's store and evidence anew from a backup."""

import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from sqlalchemy import Engine, delete, inspect, update

from hub.errors import HubError
from hub.people.audit import Act, record
from hub.settings_tree import StoreSettings
from hub.store import server_tools
from hub.store.backup import DIGESTS_FILE, EVIDENCE_FOLDER, STORE_FILES, digest_of
from hub.store.database import open_engine, reading, store_errors, writing
from hub.store.picture_places import folder_of
from hub.store.tables import changes, store_info


class RestoreError(HubError):
    """The backup is damaged or of another engine, or there is a store already; nothing was changed then."""


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What was put back."""

    files: int
    hub_epoch: str
    """New, so that devices send again what the backup does not hold."""


def restore(store: StoreSettings, folder: Path, *, new_epoch: str, now: datetime) -> RestoreReport:
    """Verify a backup and put it where the settings say, where nothing may be yet; raises `RestoreError`."""
    engine = open_engine(store.url)
    try:
        names = _verified(folder)
        store_file = STORE_FILES[engine.dialect.name]
        if store_file not in names:
            raise RestoreError(f"{folder}: no backup of a store on {engine.dialect.name}")
        evidence = folder_of(store)
        _require_nothing(engine, evidence)
        _put_store(engine, folder / store_file)
        if evidence is not None and (folder / EVIDENCE_FOLDER).is_dir():
            shutil.copytree(folder / EVIDENCE_FOLDER, evidence, dirs_exist_ok=True)
        _begin_anew(engine, new_epoch, now)
    except OSError as error:
        raise RestoreError(f"{folder}: {error}") from error
    finally:
        engine.dispose()
    return RestoreReport(len(names), new_epoch)


def _verified(folder: Path) -> frozenset[str]:
    """Compare every file with its digest; returns their names."""
    names = set()
    for line in (folder / DIGESTS_FILE).read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition("  ")
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise RestoreError(f"{folder}: {name!r} lies outside the backup")
        if not (folder / name).is_file() or digest_of(folder / name) != digest:
            raise RestoreError(f"{folder}: {name} is missing or damaged")
        names.add(name)
    return frozenset(names)


def _require_nothing(engine: Engine, evidence: Path | None) -> None:
    is_sqlite = engine.dialect.name == "sqlite"
    # Asking SQLite would leave an empty file behind.
    is_there = is_sqlite and Path(engine.url.database or "").exists()
    if not is_sqlite:
        with store_errors(engine), reading(engine) as connection:
            is_there = inspect(connection).has_table(store_info.name)
    if is_there:
        raise RestoreError(f"{engine.url.render_as_string()}: there is a store already; move it away first")
    if evidence is not None and evidence.is_dir() and any(path.is_dir() for path in evidence.iterdir()):
        raise RestoreError(f"{evidence}: there is evidence already; move it away first")


def _put_store(engine: Engine, file: Path) -> None:
    if engine.dialect.name == "postgresql":
        server_tools.restore(engine.url, file)
        return
    target = Path(engine.url.database or "")
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(target.name + ".part")
    shutil.copyfile(file, temporary)
    descriptor = os.open(temporary, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    temporary.rename(target)


def _begin_anew(engine: Engine, new_epoch: str, now: datetime) -> None:
    with store_errors(engine), writing(engine) as connection:
        is_epoch = store_info.c.name == "hub_epoch"
        connection.execute(update(store_info).where(is_epoch).values(value=new_epoch))
        connection.execute(delete(changes))
        record(connection, Act("cli", "store-restored", "store", {}), now)
