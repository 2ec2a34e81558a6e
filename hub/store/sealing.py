"""Seals pictures, templates and packages at rest with AES-256-GCM."""

import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.errors import HubError
from sync.new_file import write_new_file

KEY_BYTES = 32
NONCE_BYTES = 12


class SealError(HubError):
    """A key file that is none, or sealed content that this key does not open."""


@dataclass(frozen=True, slots=True, repr=False)
class StoreKey:
    """Seals and opens; every piece is bound to its kind and identifier."""

    secret: bytes

    def __post_init__(self) -> None:
        """AES-256 takes 32 bytes."""
        if len(self.secret) != KEY_BYTES:
            raise SealError(f"a store key has {KEY_BYTES} bytes, not {len(self.secret)}")

    def seal(self, kind: str, identifier: str, content: bytes, nonce: bytes) -> bytes:
        """Encrypt under a fresh 12-byte `nonce`."""
        return nonce + AESGCM(self.secret).encrypt(nonce, content, _bound_to(kind, identifier))

    def unseal(self, kind: str, identifier: str, sealed: bytes) -> bytes:
        """Decrypt; raises `SealError` when key, kind, identifier or content are not the sealed ones."""
        try:
            return AESGCM(self.secret).decrypt(
                sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _bound_to(kind, identifier)
            )
        except (InvalidTag, ValueError) as error:
            raise SealError(f"{kind} {identifier}: the store key does not open it") from error


def create_store_key(path: Path) -> None:
    """Write a new random key, readable by its owner only; refuses to overwrite."""
    try:
        write_new_file(path, f"{os.urandom(KEY_BYTES).hex()}\n".encode())
    except OSError as error:
        raise SealError(f"{path}: {error.strerror}") from error


def load_store_key(path: Path) -> StoreKey:
    """Read a key file; raises `SealError` naming the file."""
    try:
        return StoreKey(bytes.fromhex(path.read_text(encoding="ascii").strip()))
    except OSError as error:
        raise SealError(f"{path}: {error.strerror}") from error
    except (ValueError, SealError) as error:
        raise SealError(f"{path}: not {KEY_BYTES} bytes in hexadecimal") from error


def _bound_to(kind: str, identifier: str) -> bytes:
    return f"kechid-hub/{kind}/{identifier}".encode()
