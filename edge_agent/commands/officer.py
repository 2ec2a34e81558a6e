"""`kechid-edge officer add`: who may log in at this lane."""

import argparse
import getpass
import sys
from pathlib import Path

from argon2 import PasswordHasher

from edge_agent.errors import EdgeError
from edge_agent.officers.access import ROLES, Access, Officer
from edge_agent.outside import utc_now
from edge_agent.settings import load_settings
from edge_agent.store.edge_store import open_edge_store


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("officer", help="who may log in")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    add = actions.add_parser("add", help="add an officer; the password comes from a file or standard input")
    add.add_argument("officer_id", metavar="ID")
    add.add_argument("--name", required=True, help="shown at the terminal")
    add.add_argument("--role", choices=ROLES, required=True)
    add.add_argument("--config", type=Path, required=True, metavar="FILE", help="edge.toml")
    add.add_argument("--password-file", type=Path, metavar="FILE", help="default: standard input, one line")
    add.set_defaults(run=run_add)


def run_add(arguments: argparse.Namespace) -> int:
    """Add the officer; the edge may be running meanwhile."""
    settings = load_settings(arguments.config)
    officer = Officer(arguments.officer_id, arguments.name, arguments.role)
    password = read_password(arguments.password_file)
    with open_edge_store(settings.database) as store:
        Access(store, PasswordHasher()).add_officer(officer, password, utc_now())
    return 0


def read_password(path: Path | None) -> str:
    """Read the first line of a file or of standard input; raises `EdgeError` when there is none."""
    try:
        if path is not None:
            text = path.read_text(encoding="utf-8")
        elif sys.stdin.isatty():
            text = getpass.getpass("Password: ")
        else:
            text = sys.stdin.readline()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise EdgeError(f"password file {path}: {reason}") from error
    lines = text.splitlines()
    if not lines:
        raise EdgeError("no password given")
    return lines[0]
