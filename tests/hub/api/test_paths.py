"""The paths of the API, all together."""

from itertools import permutations
from pathlib import Path

from hub.api.application import create_app
from tests.hub.builders import make_hub


def fits(path: str, pattern: str) -> bool:
    """Tell whether a path could also be taken for one with an id in it."""
    parts, wanted = path.split("/"), pattern.split("/")
    return len(parts) == len(wanted) and all(
        ours == theirs or theirs.startswith("{") for ours, theirs in zip(parts, wanted, strict=True)
    )


def test_no_path_can_be_taken_for_another_with_an_id(tmp_path: Path) -> None:
    hub = make_hub(tmp_path)
    paths = create_app(hub.services).openapi()["paths"]
    hub.services.engine.dispose()
    assert [(path, pattern) for path, pattern in permutations(paths, 2) if fits(path, pattern)] == []
