"""The command `kechid-hub`: the hub's processes and its administration."""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from hub.commands import (
    administration,
    audit,
    carrier_stream,
    carriers,
    cases,
    citizens,
    clients,
    declarations,
    fleet,
    ingest,
    origin,
    processes,
    proxy,
    risk,
    store,
    watchlists,
    webhooks,
    worker,
)
from hub.commands.outcome import JobFailedError, print_outcome
from hub.errors import HubError
from models.errors import ModelError
from sync.errors import SyncError
from sync.version import VERSION

COMMANDS = (
    processes,
    ingest,
    carrier_stream,
    proxy,
    store,
    audit,
    cases,
    declarations,
    citizens,
    origin,
    risk,
    administration,
    fleet,
    clients,
    carriers,
    watchlists,
    worker,
    webhooks,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 success, 1 the job failed, 2 wrong usage or bad input with one line on stderr."""
    # OpenCV would add lines of its own to the one that says what is wrong with a picture.
    os.environ.setdefault("OPENCV_LOG_LEVEL", "ERROR")
    parser = argparse.ArgumentParser(prog="kechid-hub", description="The central hub of border checkpoints.")
    parser.add_argument("--version", action="version", version=VERSION)
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for module in COMMANDS:
        module.add_parsers(commands)
    options = parser.parse_args(arguments, argparse.Namespace(opened=ExitStack()))
    try:
        with options.opened:
            outcome = options.work(options)
    except JobFailedError as failure:
        print_outcome(failure.outcome, as_json=options.json)
        return failure.status
    except (HubError, SyncError, ModelError, SQLAlchemyError, OSError) as error:
        sys.stderr.write(f"kechid-hub: {_one_line(error)}\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("kechid-hub: interrupted\n")
        return 1
    print_outcome(outcome, as_json=options.json)
    return 0


def _one_line(error: Exception) -> str:
    # SQLAlchemy's own text goes on about its documentation; the driver's says what happened.
    text = f"the store: {error.orig}" if isinstance(error, DBAPIError) else str(error)
    return " ".join(text.split()) or type(error).__name__


if __name__ == "__main__":
    sys.exit(main())
