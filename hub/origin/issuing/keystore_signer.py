"""Keys in keystore files (Web3 Secret Storage, version 3), opened once with a password out of a file."""

import json
from pathlib import Path

from hub.origin.issuing.curve import KEY_BYTES, account_of
from hub.origin.issuing.fakes import MemorySigner
from hub.origin.issuing.signer import SignerError
from sync.new_file import write_new_file

LARGEST_FILE = 64 * 1024
COST = 262_144
"""Of scrypt: 256 MiB and some seconds for each guess at the password."""


def open_keystore(path: Path, password_file: Path) -> MemorySigner:
    """Open a keystore, which takes seconds and memory on purpose; raises `SignerError` naming the file."""
    # Only a process that signs pays for the import.
    from eth_keyfile.keyfile import decode_keyfile_json

    password = _password(password_file)
    try:
        content = path.read_bytes()
        if len(content) > LARGEST_FILE:
            raise SignerError(f"{path}: larger than {LARGEST_FILE} bytes, no keystore")
        return MemorySigner(decode_keyfile_json(json.loads(content), password))
    except OSError as error:
        raise SignerError(f"{path}: {error.strerror}") from error
    except (ValueError, TypeError, KeyError, AttributeError, NotImplementedError) as error:
        raise SignerError(f"{path}: no keystore of version 3, or another password") from error


def create_keystore(path: Path, password_file: Path, secret: bytes, *, cost: int = COST) -> bytes:
    """Write a new keystore for a private key and return its account; refuses to overwrite.

    Raises `SignerError`; the file is readable by its owner only.
    """
    from eth_keyfile.keyfile import create_keyfile_json

    if len(secret) != KEY_BYTES:
        raise SignerError(f"a private key has {KEY_BYTES} bytes")
    made = create_keyfile_json(secret, _password(password_file), kdf="scrypt", iterations=cost)
    try:
        write_new_file(path, json.dumps(made).encode())
    except OSError as error:
        raise SignerError(f"{path}: {error.strerror}") from error
    return account_of(secret)


def address_in(path: Path) -> bytes:
    """Read the account of a keystore without opening it; raises `SignerError`."""
    try:
        address = bytes.fromhex(json.loads(path.read_bytes())["address"].removeprefix("0x"))
    except OSError as error:
        raise SignerError(f"{path}: {error.strerror}") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise SignerError(f"{path}: no keystore that names its account") from error
    if len(address) != 20:
        raise SignerError(f"{path}: no keystore that names its account")
    return address


def _password(path: Path) -> bytes:
    try:
        password = path.read_bytes().strip()
    except OSError as error:
        raise SignerError(f"{path}: {error.strerror}") from error
    if not password:
        raise SignerError(f"{path}: no password in it")
    return password
