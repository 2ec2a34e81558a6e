"""A network camera on the loopback: sends its pictures as MJPEG over HTTP, then drops the connection."""

import contextlib
import threading
from collections.abc import Iterable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count, cycle
from types import TracebackType
from typing import Self

import cv2

from hardware.frame import Image


class _Endless:
    """Starts from the first part for every client."""

    def __init__(self, parts: Sequence[bytes]) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[bytes]:
        return cycle(self._parts)


class MjpegServer:
    """Serves as context manager; `is_hanging` keeps the connection open after the last picture.

    With `frames_per_second` it is a live camera that never ends; bytes are sent as they are.
    """

    def __init__(
        self,
        pictures: Sequence[Image | bytes],
        *,
        is_hanging: bool = False,
        frames_per_second: float | None = None,
    ) -> None:
        encoded = [p if isinstance(p, bytes) else cv2.imencode(".jpg", p)[1].tobytes() for p in pictures]
        parts: Iterable[bytes] = encoded if frames_per_second is None else _Endless(encoded)
        released = self._released = threading.Event()
        pause_s = 0.0 if frames_per_second is None else 1.0 / frames_per_second

        counted = self._counted = count()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                next(counted)
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=part")
                self.end_headers()
                with contextlib.suppress(ConnectionError):  # the client has seen enough
                    for part in parts:
                        head = f"--part\r\nContent-Type: image/jpeg\r\nContent-Length: {len(part)}\r\n\r\n"
                        self.wfile.write(head.encode() + part + b"\r\n")
                        if released.wait(pause_s):
                            return
                if is_hanging:
                    released.wait(60)

            def log_message(self, format: str, *args: object) -> None:
                """Keep quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/live.mjpg"

    @property
    def requests(self) -> int:
        """How often somebody has connected; asking ends the counting."""
        return next(self._counted)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
