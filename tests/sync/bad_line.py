"""A TCP line between two ports that is slow, far and breaks often."""

import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.sync.free_port import free_port

DELAY_S = 0.3
"""Each way."""
BYTES_PER_S = 32 << 10
CUT_EVERY_S = 4.0
TICK_S = 0.02


@dataclass(slots=True)
class BadLine:
    """Counts what goes through."""

    port: int
    target: int
    bytes_up: int = 0
    cuts: int = 0
    is_stopped: threading.Event = field(default_factory=threading.Event)

    def serve(self) -> None:
        with socket.create_server(("127.0.0.1", self.port)) as server:
            server.settimeout(0.1)
            while not self.is_stopped.is_set():
                try:
                    near, _ = server.accept()
                    far = socket.create_connection(("127.0.0.1", self.target))
                except OSError:
                    continue
                with near, far:
                    self._carry(near, far)
                self.cuts += 1

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        """Carry one connection until it ends or is cut."""
        end = time.monotonic() + CUT_EVERY_S
        up, down = _Direction(near, far), _Direction(far, near)
        with selectors.DefaultSelector() as selector:
            for direction in (up, down):
                selector.register(direction.source, selectors.EVENT_READ, direction)
            while time.monotonic() < end and not self.is_stopped.is_set():
                for key, _ in selector.select(TICK_S):
                    if not key.data.take():
                        return
                self.bytes_up += up.give()
                down.give()


class _Direction:
    """Bytes one way; each waits for its delay and its share of the rate."""

    def __init__(self, source: socket.socket, target: socket.socket) -> None:
        self.source = source
        self._target = target
        self._waiting: deque[tuple[float, bytes]] = deque()
        self._free_at = 0.0

    def take(self) -> bool:
        try:
            data = self.source.recv(4096)
        except OSError:
            return False
        self._free_at = max(self._free_at, time.monotonic()) + len(data) / BYTES_PER_S
        self._waiting.append((self._free_at + DELAY_S, data))
        return bool(data)

    def give(self) -> int:
        sent = 0
        while self._waiting and self._waiting[0][0] <= time.monotonic():
            data = self._waiting.popleft()[1]
            try:
                self._target.sendall(data)
            except OSError:
                return sent
            sent += len(data)
        return sent


@contextmanager
def bad_line(target: int) -> Iterator[BadLine]:
    """Run a bad line to a port of this machine."""
    line = BadLine(free_port(), target)
    thread = threading.Thread(target=line.serve)
    thread.start()
    try:
        yield line
    finally:
        line.is_stopped.set()
        thread.join(20)
