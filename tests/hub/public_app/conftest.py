"""Fixtures of the citizens' app's tests."""

from pathlib import Path

import pytest

from tests.hub.builders import Hub, make_hub
from tests.hub.public_app.app_kit import App, app_on


@pytest.fixture
def app(tmp_path: Path) -> App:
    """Make an app on SQLite."""
    return app_on(make_hub(tmp_path), tmp_path)


@pytest.fixture
def app_on_each(hub_on_each: Hub, tmp_path: Path) -> App:
    """Make an app on each engine."""
    return app_on(hub_on_each, tmp_path)
