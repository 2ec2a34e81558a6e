"""New stores for tests, copied from one that the migrations made."""

import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from hub.store.database import open_engine
from hub.store.schema import create_schema

MADE_AT = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
on_sqlite = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
"""Marks a test that asks nothing of the store which engines answer differently: SQLite is enough."""


def new_sqlite_store(path: Path) -> str:
    """Write an empty store, unless one is there, and give its address."""
    if not path.exists():
        path.write_bytes(_empty_store())
    return f"sqlite:///{path}"


@cache
def _empty_store() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hub.db"
        engine = open_engine(f"sqlite:///{path}")
        create_schema(engine, hub_epoch="template", now=MADE_AT)
        engine.dispose()
        return path.read_bytes()
