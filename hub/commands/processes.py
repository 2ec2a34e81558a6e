"""`kechid-hub api` and `kechid-hub ingest`: the long-running processes."""

import argparse
import logging
import signal
import socket

import uvicorn

from hub.api.application import create_app
from hub.bootstrap import Services
from hub.commands.options import Commands, add_command, services_of
from hub.commands.outcome import Outcome
from hub.errors import HubError
from hub.ingest_lock import only_ingest
from hub.ingest_loop import IngestLoop
from hub.settings import ApiSettings, BrokerSettings
from sync import service_notify
from sync.client import BrokerAddress, PahoTransport

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class BusyPortError(HubError):
    """The API's address cannot be listened on."""


def add_parsers(commands: Commands) -> None:
    """Add the commands."""
    add_command(commands, "api", serve_api, "serve the HTTP API and the console until stopped")
    add_command(commands, "ingest", run_ingest, "take in what devices send until stopped")


def serve_api(options: argparse.Namespace) -> Outcome:
    """Serve until SIGTERM or SIGINT."""
    logging.basicConfig(level=logging.INFO, format=_FORMAT)
    services = services_of(options)
    api = services.settings.api
    with _listener(api) as listener:
        server = _Server(_uvicorn_settings(services))
        # uvicorn raises the signal again once it has stopped; without these that would be exit -15.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: server.ask_to_stop())
        server.run(sockets=[listener])
        service_notify.stopping()
    return Outcome("", {"stopped": True})


def run_ingest(options: argparse.Namespace) -> Outcome:
    """Take in until SIGTERM or SIGINT."""
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


def broker_address(broker: BrokerSettings) -> BrokerAddress:
    """Read the password file and name the broker; raises `HubError` naming the file."""
    password = None
    if broker.password_file is not None:
        try:
            password = broker.password_file.read_text(encoding="utf-8").rstrip("\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
            raise HubError(f"{broker.password_file}: {reason}") from error
    return BrokerAddress(broker.host, broker.port, broker.username, password, broker.ca)


class _Server(uvicorn.Server):
    """Tells systemd when it listens."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening."""
        await super().startup(sockets)
        service_notify.ready()

    def ask_to_stop(self) -> None:
        """End `run` at its next turn."""
        self.should_exit = True


def _uvicorn_settings(services: Services) -> uvicorn.Config:
    api = services.settings.api
    return uvicorn.Config(
        create_app(services),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=api.is_behind_tls_proxy,
        ssl_certfile=api.tls_certificate,
        ssl_keyfile=api.tls_key,
        timeout_graceful_shutdown=5,
        lifespan="off",
    )


def _listener(api: ApiSettings) -> socket.socket:
    """Bind before anything is loaded, so that a busy port is one clear line."""
    try:
        family, _, _, _, address = socket.getaddrinfo(api.host, api.port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise BusyPortError(f"api.host {api.host!r}: {error.strerror}") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(256)
    except OSError as error:
        listener.close()
        raise BusyPortError(f"cannot listen on {api.host}:{api.port}: {error.strerror}") from error
    return listener
