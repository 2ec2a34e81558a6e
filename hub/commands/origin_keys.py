"""`kechid-hub origin key`: keys made, and shown by their accounts; never the keys themselves."""

import argparse
import os
import sys
from pathlib import Path

from hub.commands.options import Commands, add_command, add_group, settings_of
from hub.commands.outcome import Outcome
from hub.errors import HubError
from hub.origin.issuing.settings import IssuingSettings

WHOSE = ("authority", "relayer")


def add_parsers(group: Commands) -> None:
    """Add the commands."""
    keys = add_group(group, "key", "keys of this authority")
    for name, work, summary in (
        ("create", create_key, "make the key that [origin_issuing] names, in its keystore or its token"),
        ("show", show_key, "print the account of a key"),
    ):
        command = add_command(keys, name, work, summary)
        command.add_argument("--of", choices=WHOSE, default=WHOSE[0], help="whose key; default: authority")


def create_key(options: argparse.Namespace) -> Outcome:
    """Make a key; refuses to overwrite one. Raises `SignerError`."""
    from hub.origin.issuing.bootstrap import token_of
    from hub.origin.issuing.keystore_signer import create_keystore
    from hub.origin.issuing.pkcs11_signer import create_token_key

    issuing = settings_of(options).origin_issuing
    token = token_of(issuing) if options.of == WHOSE[0] else None
    if token is not None:
        address = create_token_key(token)
    else:
        path, password = _files(issuing, options.of)
        sys.stderr.write("making the keystore takes some seconds, so that guessing its password does\n")
        address = create_keystore(path, password, os.urandom(32))
    return _told(address)


def show_key(options: argparse.Namespace) -> Outcome:
    """Print the account; a keystore is not opened for it. Raises `SignerError`."""
    from hub.origin.issuing.bootstrap import authority_signer
    from hub.origin.issuing.keystore_signer import address_in

    issuing = settings_of(options).origin_issuing
    if options.of == WHOSE[0] and issuing.token_library is not None:
        return _told(authority_signer(issuing).address)
    return _told(address_in(_files(issuing, options.of)[0]))


def _files(issuing: IssuingSettings, whose: str) -> tuple[Path, Path]:
    is_relayer = whose == WHOSE[1]
    path = issuing.relayer_keystore if is_relayer else issuing.keystore
    password = issuing.relayer_password if is_relayer else issuing.keystore_password
    if path is None or password is None:
        raise HubError(f"[origin_issuing] names no keystore of the {whose}")
    return path, password


def _told(address: bytes) -> Outcome:
    text = "0x" + address.hex()
    return Outcome(text, {"address": text})
