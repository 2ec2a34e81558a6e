"""Keeps waiting messages unreadable on the disk: AES-256-GCM per row."""

import os
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sync.errors import SyncError

_NONCE_BYTES = 12
_KEY_BYTES = 32


class RowSeal:
    """Encrypts and decrypts single rows; `context` binds a row's bytes to its place."""

    def __init__(self, key: bytes, *, randomness: Callable[[int], bytes] = os.urandom) -> None:
        if len(key) != _KEY_BYTES:
            raise SyncError(f"a store key has {_KEY_BYTES} bytes, this one {len(key)}")
        self._cipher = AESGCM(key)
        self._randomness = randomness

    def seal(self, content: bytes, context: bytes) -> bytes:
        """Return nonce and ciphertext, 28 bytes longer than `content`."""
        nonce = self._randomness(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, context)

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """Return the content; raises `SyncError` for another key, another context or changed bytes."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context)
        except (InvalidTag, ValueError) as error:
            raise SyncError("a sealed row does not open: wrong store key, or the row was changed") from error


def read_seal(path: Path) -> RowSeal:
    """Read a key file of 64 hexadecimal digits; raises `SyncError` naming the file."""
    try:
        return RowSeal(bytes.fromhex(path.read_text(encoding="ascii").strip()))
    except OSError as error:
        raise SyncError(f"{path}: {error.strerror}") from error
    except (ValueError, SyncError) as error:
        raise SyncError(f"{path}: not a key file of 64 hexadecimal digits") from error
