"""Shell: the command line of the edge."""

import argparse
import sys
from collections.abc import Sequence

from edge_agent import (
    command_audit,
    command_key,
    command_officer,
    command_run,
    enrol,
    evaluate,
    replay,
    search,
)
from edge_agent.errors import EdgeError
from hardware.errors import HardwareError
from models.errors import ModelError
from sync.errors import SyncError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 success, 1 the job failed, 2 bad input, with one line on standard error."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except (EdgeError, HardwareError, ModelError, SyncError) as error:
        sys.stderr.write(f"kechid-edge: {error}\n")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kechid-edge", description="The software of one border checkpoint.")
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in (
        command_run,
        command_key,
        command_officer,
        command_audit,
        enrol,
        search,
        replay,
        evaluate,
    ):
        command.add_parser(subparsers)
    return parser


if __name__ == "__main__":
    sys.exit(main())
