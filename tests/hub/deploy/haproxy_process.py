"""A real haproxy on loopback, started and stopped by its own process id."""

import shutil
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from hub.deploy.haproxy import Proxy, haproxy_configuration

PROGRAM = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin")
START_S = 10.0
needs_haproxy = pytest.mark.skipif(PROGRAM is None, reason="haproxy is not installed")


class HaproxyProcess:
    """A context manager around one haproxy."""

    def __init__(self, folder: Path, proxy: Proxy) -> None:
        self.port = int(proxy.bind.rpartition(":")[2])
        self._settings = folder / "haproxy.cfg"
        self._settings.write_text(haproxy_configuration(proxy), encoding="utf-8")
        self._log = folder / "haproxy.log"
        self._process: subprocess.Popen[bytes] | None = None

    def check(self) -> str:
        """Let haproxy judge the configuration; returns its complaints."""
        assert PROGRAM is not None
        command = [PROGRAM, "-c", "-q", "-f", str(self._settings)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    def __enter__(self) -> Self:
        assert PROGRAM is not None
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [PROGRAM, "-db", "-f", str(self._settings)], stdout=log, stderr=log
            )
        deadline = time.monotonic() + START_S
        while not accepts(self.port):
            assert self._process.poll() is None, self._log.read_text()
            assert time.monotonic() < deadline, "haproxy does not accept"
            threading.Event().wait(0.02)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGTERM)
            process.wait(START_S)


def accepts(port: int) -> bool:
    """Tell whether somebody listens on a port of the loopback address."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1.0).close()
    except OSError:
        return False
    return True
