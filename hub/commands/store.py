"""`kechid-hub migrate`, `backup`, `restore`, `key create`: the store and its keys."""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from hub.bootstrap import create_services
from hub.commands.options import Commands, add_command, add_group, services_of, settings_of
from hub.commands.outcome import Outcome
from hub.store.backup import back_up
from hub.store.database import open_engine
from hub.store.restore import restore
from hub.store.schema import Report, create_schema
from hub.store.sealing import create_store_key
from sync.errors import SyncError
from sync.signing import create_key_pair


def add_parsers(commands: Commands) -> None:
    """Add the commands."""
    add_command(commands, "migrate", migrate, "create the store, or bring it to this version's schema")
    backup = add_command(commands, "backup", backup_store, "copy store and evidence while the hub runs")
    backup.add_argument("folder", type=Path, help="a folder that does not exist yet; keys are not copied")
    restoring = add_command(commands, "restore", restore_store, "make store and evidence anew from a backup")
    restoring.add_argument("folder", type=Path, help="what kechid-hub backup wrote")
    key = add_group(commands, "key", "the hub's keys")
    add_command(key, "create", create_keys, "make the store key and the signing key pair that hub.toml names")


def migrate(options: argparse.Namespace) -> Outcome:
    """Create or upgrade the store; raises `StoreError` when it is newer or cannot be upgraded."""
    store = settings_of(options).store
    file = make_url(store.url).database if store.url.startswith("sqlite:") else None
    if file:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    store.evidence.mkdir(parents=True, exist_ok=True, mode=0o700)
    epoch, now = os.urandom(16).hex(), datetime.now(UTC)
    steps: list[str] = []
    is_new = create_schema(open_engine(store.url), hub_epoch=epoch, now=now, report=_progress(steps))
    words = "the store was created" if is_new else "the store is up to date"
    return Outcome(words, {"created": is_new, "steps": steps})


def _progress(steps: list[str]) -> Report:
    """Say each step as it is done, on stderr: a large store takes its time."""

    def tell(step: str) -> None:
        steps.append(step)
        sys.stderr.write(f"kechid-hub: {step}\n")

    return tell


def backup_store(options: argparse.Namespace) -> Outcome:
    """Copy to a new folder; raises `BackupError`."""
    report = back_up(services_of(options), options.folder, new_epoch=os.urandom(16).hex())
    words = f"{report.files} files, {report.bytes} bytes copied to {options.folder}"
    if not report.has_evidence:
        words += "; the pictures stay in their bucket"
    facts = {"files": report.files, "bytes": report.bytes, "sha256": report.store_sha256}
    return Outcome(words, {**facts, "evidence": report.has_evidence})


def restore_store(options: argparse.Namespace) -> Outcome:
    """Put a backup back; raises `RestoreError`, and `SealError` when the keys are not those of the backup."""
    settings, epoch = settings_of(options), os.urandom(16).hex()
    report = restore(settings.store, options.folder, new_epoch=epoch, now=datetime.now(UTC))
    # Opening it compares schema and store key, before anybody relies on it.
    create_services(settings)
    words = f"{report.files} files verified and put back; devices send again what they keep"
    return Outcome(words, {"files": report.files, "hub_epoch": report.hub_epoch})


def create_keys(options: argparse.Namespace) -> Outcome:
    """Make both keys or none; refuses to overwrite either."""
    keys = settings_of(options).keys
    public = keys.signing.with_suffix(".pub.pem")
    for path in (keys.store, keys.signing):
        path.parent.mkdir(parents=True, exist_ok=True)
    create_store_key(keys.store)
    try:
        create_key_pair(keys.signing, public)
    except SyncError:
        keys.store.unlink()
        raise
    words = f"{keys.store}, {keys.signing} made; give {public} to the devices"
    return Outcome(words, {"store": str(keys.store), "signing": str(keys.signing), "public": str(public)})
