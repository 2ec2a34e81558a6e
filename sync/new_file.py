"""Writes a file that must not be there yet: all of it, or nothing stays behind."""

import os
from pathlib import Path


def write_new_file(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Create `path` and bring it to the disk; raises `OSError`, then nothing was made."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        # Empty, it would stand in the way of the next attempt.
        path.unlink(missing_ok=True)
        raise
