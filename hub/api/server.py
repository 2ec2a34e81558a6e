"""Shell: serves the HTTP API and the console from a socket that is bound before anything else."""

import socket
import ssl

import uvicorn

from hub.api.application import create_app
from hub.api.connection import KnownConnection
from hub.bootstrap import Services
from hub.errors import HubError
from hub.settings_tree import ApiSettings
from sync import service_notify

BACKLOG = 256
GRACE_S = 5
NOTIFY_S = 5
"""Seconds between signs of life for systemd's watchdog."""


class BusyPortError(HubError):
    """The API's address cannot be listened on."""


class ApiServer(uvicorn.Server):
    """Tells systemd when it listens, and that its loop still turns."""

    def __init__(self, services: Services) -> None:
        """Raise `HubError` for a certificate or key that cannot be used."""
        super().__init__(_uvicorn_settings(services))

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening."""
        await super().startup(sockets)
        service_notify.ready()

    def ask_to_stop(self) -> None:
        """End `run` at its next turn."""
        self.should_exit = True


def open_listener(api: ApiSettings) -> socket.socket:
    """Bind before anything is loaded, so that a busy port is one clear line; raises `BusyPortError`."""
    try:
        family, _, _, _, address = socket.getaddrinfo(api.host, api.port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise BusyPortError(f"api.host {api.host!r}: {error.strerror}") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # A body that follows its head would else wait 40 ms for the caller's delayed acknowledgement.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise BusyPortError(f"cannot listen on {api.host}:{api.port}: {error.strerror}") from error
    return listener


def _uvicorn_settings(services: Services) -> uvicorn.Config:
    api = services.settings.api
    config = uvicorn.Config(
        create_app(services),
        log_config=None,
        access_log=False,
        server_header=False,
        http=KnownConnection,
        loop="uvloop",
        proxy_headers=api.is_behind_tls_proxy,
        forwarded_allow_ips=list(api.trusted_proxies) or None,
        ssl_certfile=api.tls_certificate,
        ssl_keyfile=api.tls_key,
        ssl_ca_certs=None if api.client_ca is None else str(api.client_ca),
        ssl_cert_reqs=ssl.CERT_NONE if api.client_ca is None else ssl.CERT_OPTIONAL,
        timeout_graceful_shutdown=GRACE_S,
        lifespan="off",
        callback_notify=_sign_of_life,
        timeout_notify=NOTIFY_S,
    )
    try:
        config.load()
    except (OSError, ssl.SSLError) as error:
        raise HubError(
            f"api.tls_certificate {api.tls_certificate}, api.tls_key {api.tls_key}: {error}"
        ) from error
    return config


async def _sign_of_life() -> None:
    service_notify.watchdog()
