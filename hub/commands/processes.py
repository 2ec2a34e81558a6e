"""`kechid-hub api` and `kechid-hub ingest`: the long-running processes.

Their libraries are imported when one of them runs: every other command would pay a second for them.
"""

import argparse
import logging
import signal
from typing import TYPE_CHECKING

from hub.commands.options import Commands, add_command, services_of
from hub.commands.outcome import Outcome
from hub.errors import HubError
from hub.settings import BrokerSettings
from sync import service_notify

if TYPE_CHECKING:
    from sync.client import BrokerAddress

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def add_parsers(commands: Commands) -> None:
    """Add the commands."""
    add_command(commands, "api", serve_api, "serve the HTTP API and the console until stopped")
    add_command(commands, "ingest", run_ingest, "take in what devices send until stopped")


def serve_api(options: argparse.Namespace) -> Outcome:
    """Serve until SIGTERM or SIGINT."""
    from hub.api.server import ApiServer, open_listener

    logging.basicConfig(level=logging.INFO, format=_FORMAT)
    services = services_of(options)
    with open_listener(services.settings.api) as listener:
        server = ApiServer(services)
        # uvicorn raises the signal again once it has stopped; without these that would be exit -15.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: server.ask_to_stop())
        server.run(sockets=[listener])
        service_notify.stopping()
    return Outcome("", {"stopped": True})


def run_ingest(options: argparse.Namespace) -> Outcome:
    """Take in until SIGTERM or SIGINT."""
    from hub.ingest.lock import only_ingest
    from hub.ingest.loop import IngestLoop
    from sync.client import PahoTransport

    logging.basicConfig(level=logging.INFO, format=_FORMAT)
    services = services_of(options)
    loop = IngestLoop(services, PahoTransport(broker_address(services.settings.broker), "kechid-hub-ingest"))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: loop.stop())
    with only_ingest(services.settings.store.evidence):
        loop.run()
    service_notify.stopping()
    counters = loop.counters
    return Outcome(
        "", {"stored": counters.stored, "repeated": counters.repeated, "refused": counters.refused}
    )


def broker_address(broker: BrokerSettings) -> "BrokerAddress":
    """Read the password file and name the broker; raises `HubError` naming the file."""
    from sync.client import BrokerAddress

    password = None
    if broker.password_file is not None:
        try:
            password = broker.password_file.read_text(encoding="utf-8").rstrip("\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
            raise HubError(f"{broker.password_file}: {reason}") from error
    return BrokerAddress(broker.host, broker.port, broker.username, password, broker.ca)
