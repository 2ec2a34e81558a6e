"""Fixtures of the console's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub.console.sample_hub import SampleHub, fill, sample_hub


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[SampleHub]:
    """Make an empty hub of this test's own, with users and one list."""
    with sample_hub(tmp_path) as made:
        yield made


@pytest.fixture(scope="session")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SampleHub]:
    """Make a hub as on a working day; tests only read it."""
    with sample_hub(tmp_path_factory.mktemp("day")) as made:
        fill(made)
        yield made
