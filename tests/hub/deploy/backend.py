"""An API process's stand-in: answers with what it was asked, streams, or dies over every request."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


class Backend(ThreadingHTTPServer):
    """Healthy; `is_mortal` closes the connection instead of answering anything but the health check."""

    daemon_threads = True

    def __init__(self, name: str, *, is_mortal: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.name = name
        self.is_mortal = is_mortal
        self.asked: list[str] = []
        self.next_event = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.next_event.set()
        self.shutdown()
        self._thread.join(10)
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Backend
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/healthz":
            self._answer({})
        elif self.path == "/stream":
            self._stream()
        else:
            self._deal_with_it()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self._deal_with_it()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _deal_with_it(self) -> None:
        self.server.asked.append(f"{self.command} {self.path}")
        if self.server.is_mortal:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._answer({"by": self.server.name, "headers": {k.lower(): v for k, v in self.headers.items()}})

    def _answer(self, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.close_connection = True
        for number in range(2):
            self.wfile.write(f"data: {number}\n\n".encode())
            self.wfile.flush()
            self.server.next_event.wait(20)
