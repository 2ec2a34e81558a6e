"""Qt without a display, and a lane to talk to."""

import os
from collections.abc import Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.gui.fake_lane import FakeLane  # noqa: E402


@pytest.fixture
def lane() -> Iterator[FakeLane]:
    """A fake lane that is listening."""
    fake = FakeLane()
    fake.start()
    yield fake
    fake.stop()
