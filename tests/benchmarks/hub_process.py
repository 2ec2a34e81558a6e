"""A real hub's API as a process of its own, as benchmarks measure it."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

START_S = 60.0


@dataclass(frozen=True, slots=True)
class HubProcess:
    """A running API."""

    pid: int
    port: int
    store_url: str

    def memory_mb(self, field: str = "VmRSS") -> float:
        """Return its resident memory, or with ``VmHWM`` the most it has ever had."""
        lines = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024

    def cpu_s(self) -> float:
        """Return how long its threads have run, in and for it."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running_hub(folder: Path, store_url: str = "", settings: str = "") -> Iterator[HubProcess]:
    """Make keys and store, and serve until the block ends; without an address on SQLite in the folder."""
    port, url = free_port(), store_url or f"sqlite:///{folder / 'hub.db'}"
    text = f'[store]\nurl = "{url}"\n[api]\nport = {port}\n{settings}'
    (folder / "hub.toml").write_text(text, encoding="utf-8")
    command = [sys.executable, "-P", "-m", "hub"]
    options = ["--config", str(folder / "hub.toml")]
    for words in (["key", "create"], ["migrate"]):
        subprocess.run([*command, *words, *options], check=True, stdout=subprocess.DEVNULL)
    process = subprocess.Popen([*command, "api", *options], stderr=subprocess.DEVNULL)
    try:
        wait_until_it_serves(port)
        yield HubProcess(process.pid, port, url)
    finally:
        process.terminate()
        process.wait()


def wait_until_it_serves(port: int) -> None:
    """Wait for an answer; raises `TimeoutError`."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        with suppress(OSError, http.client.HTTPException):
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            asked.request("GET", "/healthz")
            asked.getresponse().read()
            asked.close()
            return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")


def free_port() -> int:
    """Find a port of 127.0.0.1 that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
