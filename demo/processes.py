"""Starts the demo's processes, keeps their logs, stops every one of them by pid."""

import os
import signal
import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from demo.waiting import DemoError

STOP_TIMEOUT_S = 8.0


def free_port() -> int:
    """Find a loopback TCP port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def catches_signal(pid: int, number: signal.Signals) -> bool:
    """Whether the process has a handler for a signal that would end it otherwise (proc(5), SigCgt)."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    caught = next(line.split()[1] for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught, 16) >> (number - 1) & 1)


@dataclass(slots=True)
class Processes:
    """A group of child processes with one log file each."""

    logs: Path
    environment: dict[str, str] = field(default_factory=dict)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *command: str | Path) -> int:
        """Start a process; its output goes to `<logs>/<name>.log`. Returns the pid."""
        self.logs.mkdir(parents=True, exist_ok=True)
        with (self.logs / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **self.environment},
                start_new_session=True,
            )
        self.running[name] = process
        return process.pid

    def run(self, *command: str | Path, stdin: str | None = None) -> str:
        """Run a command to its end and return its stdout; raises `DemoError` with its last line."""
        finished = subprocess.run(
            [str(part) for part in command],
            input=stdin,
            capture_output=True,
            text=True,
            env={**os.environ, **self.environment},
            check=False,
        )
        if finished.returncode != 0:
            last = (finished.stderr.strip() or finished.stdout.strip() or "no output").splitlines()[-1]
            raise DemoError(f"{Path(str(command[0])).name} {' '.join(map(str, command[1:4]))}: {last}")
        return finished.stdout

    def require_alive(self) -> None:
        """Raise `DemoError` with the last log line of a process that died."""
        for name, process in self.running.items():
            if process.poll() is not None:
                raise DemoError(f"{name} ended with {process.returncode}: {self.last_line(name)}")

    def last_line(self, name: str) -> str:
        """Last line a process logged."""
        lines = (self.logs / f"{name}.log").read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"

    def kill(self, name: str) -> None:
        """End a process as a power cut would."""
        process = self.running.pop(name)
        process.kill()
        process.wait()

    def stop(self, name: str) -> None:
        """Ask a process to end; make it end when it will not."""
        process = self.running.pop(name)
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def __enter__(self) -> "Processes":
        """Nothing to do: processes are started by name."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop everything, last started first."""
        for name in reversed(list(self.running)):
            self.stop(name)
