"""Serves the lane API from a thread of the edge process."""

import logging
import socket
import ssl
import threading
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from edge_agent.errors import EdgeError
from edge_agent.settings import ApiSection

log = logging.getLogger(__name__)

GRACE_S = 3
"""Seconds for open requests at the end; streams end by themselves."""
BACKLOG = 64


class LaneServer:
    """uvicorn on a socket that is bound at once, so that a busy port is one clear line."""

    def __init__(self, application: Starlette, api: ApiSection) -> None:
        """Raise `EdgeError` when the address is taken or the certificate cannot be used."""
        config = uvicorn.Config(
            application,
            log_config=None,
            access_log=False,
            server_header=False,
            # Not what the hub brings along where both are installed: its parser has no limit for a head.
            http="h11",
            loop="asyncio",
            ws="none",
            lifespan="off",
            timeout_graceful_shutdown=GRACE_S,
            ssl_certfile=api.tls_certificate or None,
            ssl_keyfile=api.tls_key or None,
        )
        try:
            config.load()
        except (OSError, ssl.SSLError) as error:
            raise EdgeError(f"lane API: certificate {Path(api.tls_certificate).name}: {error}") from error
        self._scheme = "https" if api.tls_certificate else "http"
        self._socket = open_listener(api.host, api.port)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name="lane-api", daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        host, port = self._socket.getsockname()[:2]
        return f"{self._scheme}://{f'[{host}]' if ':' in host else host}:{port}"

    @property
    def is_alive(self) -> bool:
        """Whether it still serves."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Serve from now on; the socket accepts already."""
        self._thread.start()

    def stop(self) -> None:
        """Finish open requests and stop; may be called twice."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(GRACE_S * 2)
        self._socket.close()

    def _serve(self) -> None:
        try:
            self._server.run(sockets=[self._socket])
        except Exception:
            # The agent's watchdog sees a dead server and stops feeding systemd.
            log.exception("lane API: stopped serving")


def open_listener(host: str, port: int) -> socket.socket:
    """Bind at once; raises `EdgeError` when the address is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # A body that follows its head would else wait 40 ms for the terminal's delayed acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise EdgeError(f"lane API: {host} port {port}: {error.strerror or error}") from error
    return listener
