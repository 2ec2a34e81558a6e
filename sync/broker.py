"""Configures mosquitto and runs it as a child process."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from sync.broker_accounts import SALT_BYTES, BrokerAccount, access_of, hashed
from sync.errors import BrokerError

START_TIMEOUT_S = 10.0
LOOPBACK = "127.0.0.1"
_SETTINGS = """\
# Generated; changes are lost.
per_listener_settings false
listener {port} {host}
allow_anonymous false
# A client is who its password says it is, so nobody takes another's session.
use_username_as_clientid true
password_file {folder}/passwords
acl_file {folder}/access
set_tcp_nodelay true
# The defaults drop messages of a slow subscriber without a word.
max_queued_messages 200000
max_queued_bytes 536870912
max_inflight_messages 100
max_packet_size 16777216
persistent_client_expiration 14d
persistence {persistence}
persistence_location {folder}/
autosave_interval 30
log_dest stderr
log_type error
log_type warning
connection_messages false
"""


def write_mosquitto_configuration(
    folder: Path, port: int, accounts: Sequence[BrokerAccount], *, is_persistent: bool = True
) -> Path:
    """Write settings, hashed passwords and access list for a loopback broker; returns the settings file.

    Raises `BrokerError` when a file cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        settings = folder / "mosquitto.conf"
        text = _SETTINGS.format(
            port=port, host=LOOPBACK, folder=folder.resolve(), persistence=str(is_persistent).lower()
        )
        # As root mosquitto would change to a user that cannot read these files.
        settings.write_text(text + f"user {pwd.getpwuid(os.getuid()).pw_name}\n", encoding="utf-8")
        _write_private(folder / "access", "".join(map(access_of, accounts)))
        _write_private(folder / "passwords", "".join(map(password_line, accounts)))
    except OSError as error:
        raise BrokerError(f"{error.filename}: {error.strerror}") from error
    return settings


def password_line(account: BrokerAccount) -> str:
    """Write an account's line of the password file."""
    kept = account.password if account.is_hashed else hashed(account.password, os.urandom(SALT_BYTES))
    return f"{account.name}:{kept}\n"


class MosquittoProcess:
    """A mosquitto of our own; a context manager that starts and stops it."""

    def __init__(self, settings: Path, port: int) -> None:
        """Take what `write_mosquitto_configuration` wrote."""
        self._settings = settings
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return None if self._process is None or self._process.poll() is not None else self._process.pid

    def start(self) -> None:
        """Start and wait until it accepts connections; raises `BrokerError` with the reason."""
        if self.pid is not None:
            return
        _require_free(self._port)
        program = find_program("mosquitto")
        with self._log_file().open("wb") as log:
            self._process = subprocess.Popen([program, "-c", str(self._settings)], stdout=log, stderr=log)
        deadline = time.monotonic() + START_TIMEOUT_S
        while not _accepts(self._port):
            if self._process.poll() is not None:
                raise BrokerError(f"mosquitto ended with {self._process.returncode}: {self._last_words()}")
            if time.monotonic() > deadline:
                self.kill()
                raise BrokerError(f"mosquitto does not accept on port {self._port}: {self._last_words()}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Ask it to end, which saves its state, and wait; kill it when it does not."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(START_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """End it on the spot, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _log_file(self) -> Path:
        return self._settings.with_name("mosquitto.log")

    def _last_words(self) -> str:
        text = self._log_file().read_text(encoding="utf-8", errors="replace")
        # Each line starts with the time as a number.
        lines = [line.partition(": ")[2] for line in text.strip().splitlines()]
        return " ".join(lines[-2:]) or "it said nothing"


def find_program(name: str) -> str:
    """Find a program on the path or in the system folders; raises `BrokerError` saying what to install."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise BrokerError(f"{name} is not installed (apt-get install mosquitto)")
    return found


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise BrokerError(f"port {port} of {LOOPBACK}: {error.strerror}") from error


def _accepts(port: int) -> bool:
    try:
        socket.create_connection((LOOPBACK, port), timeout=1.0).close()
    except OSError:
        return False
    return True


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
