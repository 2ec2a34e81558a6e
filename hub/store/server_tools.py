"""Runs PostgreSQL's own pg_dump and pg_restore."""

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import URL

from hub.errors import HubError

_INSTALLED = Path("/usr/lib/postgresql")


class ServerToolError(HubError):
    """A program of PostgreSQL that is not installed, or that failed; the message is its last line."""


def dump(url: URL, file: Path) -> None:
    """Write one consistent state of the database to a file; the feed of changes stays out."""
    # Its order is made of transaction numbers, which mean nothing on another server.
    options = ("--format=custom", "--no-owner", "--no-privileges", "--exclude-table-data=changes")
    _run("pg_dump", url, *options, f"--file={file}")


def restore(url: URL, file: Path) -> None:
    """Fill an empty database from a dump, all or nothing."""
    _run(
        "pg_restore",
        url,
        "--no-owner",
        "--no-privileges",
        "--single-transaction",
        "--exit-on-error",
        str(file),
    )


def _run(program: str, url: URL, *arguments: str) -> None:
    address = url.set(drivername="postgresql", password=None).render_as_string()
    # Not on the command line, which every account of the machine can read.
    secret = {} if url.password is None else {"PGPASSWORD": str(url.password)}
    finished = subprocess.run(
        [_path_of(program), f"--dbname={address}", *arguments],
        env=os.environ | secret,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode != 0:
        lines = finished.stderr.strip().splitlines() or [f"exit status {finished.returncode}"]
        raise ServerToolError(f"{program}: {lines[0]}")


def _path_of(program: str) -> str:
    """Find the newest one: a dump program older than the server refuses it."""
    installed = sorted(_INSTALLED.glob(f"*/bin/{program}"), key=lambda path: int(path.parts[-3]))
    found = str(installed[-1]) if installed else shutil.which(program)
    if found is None:
        raise ServerToolError(f"{program} is not installed")
    return found
