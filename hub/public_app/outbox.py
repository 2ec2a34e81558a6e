"""Where one-time codes go in a demonstration: a folder that only the hub's own user may read."""

import os
from datetime import datetime
from pathlib import Path

NOBODY = ".nobody"
"""Where the newest code for a number that nobody has ends."""


class CodeOutbox:
    """Keeps each person's newest code in a file named by the person's key; nothing is logged."""

    def __init__(self, folder: Path) -> None:
        """Use a folder, which is made when the first code goes out."""
        self._folder = folder

    def put(self, key: str, code: str, expires_at: datetime, *, is_for_somebody: bool) -> None:
        """Write a code; one that is for nobody takes the same work and ends in a file that nobody is sent.

        Raises `OSError` when the folder cannot be written.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._folder / f".{key}.{os.getpid()}.draft"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(f"{code}\n{expires_at.isoformat()}\n")
        target = self._folder / (f"{key}.txt" if is_for_somebody else NOBODY)
        # To rename over a file makes some file systems write it out first, which takes time that tells.
        target.unlink(missing_ok=True)
        draft.replace(target)
