"""What the description of the API holds, all together."""

import json
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


def test_lengths_of_time_are_numbers_of_seconds(tmp_path: Path) -> None:
    hub = make_hub(tmp_path)
    described = json.dumps(create_app(hub.services).openapi())
    hub.services.engine.dispose()
    assert '"date-time"' in described
    assert '"duration"' not in described


def test_no_path_can_be_taken_for_another_with_an_id(tmp_path: Path) -> None:
    hub = make_hub(tmp_path)
    paths = create_app(hub.services).openapi()["paths"]
    hub.services.engine.dispose()
    assert [(path, pattern) for path, pattern in permutations(paths, 2) if fits(path, pattern)] == []
