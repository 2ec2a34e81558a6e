"""Stands before a real node and spoils what it says, as a bad provider or a man in the middle would."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

Question = dict[str, Any]
Answer = dict[str, Any]
Spoil = Callable[[Question, Answer], Answer]
"""Takes a question and the true answer, gives what is answered."""
Raw = Callable[[bytes], bytes]
"""Takes the true bytes of an answer, gives those that are sent."""


class Liar:
    """A proxy whose lies a test can change while it runs."""

    def __init__(self, upstream: str) -> None:
        self.upstream = upstream
        self.spoil: Spoil = lambda question, answer: answer
        self.raw: Raw = lambda body: body
        self.wait_s = 0.0
        self.drip_s = 0.0
        """Between two bytes of an answer; 0: it comes at once."""
        self.drips_heads = False
        """So it is with the lines before the answer."""
        self.url = ""
        self.client = httpx.Client(timeout=10, trust_env=False)

    def answer(self, body: bytes) -> bytes:
        """Ask the real node and spoil what it says."""
        time.sleep(self.wait_s)
        asked = json.loads(body)
        told = self.client.post(self.upstream, json=asked).json()
        if isinstance(asked, list):
            told = [self.spoil(one, answer) for one, answer in zip(asked, told, strict=True)]
        else:
            told = self.spoil(asked, told)
        return self.raw(json.dumps(told).encode())


class Handler(BaseHTTPRequestHandler):
    """Answers for the liar of its server."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "Server"

    def do_POST(self) -> None:
        """Answer, at once or drop by drop."""
        liar = self.server.liar
        body = liar.answer(self.rfile.read(int(self.headers["Content-Length"])))
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        try:
            self._send(head, liar.drip_s if liar.drips_heads else 0.0)
            self._send(body, liar.drip_s)
        except ConnectionError:
            self.close_connection = True

    def _send(self, data: bytes, wait_s: float) -> None:
        if not wait_s:
            self.wfile.write(data)
            return
        for place in range(len(data)):
            if self.server.ending.wait(wait_s):
                raise ConnectionAbortedError
            self.wfile.write(data[place : place + 1])

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Serves one liar."""

    daemon_threads = True

    def __init__(self, liar: Liar) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.liar = liar
        self.ending = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever hung up has heard enough."""


@contextmanager
def lying(upstream: str) -> Iterator[Liar]:
    """Run a proxy on a free port until the block ends."""
    liar = Liar(upstream)
    server = Server(liar)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    liar.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield liar
    finally:
        server.ending.set()
        server.shutdown()
        thread.join(10)
        server.server_close()
        liar.client.close()
