"""Starts processes, kills them with -9, and starts them again as systemd would."""

import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

RESTART_S = 1.0
"""As the units say."""
STOP_S = 20.0


class Supervised:
    """One process that lives for as long as this context manager, in as many lives as it needs."""

    def __init__(
        self, name: str, command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        self.name = name
        self.lives = 0
        self._log_begins = 0
        self._command = list(command)
        self._log = log
        self._environment = {**os.environ, **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name=f"watch {name}", daemon=True)

    @property
    def pid(self) -> int | None:
        """The process id of the present life."""
        process = self._process
        return None if process is None or process.poll() is not None else process.pid

    def kill(self) -> bool:
        """End the present life as a power cut would; False when there is none."""
        process = self._process
        if process is None or process.poll() is not None:
            return False
        process.kill()
        return True

    def words_of_this_life(self) -> str:
        """Return what it has logged since it was last started."""
        return self._log.read_text(encoding="utf-8", errors="replace")[self._log_begins :]

    def __enter__(self) -> Self:
        self._start()
        self._watcher.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        process = self._process
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGTERM)
        self._watcher.join(STOP_S)
        if process is not None and process.poll() is None:
            process.kill()
            process.wait(STOP_S)

    def _start(self) -> None:
        self._log.touch()
        self._log_begins = len(self._log.read_text(encoding="utf-8", errors="replace"))
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self._environment
            )
        self.lives += 1

    def _watch(self) -> None:
        while self._process is not None:
            self._process.wait()
            if self._stopping.wait(RESTART_S):
                return
            self._start()
            if self._stopping.is_set():
                self._process.send_signal(signal.SIGTERM)
