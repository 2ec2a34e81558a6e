"""Ed25519 keys and signatures of what the hub publishes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from sync.errors import SignatureError, SyncError
from sync.messages import Command, WatchlistManifest, WatchlistWithdrawal
from sync.new_file import write_new_file

_MANIFEST = b"kechid.watchlist-manifest/1\n"
_COMMAND = b"kechid.command/1\n"
_WITHDRAWAL = b"kechid.watchlist-withdrawal/1\n"
"""Signed in front of a document, so that the signature means nothing on one of another kind."""

_Signed = WatchlistManifest | Command | WatchlistWithdrawal


def create_key_pair(private_path: Path, public_path: Path) -> None:
    """Write a new key pair as PEM files, the private one readable by its owner only.

    Raises `SyncError` when one of the files exists or cannot be written.
    """
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    if public_path.exists():
        raise SyncError(f"{public_path}: exists already; a key is never overwritten")
    _write_new(private_path, private, 0o600)
    try:
        _write_new(public_path, public, 0o644)
    except SyncError:
        private_path.unlink(missing_ok=True)
        raise


def load_private_key(path: Path) -> Ed25519PrivateKey:
    """Read a private key; raises `SyncError` naming the file."""
    try:
        key = load_pem_private_key(_read(path), password=None)
    except (ValueError, TypeError) as error:
        raise SyncError(f"{path}: not an unencrypted PEM private key") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SyncError(f"{path}: not an Ed25519 key")
    return key


def load_public_key(path: Path) -> Ed25519PublicKey:
    """Read a public key; raises `SyncError` naming the file."""
    try:
        key = load_pem_public_key(_read(path))
    except ValueError as error:
        raise SyncError(f"{path}: not a PEM public key") from error
    if not isinstance(key, Ed25519PublicKey):
        raise SyncError(f"{path}: not an Ed25519 key")
    return key


def key_id(public: Ed25519PublicKey) -> str:
    """Name a public key: the first 16 hexadecimal digits of the SHA-256 of its 32 bytes."""
    return sha256(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def sign_manifest(manifest: WatchlistManifest, private: Ed25519PrivateKey) -> WatchlistManifest:
    """Return the manifest with `key_id` and `signature` set."""
    named = msgspec.structs.replace(manifest, key_id=key_id(private.public_key()))
    return msgspec.structs.replace(named, signature=private.sign(_signed_bytes(_MANIFEST, named)))


def sign_command(command: Command, private: Ed25519PrivateKey) -> Command:
    """Return the command with `key_id` and `signature` set."""
    named = msgspec.structs.replace(command, key_id=key_id(private.public_key()))
    return msgspec.structs.replace(named, signature=private.sign(_signed_bytes(_COMMAND, named)))


def sign_withdrawal(withdrawal: WatchlistWithdrawal, private: Ed25519PrivateKey) -> WatchlistWithdrawal:
    """Return the withdrawal with `key_id` and `signature` set."""
    named = msgspec.structs.replace(withdrawal, key_id=key_id(private.public_key()))
    return msgspec.structs.replace(named, signature=private.sign(_signed_bytes(_WITHDRAWAL, named)))


def verify_command(command: Command, trusted: Mapping[str, Ed25519PublicKey], now: datetime) -> None:
    """Raise `SignatureError` unless a trusted key (by `key_id`) signed it and it has not expired at `now`."""
    name = f"command {command.command_id}"
    _verify(name, command, _signed_bytes(_COMMAND, command), trusted)
    _require_fresh(name, command, now)


def verify_manifest(
    manifest: WatchlistManifest, trusted: Mapping[str, Ed25519PublicKey], now: datetime
) -> None:
    """Raise `SignatureError` unless a trusted key (by `key_id`) signed it and it has not expired at `now`."""
    name = f"manifest {manifest.list_id} version {manifest.version}"
    _verify(name, manifest, _signed_bytes(_MANIFEST, manifest), trusted)
    _require_fresh(name, manifest, now)


def verify_withdrawal(
    withdrawal: WatchlistWithdrawal, trusted: Mapping[str, Ed25519PublicKey], site_id: str
) -> None:
    """Raise `SignatureError` unless a trusted key (by `key_id`) signed it, for this site."""
    name = f"withdrawal of {withdrawal.list_id}"
    _verify(name, withdrawal, _signed_bytes(_WITHDRAWAL, withdrawal), trusted)
    if withdrawal.site_id != site_id:
        raise SignatureError(f"{name}: signed for site {withdrawal.site_id!r}, this is {site_id!r}")


def _verify(name: str, document: _Signed, content: bytes, trusted: Mapping[str, Ed25519PublicKey]) -> None:
    public = trusted.get(document.key_id)
    if public is None:
        raise SignatureError(f"{name}: signed by key {document.key_id!r}, which is not trusted here")
    try:
        public.verify(document.signature, content)
    except InvalidSignature as error:
        raise SignatureError(f"{name}: the signature does not hold") from error


def _require_fresh(name: str, document: WatchlistManifest | Command, now: datetime) -> None:
    if now >= document.expires_at:
        raise SignatureError(f"{name}: expired at {document.expires_at.isoformat()}")


def _signed_bytes(context: bytes, document: _Signed) -> bytes:
    """Return the canonical encoding: sorted compact JSON, times in UTC, no signature."""
    times = {"issued_at": document.issued_at.astimezone(UTC)}
    if not isinstance(document, WatchlistWithdrawal):
        times["expires_at"] = document.expires_at.astimezone(UTC)
    canonical = msgspec.structs.replace(document, signature=b"", **times)
    return context + msgspec.json.encode(canonical, order="sorted")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SyncError(f"{path}: {error.strerror}") from error


def _write_new(path: Path, content: bytes, mode: int) -> None:
    try:
        write_new_file(path, content, mode)
    except FileExistsError as error:
        raise SyncError(f"{path}: exists already; a key is never overwritten") from error
    except OSError as error:
        raise SyncError(f"{path}: {error.strerror}") from error
