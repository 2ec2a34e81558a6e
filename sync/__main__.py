"""`kechid-sync`: the relay between the checkpoint's store and the hub."""

import argparse
import logging
import signal
import sqlite3
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from sync import service_notify
from sync.bootstrap import open_relay
from sync.errors import SyncError
from sync.settings import load_settings
from sync.status import describe, read_status
from sync.version import VERSION

_log = logging.getLogger("kechid-sync")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 0 done, 1 failed on the way, 2 wrong usage or bad input."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except SyncError as error:
        sys.stderr.write(f"kechid-sync: {error}\n")
        return 2
    except sqlite3.Error as error:
        sys.stderr.write(f"kechid-sync: the store cannot be used: {error}\n")
        return 1


def _run(options: argparse.Namespace) -> int:
    logging.basicConfig(
        level=logging.DEBUG if options.verbose else logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with open_relay(load_settings(options.config)) as relay:
        service_notify.ready()
        try:
            relay.run(stop)
        except (SyncError, sqlite3.Error) as error:
            _log.error("ended: %s", error)
            return 1
        finally:
            service_notify.stopping()
    return 0


def _status(options: argparse.Namespace) -> int:
    status = read_status(load_settings(options.config), datetime.now(UTC))
    text = msgspec.json.encode(status).decode() if options.json else describe(status)
    sys.stdout.write(text + "\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kechid-sync", description="Carries messages to the hub and back.")
    parser.add_argument("--version", action="version", version=VERSION)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="serve until stopped", description="Serve until stopped.")
    run.add_argument("--verbose", action="store_true", help="log more")
    run.set_defaults(command=_run)
    status = commands.add_parser(
        "status", help="queue depth and last acknowledgement", description="Look at the store."
    )
    status.add_argument("--json", action="store_true", help="print one JSON object")
    status.set_defaults(command=_status)
    for command in (run, status):
        command.add_argument("--config", type=Path, required=True, metavar="FILE", help="sync.toml")
    return parser


if __name__ == "__main__":
    sys.exit(main())
