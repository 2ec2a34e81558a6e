"""`kechid-edge key create`: the key that seals this appliance's evidence."""

import argparse
from pathlib import Path

from edge_agent.alerts.evidence import create_key_file


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("key", help="make the key that seals evidence")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    create = actions.add_parser("create", help="write a new key, mode 0600; never overwrites")
    create.add_argument("path", type=Path, metavar="PATH")
    create.set_defaults(run=run_create)


def run_create(arguments: argparse.Namespace) -> int:
    """Write the key file."""
    create_key_file(arguments.path)
    return 0
