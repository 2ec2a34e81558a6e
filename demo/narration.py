"""Tells the story on stderr, so that stdout stays free for the one JSON object."""

import sys
import time
from dataclasses import dataclass, field


@dataclass(slots=True)
class Narrator:
    """Prints one line per thing that happened, with the seconds since the start."""

    started: float = field(default_factory=time.monotonic)
    is_coloured: bool = field(default_factory=sys.stderr.isatty)

    def chapter(self, title: str) -> None:
        """Begin a part of the story."""
        self._print(f"\n\033[1;36m{title}\033[0m" if self.is_coloured else f"\n== {title}")

    def tell(self, text: str) -> None:
        """Say what just happened."""
        self._print(f"  {time.monotonic() - self.started:6.1f} s  {text}")

    def _print(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)
