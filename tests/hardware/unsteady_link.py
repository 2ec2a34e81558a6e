"""A cable on the loopback that can be cut, go dead, and heal: forwards TCP to another port."""

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit, urlunsplit

_CHUNK = 65536
_POLL_S = 0.02


class UnsteadyLink:
    """Serves as context manager; `url` is the target's, seen through the link."""

    def __init__(self, target_url: str) -> None:
        parts = urlsplit(target_url)
        self._target = (parts.hostname or "", parts.port or 0)
        self._listener: socket.socket | None = None
        self._port = self._listen(0)
        self.url = urlunsplit(parts._replace(netloc=f"127.0.0.1:{self._port}"))
        self.connections = 0
        self._alive = threading.Event()
        self._alive.set()
        self._cut = threading.Event()
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def cut(self) -> None:
        """Break every connection and refuse new ones."""
        self._cut.set()
        self._close_listener()

    def go_dead(self) -> None:
        """Let nothing through and close nothing: nobody is told."""
        self._alive.clear()

    def heal(self) -> None:
        """Take connections again; those that were broken stay so, those that were dead are broken off."""
        self._alive.set()
        if self._cut.is_set():
            self._cut.clear()
            self._listen(self._port)
            self._begin(self._accept)

    def __enter__(self) -> Self:
        self._begin(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._alive.set()
        self.cut()
        for thread in self._threads:
            thread.join()

    def _begin(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _listen(self, port: int) -> int:
        self._listener = socket.create_server(("127.0.0.1", port))
        self._listener.settimeout(_POLL_S)
        return int(self._listener.getsockname()[1])

    def _close_listener(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.close()

    def _accept(self) -> None:
        listener = self._listener
        while listener is not None and not self._cut.is_set():
            try:
                near, _ = listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            self.connections += 1
            self._begin(self._carry, near)

    def _carry(self, near: socket.socket) -> None:
        """Carry one connection until it is cut; a dead stretch loses what is sent in it."""
        with contextlib.ExitStack() as opened:
            opened.enter_context(near)
            if not self._alive.is_set():
                self._wait_for_life()
                return
            far = opened.enter_context(socket.create_connection(self._target))
            back = threading.Thread(target=self._pump, args=(near, far), daemon=True)
            back.start()
            self._pump(far, near)
            for end in (near, far):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
            back.join()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        source.settimeout(_POLL_S)
        with contextlib.suppress(ConnectionError):
            while not self._cut.is_set():
                if not self._alive.is_set():
                    self._wait_for_life()
                    return
                with contextlib.suppress(TimeoutError):
                    chunk = source.recv(_CHUNK)
                    if not chunk:
                        return
                    _send(sink, chunk)

    def _wait_for_life(self) -> None:
        while not (self._alive.wait(_POLL_S) or self._cut.is_set()):
            pass


def _send(sink: socket.socket, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        with contextlib.suppress(TimeoutError):
            view = view[sink.send(view) :]
