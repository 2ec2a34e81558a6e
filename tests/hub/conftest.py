"""Fixtures of the hub's tests: the same hub on either database engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub.builders import Hub, make_hub
from tests.hub.store.postgresql import Cluster, in_memory, running_cluster
from tests.hub.store.stores import new_sqlite_store

ENGINES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.slow))


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Run a PostgreSQL server for all tests of this process."""
    with running_cluster(within=in_memory()) as running:
        yield running


@pytest.fixture(params=ENGINES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of an empty store on each engine."""
    if request.param == "sqlite":
        yield new_sqlite_store(tmp_path / "hub.db")
    else:
        running: Cluster = request.getfixturevalue("cluster")
        with running.database() as url:
            yield url


@pytest.fixture
def hub_on_each(tmp_path: Path, store_url: str) -> Iterator[Hub]:
    """Make a hub on each engine, as `make_hub` does."""
    made = make_hub(tmp_path, url=store_url)
    yield made
    made.services.engine.dispose()
