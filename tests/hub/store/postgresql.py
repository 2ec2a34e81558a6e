"""A PostgreSQL server of the tests' own, and a fresh database for each of them."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from hub.store.database import open_engine
from hub.store.schema import create_schema
from tests.hub.store.stores import MADE_AT

ACCOUNT = "postgres"
_TEMPLATE = "empty_hub"
_QUICK = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_wal_size=128MB")
_MEMORY = Path("/dev/shm")
_ROOM = 2 << 30
"""Bytes that must be free there: each test process has a server of its own, of some 300 MB."""


def programs() -> Path:
    """Find the newest server programs; skips the test where there are none."""
    if not is_installed():
        pytest.skip("PostgreSQL is not installed")
    return _installed()[-1].parent


def is_installed() -> bool:
    """Tell whether a server can be started."""
    return bool(_installed())


def _installed() -> list[Path]:
    return sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))


@dataclass(frozen=True)
class Cluster:
    """A running server on a socket in its own folder."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str) -> str:
        """Address for `hub.store.database.open_engine`."""
        return f"postgresql+psycopg://{ACCOUNT}@/{database}?host={self.folder}"

    def prepare(self) -> None:
        """Make the database that others are copied from."""
        self.run(f"CREATE DATABASE {_TEMPLATE}")
        engine = open_engine(self.url(_TEMPLATE))
        create_schema(engine, hub_epoch="template", now=MADE_AT)
        engine.dispose()

    @contextmanager
    def database(self, *, is_empty: bool = False) -> Iterator[str]:
        """Give the address of a database with the schema, or with nothing; dropped afterwards."""
        name = f"hub_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {'template0' if is_empty else _TEMPLATE}")
        try:
            yield self.url(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def run(self, statement: str) -> None:
        """Run a statement that no transaction may hold."""
        engine = create_engine(self.url("postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)


def in_memory() -> Path | None:
    """Give a file system in memory for a small server, whose databases are made of hundreds of files.

    None: there is none with room, and the disk does.
    """
    is_roomy = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _ROOM
    return _MEMORY if is_roomy and os.access(_MEMORY, os.W_OK) else None


@contextmanager
def running_cluster(*, is_durable: bool = False, within: Path | None = None) -> Iterator[Cluster]:
    """Start a server and stop it again; skips the test where PostgreSQL is not installed.

    `is_durable`: it waits for the disk as a real one does, which only measurements want. `within`: where
    its folder is made; None: where temporary files are.
    """
    programs()
    folder = Path(tempfile.mkdtemp(prefix="kechid-pg-", dir=within))
    try:
        if os.geteuid() == 0:
            # The server refuses to run as root.
            shutil.chown(folder, ACCOUNT)
        _as_account(
            "initdb", "--no-sync", "-A", "trust", "-U", ACCOUNT, "-E", "UTF8", "-D", str(folder / "data")
        )
        settings = ("listen_addresses=", *(() if is_durable else _QUICK))
        options = " ".join((f"-k {folder}", *(f"-c {setting}" for setting in settings)))
        pg_ctl = ("pg_ctl", "-w", "-D", str(folder / "data"))
        _as_account(*pg_ctl, "-o", options, "-l", str(folder / "log"), "start")
        try:
            cluster = Cluster(folder)
            cluster.prepare()
            yield cluster
        finally:
            _as_account(*pg_ctl, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _as_account(program: str, *arguments: str) -> None:
    account: Mapping[str, object] = {}
    if os.geteuid() == 0:
        account = {"user": ACCOUNT, "group": ACCOUNT, "extra_groups": ()}
    # A file, not a pipe: the server inherits it and would keep a pipe open.
    with tempfile.TemporaryFile() as output:
        command = [str(programs() / program), *arguments]
        finished = subprocess.run(  # type: ignore[call-overload]
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/", check=False, **account
        )
        output.seek(0)
        assert finished.returncode == 0, output.read().decode(errors="replace")
