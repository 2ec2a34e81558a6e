"""Fixtures of the console's tests."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub.console.chromium import Chromium
from tests.hub.console.sample_hub import SampleHub, fill, sample_hub


@pytest.fixture(scope="session")
def prepared_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a store with users and one list once: hashing their passwords is slow on purpose."""
    folder = tmp_path_factory.mktemp("prepared")
    with sample_hub(folder):
        return folder / "hub.db"


@pytest.fixture
def hub(tmp_path: Path, prepared_store: Path) -> Iterator[SampleHub]:
    """Open a hub of this test's own, with users and one empty list."""
    shutil.copy(prepared_store, tmp_path)
    with sample_hub(tmp_path) as opened:
        yield opened


@pytest.fixture(scope="session")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SampleHub]:
    """Open a hub as on a working day; tests only read it."""
    with sample_hub(tmp_path_factory.mktemp("day")) as opened:
        fill(opened)
        yield opened


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """Keep one real browser open for all tests that look at pages."""
    with Chromium() as opened:
        yield opened
