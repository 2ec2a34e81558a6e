"""Who acts through a command: whoever may read the machine's keys, or an officer with a password."""

import argparse
from pathlib import Path

from hub.bootstrap import Services
from hub.commands.options import COMMAND_LINE
from hub.errors import HubError
from hub.people.access import Permission, is_password, password_hash_of, session_of
from hub.store.database import reading


class NotAnOfficerError(HubError):
    """The named user cannot act here."""


def add_officer_options(parser: argparse.ArgumentParser, *, is_required: bool = False) -> None:
    """Add the options that say who acts."""
    parser.add_argument(
        "--as", dest="officer", required=is_required, metavar="USER", help="the officer who does it"
    )
    parser.add_argument(
        "--password-file", type=Path, required=is_required, metavar="FILE", help="the officer's password"
    )


def acting(options: argparse.Namespace, services: Services, permission: Permission) -> str:
    """Name the actor; raises `NotAnOfficerError` for an unknown officer, a wrong password or role."""
    if options.officer is None:
        return COMMAND_LINE
    if options.password_file is None:
        raise NotAnOfficerError("--as needs --password-file")
    try:
        password = options.password_file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise NotAnOfficerError(f"{options.password_file}: {error.strerror}") from error
    with reading(services.engine) as connection:
        stored = password_hash_of(connection, options.officer)
        session = session_of(connection, options.officer, "", services.clock())
    if session is None or not is_password(stored, password):
        raise NotAnOfficerError(f"{options.officer}: no such officer, or another password")
    user = session.user
    if not user.may(permission):
        raise NotAnOfficerError(f"{options.officer}: the role {user.role} does not include this")
    return user.user_id
