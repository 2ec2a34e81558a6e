"""A screen for the terminal: the real one where there is one, otherwise Xvfb; keys and pictures of it."""

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from demo.processes import Processes
from demo.waiting import wait_for

SIZE = "1440x900x24"


@dataclass(slots=True)
class Screen:
    """Where the terminal shows itself."""

    display: str | None
    """None: no X server at all, the terminal runs offscreen and answers come over the lane API."""
    is_virtual: bool

    def environment(self) -> dict[str, str]:
        """Name what the terminal needs to find it."""
        return {"DISPLAY": self.display} if self.display else {"QT_QPA_PLATFORM": "offscreen"}

    def press(self, pid: int, key: str) -> bool:
        """Press a key in the terminal's window as a hand would; False when there is no way to."""
        if not self.is_virtual or self.display is None or shutil.which("xdotool") is None:
            return False
        environment = {**os.environ, "DISPLAY": self.display}
        found = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--pid", str(pid)],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        windows = found.stdout.split()
        if not windows:
            return False
        command = ["xdotool", "windowfocus", "--sync", windows[-1], "key", "--clearmodifiers", key]
        return subprocess.run(command, env=environment, capture_output=True, check=False).returncode == 0


def open_screen(processes: Processes, *, is_headless: bool) -> Screen:
    """Take the user's display unless headless; else a virtual one on a free number."""
    if not is_headless and os.environ.get("DISPLAY"):
        return Screen(os.environ["DISPLAY"], is_virtual=False)
    if shutil.which("Xvfb") is None:
        return Screen(None, is_virtual=False)
    number = next(number for number in range(90, 190) if not Path(f"/tmp/.X11-unix/X{number}").exists())
    processes.start("xvfb", "Xvfb", f":{number}", "-screen", "0", SIZE, "-nolisten", "tcp")
    wait_for("the virtual screen", lambda: Path(f"/tmp/.X11-unix/X{number}").exists(), 15)
    return Screen(f":{number}", is_virtual=True)


def photograph_terminal(pid: int, folder: Path, name: str) -> Path:
    """Ask the terminal for a picture of its window and give it its name."""
    before = set(folder.glob("*.png"))
    os.kill(pid, signal.SIGUSR1)
    made = wait_for("the terminal's picture", lambda: set(folder.glob("*.png")) - before, 15)
    return made.pop().replace(folder / f"{name}.png")
