"""Pictures and folders the tests may find on this machine, and marks for those that need them."""

import importlib.util
from functools import cache
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"
"""Optional data and networks beside a checkout."""

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="no ../shared beside this checkout")


@cache
def group_picture() -> Path:
    """Find the picture with six faces that insightface installs; it never enters the repository."""
    spec = importlib.util.find_spec("insightface")
    if spec is None or spec.origin is None:
        pytest.skip("the insightface package is not installed")
    return Path(spec.origin).parent / "data" / "images" / "t1.jpg"
