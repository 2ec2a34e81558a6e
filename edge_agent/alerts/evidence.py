"""Seals pictures and personal data with AES-256-GCM, each row bound to its place in its store."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import msgspec

from edge_agent.errors import EvidenceError
from sync.errors import SyncError
from sync.new_file import write_new_file
from sync.sealing import RowSeal

KEY_BYTES = 32


class EvidenceVault:
    """Seals and opens rows of one store under one key."""

    def __init__(self, row_seal: RowSeal, store_id: str) -> None:
        self.row_seal = row_seal
        self._store_id = store_id

    def seal(self, row_id: str, kind: str, content: bytes) -> bytes:
        """Encrypt `content` so that it opens only as `kind` of `row_id` in this store."""
        return self.row_seal.seal(content, self._bound_to(row_id, kind))

    def open(self, row_id: str, kind: str, sealed: bytes) -> bytes:
        """Decrypt what `seal` made; raises `EvidenceError` for another key, row, kind or store."""
        try:
            return self.row_seal.open(sealed, self._bound_to(row_id, kind))
        except SyncError as error:
            raise EvidenceError(f"{kind} {row_id} does not open: wrong key or altered row") from error

    def _bound_to(self, row_id: str, kind: str) -> bytes:
        return msgspec.json.encode([row_id, kind, self._store_id])


def create_key_file(path: Path, randomness: Callable[[int], bytes] = os.urandom) -> None:
    """Write a new key in hex, mode 0600; never overwrites; raises `EvidenceError`."""
    try:
        write_new_file(path, f"{randomness(KEY_BYTES).hex()}\n".encode())
    except OSError as error:
        raise EvidenceError(f"key file {path}: {error.strerror}") from error


def read_key_file(path: Path) -> bytes:
    """Read a key; raises `EvidenceError` when it is missing, open to others or not 32 bytes in hex."""
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii").strip()
        key = bytes.fromhex(text)
    except OSError as error:
        raise EvidenceError(f"key file {path}: {error.strerror}") from error
    except ValueError as error:
        raise EvidenceError(f"key file {path}: not hex") from error
    # The group may read: systemd hands credentials over with an access list that shows up there.
    if mode & (stat.S_IWGRP | stat.S_IRWXO):
        raise EvidenceError(f"key file {path}: others may read it (mode {stat.S_IMODE(mode):04o}, want 0600)")
    if len(key) != KEY_BYTES:
        raise EvidenceError(f"key file {path}: {len(key)} bytes, want {KEY_BYTES}")
    return key
