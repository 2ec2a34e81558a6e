"""Shell: the command line of the edge."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from edge_agent.errors import EdgeError
from hardware.errors import HardwareError
from models.errors import ModelError
from sync.errors import SyncError
from sync.version import VERSION

COMMANDS = {
    "run": "run the appliance until SIGTERM",
    "key": "make the key that seals evidence",
    "officer": "who may log in",
    "audit": "the log of who did what",
    "shadow": "thresholds from the lane's own non-mated scores",
    "crossings": "count confirmed crossings of listed subjects",
    "enrol": "add photos of one subject to a gallery folder",
    "search": "search a gallery folder for the persons on photos",
    "record": "write a passage of people who consented down, without pictures",
    "redecide": "decide a recorded passage anew: audit and what-if",
    "explain": "say why there was an alert, from what the store knows",
    "replay": "play recordings through the pipeline and print the alerts",
    "evaluate": "measure a pack on labelled pictures",
}
"""Summary by command, which is also its module below `edge_agent.commands`.

Only the one that is called is imported, for some load whole run-times.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 success, 1 the job failed, 2 bad input, with one line on standard error."""
    # OpenCV would add lines of its own to the one that says what is wrong with a picture.
    os.environ.setdefault("OPENCV_LOG_LEVEL", "ERROR")
    words = sys.argv[1:] if argv is None else list(argv)
    arguments = _parser(words[0] if words else "").parse_args(words)
    try:
        return int(arguments.run(arguments))
    except (EdgeError, HardwareError, ModelError, SyncError) as error:
        sys.stderr.write(f"kechid-edge: {error}\n")
        return 2
    except OSError as error:
        # Whatever a command did not expect of a file, such as a folder that may not be entered.
        sys.stderr.write(f"kechid-edge: {error.filename or 'system'}: {error.strerror or error}\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("kechid-edge: interrupted\n")
        return 1


def _parser(chosen: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kechid-edge", description="The software of one border checkpoint.")
    parser.add_argument("--version", action="version", version=VERSION)
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, summary in COMMANDS.items():
        if name == chosen:
            import_module(f"edge_agent.commands.{name}").add_parser(subparsers)
        else:
            subparsers.add_parser(name, help=summary)
    return parser


if __name__ == "__main__":
    sys.exit(main())
