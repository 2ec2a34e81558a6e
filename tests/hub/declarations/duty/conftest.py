"""Fixtures of the tests of duties."""

import pytest

from hub.declarations.duty.rules import DutyTables
from tests.hub.declarations.duty.tables import tables


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> DutyTables:
    """Read the small tables once."""
    return tables(tmp_path_factory.mktemp("duty"))
