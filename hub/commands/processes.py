"""`kechid-hub api`: the process that answers, and what the long-running processes share.

Their libraries are imported when one of them runs: every other command would pay a second for them.
"""

import argparse
import logging
import signal
from typing import TYPE_CHECKING

from msgspec import structs

from hub.bootstrap import create_services
from hub.commands.options import Commands, add_command, settings_of
from hub.commands.outcome import Outcome
from hub.errors import HubError
from hub.settings_tree import BrokerSettings, HubSettings
from sync import service_notify

if TYPE_CHECKING:
    from sync.client import BrokerAddress

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def add_parsers(commands: Commands) -> None:
    """Add the commands."""
    api = add_command(commands, "api", serve_api, "serve the HTTP API and the console until stopped")
    api.add_argument("--port", type=int, help="listen here instead: one of several processes behind a proxy")


def serve_api(options: argparse.Namespace) -> Outcome:
    """Serve until SIGTERM or SIGINT."""
    from hub.api.server import ApiServer, open_listener

    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    services = create_services(_listening_at(settings_of(options), options.port))
    with open_listener(services.settings.api) as listener:
        server = ApiServer(services)
        # uvicorn raises the signal again once it has stopped; without these that would be exit -15.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: server.ask_to_stop())
        server.run(sockets=[listener])
        service_notify.stopping()
    return Outcome("", {"stopped": True})


def _listening_at(settings: HubSettings, port: int | None) -> HubSettings:
    if port is None:
        return settings
    return structs.replace(settings, api=structs.replace(settings.api, port=port))


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
