"""`kechid-edge run`: the appliance as a process."""

import argparse
import logging
import signal
import sys
import threading
from pathlib import Path

from edge_agent.bootstrap import build_appliance
from edge_agent.outside import Outside
from edge_agent.settings import load_settings

log = logging.getLogger(__name__)


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("run", help="run the appliance until SIGTERM")
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="edge.toml")
    parser.add_argument(
        "--log-level", choices=("debug", "info", "warning", "error"), default="info", help="default: info"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run until told to stop; 0 after a clean stop, 1 when a part of it ended by itself."""
    logging.basicConfig(
        stream=sys.stderr,
        level=arguments.log_level.upper(),
        format="%(levelname)s %(name)s: %(message)s",
    )
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    appliance = build_appliance(load_settings(arguments.config), Outside())
    try:
        appliance.start()
        log.info("lane API on %s", appliance.server.url)
        is_asked = appliance.supervise(stopping)
    finally:
        appliance.stop()
    return 0 if is_asked else 1
